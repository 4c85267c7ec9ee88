thrift_runtime::thrift!("./misspelt.thrift");

fn main() {}
