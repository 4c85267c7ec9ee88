thrift_runtime::thrift! {
    path: "./fine.thrift",
    warnings: off,
    warnings: on,
}

fn main() {}
