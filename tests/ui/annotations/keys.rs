thrift_runtime::thrift!("./keys.thrift");

fn main() {}
