use std::time::Duration;
use thrift_runtime::{ThriftStruct, ThriftUnion};

#[derive(Default, ThriftStruct)]
struct Message {
    #[thrift(id = 1)]
    sender: String,
    #[thrift(id = 2)]
    plain: u32,
    #[thrift(id = 3, required)]
    required: Duration,
    #[thrift(id = 4)]
    optional: Option<Duration>,
    #[thrift(id = 5)]
    bytes: Vec<u8>,
    #[thrift(id = 6)]
    twice: Option<Option<i32>>,
    #[thrift(id = 7, default = 5)]
    with_default: u64,
}

#[derive(ThriftUnion)]
#[thrift(default, closed)]
enum Choice {
    #[thrift(id = 1)]
    Fine(i32),
    #[thrift(id = 2)]
    Wrong(u16),
}

fn main() {}
