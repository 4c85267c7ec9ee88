thrift_runtime::thrift!("./inside.thrift");

fn main() {}
