thrift_runtime::thrift! { path: "./wrong.thrift", compatible_with: "./message.v1.thrift" }

fn main() {}
