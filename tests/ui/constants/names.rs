thrift_runtime::thrift!("./names.thrift");

fn main() {}
