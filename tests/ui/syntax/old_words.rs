thrift_runtime::thrift!("./old_words.thrift");

fn main() {}
