thrift_runtime::thrift!("./namespaces.thrift");

fn main() {}
