fn main() {
    volo_build::Builder::thrift()
        .add_service("library.thrift")
        .filename("volo.rs".into())
        .write()
        .unwrap();
}
