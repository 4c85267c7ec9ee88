thrift_runtime::thrift!("./comment.thrift");

fn main() {}
