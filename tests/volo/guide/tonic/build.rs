//! Generates what tonic's build script does for the page's `.proto`, without the compiler of Protocol Buffers.

fn main() {
    println!("cargo::rerun-if-changed=library.proto");
    let files = protox::compile(["library.proto"], ["."]).unwrap();
    tonic_prost_build::configure().compile_fds(files).unwrap();
}
