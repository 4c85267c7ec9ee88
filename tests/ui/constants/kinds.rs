thrift_runtime::thrift!("./kinds.thrift");

fn main() {}
