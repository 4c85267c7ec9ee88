thrift_runtime::thrift!("./missing.thrift");

fn main() {}
