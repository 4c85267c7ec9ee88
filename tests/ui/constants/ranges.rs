thrift_runtime::thrift!("./ranges.thrift");

fn main() {}
