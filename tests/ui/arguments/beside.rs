thrift_runtime::thrift!("fine.thrift");

fn main() {}
