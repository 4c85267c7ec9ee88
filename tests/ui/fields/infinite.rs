thrift_runtime::thrift!("./infinite.thrift");

fn main() {}
