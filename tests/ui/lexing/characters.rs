thrift_runtime::thrift!("./characters.thrift");

fn main() {}
