thrift_runtime::thrift! {
    path: "./warned.thrift",
    compatible_with: "./wrong.thrift",
    warnings: off,
}

fn main() {}
