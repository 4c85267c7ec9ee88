#![deny(warnings)]

thrift_runtime::thrift! {
    path: "./warned.thrift",
    compatible_with: "./message.v1.thrift",
    warnings: off,
}

fn main() {
    let _ = Message::default();
}
