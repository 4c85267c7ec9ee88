thrift_runtime::thrift!("./slip.thrift");

fn main() {}
