thrift_runtime::thrift!("./strings.thrift");

fn main() {}
