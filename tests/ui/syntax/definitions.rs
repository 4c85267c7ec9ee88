thrift_runtime::thrift!("./definitions.thrift");

fn main() {}
