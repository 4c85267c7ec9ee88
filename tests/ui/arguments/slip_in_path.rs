thrift_runtime::thrift!("./fin.thrift");

fn main() {}
