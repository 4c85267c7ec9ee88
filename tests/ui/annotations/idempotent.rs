thrift_runtime::thrift!("./idempotent.thrift");

fn main() {}
