thrift_runtime::thrift!("./utf16.thrift");

fn main() {}
