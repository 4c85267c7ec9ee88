thrift_runtime::thrift!("./annotation.thrift");

fn main() {}
