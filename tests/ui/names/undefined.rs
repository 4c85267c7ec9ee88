thrift_runtime::thrift!("./undefined.thrift");

fn main() {}
