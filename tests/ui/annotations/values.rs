thrift_runtime::thrift!("./values.thrift");

fn main() {}
