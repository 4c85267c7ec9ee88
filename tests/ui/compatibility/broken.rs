thrift_runtime::thrift! {
    path: "./broken.thrift",
    compatible_with: "./message.v1.thrift",
}

fn main() {
    // The items are there all the same.
    let _ = Message::default();
}
