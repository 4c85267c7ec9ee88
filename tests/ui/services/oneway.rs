thrift_runtime::thrift!("./oneway.thrift");

fn main() {}
