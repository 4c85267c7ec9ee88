#![deny(deprecated)]

thrift_runtime::thrift!("./all.thrift");

fn main() {}
