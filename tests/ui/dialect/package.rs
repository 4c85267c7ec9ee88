thrift_runtime::thrift!("./package.thrift");

fn main() {}
