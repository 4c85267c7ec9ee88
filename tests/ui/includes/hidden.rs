thrift_runtime::thrift!("./hidden.thrift");

fn main() {}
