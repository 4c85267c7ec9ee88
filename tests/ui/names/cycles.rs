thrift_runtime::thrift!("./cycles.thrift");

fn main() {}
