thrift_runtime::thrift!("./parents.thrift");

fn main() {}
