use thrift_runtime::ThriftStruct;

#[derive(ThriftStruct)]
struct Message {
    #[thrift(id = 1)]
    sender: String,
}

fn main() {}
