thrift_runtime::thrift! {
    path: "./warned.thrift",
    compatible_with: "./message.v2.thrift",
    warnings: off,
}

fn main() {
    let _ = Message::default();
}
