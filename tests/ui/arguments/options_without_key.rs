thrift_runtime::thrift!("./fine.thrift", warnings: off);

fn main() {}
