thrift_runtime::thrift!("./fields.thrift");

fn main() {}
