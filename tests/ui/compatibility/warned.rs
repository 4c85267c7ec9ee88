#![deny(deprecated)]

thrift_runtime::thrift! { path: "./warned.thrift", compatible_with: "./message.v1.thrift" }

fn main() {}
