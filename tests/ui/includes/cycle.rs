thrift_runtime::thrift!("./cycle.thrift");

fn main() {}
