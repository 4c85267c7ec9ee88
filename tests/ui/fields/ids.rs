thrift_runtime::thrift!("./ids.thrift");

fn main() {}
