thrift_runtime::thrift!("./functions.thrift");

fn main() {}
