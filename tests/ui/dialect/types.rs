thrift_runtime::thrift!("./types.thrift");

fn main() {}
