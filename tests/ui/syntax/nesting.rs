thrift_runtime::thrift!("./nesting.thrift");

fn main() {}
