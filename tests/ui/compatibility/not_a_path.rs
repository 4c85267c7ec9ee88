thrift_runtime::thrift! {
    path: "./warned.thrift",
    compatible_with: message_v1,
    warnings: off,
}

fn main() {}
