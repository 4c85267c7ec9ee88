thrift_runtime::thrift!("./unclosed.thrift");

fn main() {}
