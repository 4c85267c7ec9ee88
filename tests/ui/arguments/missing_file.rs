thrift_runtime::thrift!("./no_such_file.thrift");

fn main() {}
