thrift_runtime::thrift!("./duplicates.thrift");

fn main() {}
