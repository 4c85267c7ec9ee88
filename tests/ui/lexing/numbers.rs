thrift_runtime::thrift!("./numbers.thrift");

fn main() {}
