use thrift_runtime::{ThriftEnum, ThriftStruct, ThriftUnion, value::UnknownMember};

#[derive(Default, ThriftStruct)]
#[thrift(closed, renam = "Other", tag)]
struct Message {
    #[thrift(id = 1, idd = 2, optional)]
    sender: String,
    #[thrift(id = 2, id = 3)]
    recipient: String,
    #[thrift(id = 4, required)]
    content: Option<String>,
    #[thrift(id = 5, skip, with = "module")]
    skipped: String,
    #[thrift(id = 6, binary, with = "module")]
    both: Vec<u8>,
    #[thrift(id = 7, rename = 5)]
    renamed: i32,
    #[thrift(id = 8, required = true)]
    valued: i32,
    #[thrift(id = 9, with = 7)]
    with: i32,
    #[thrift]
    bare: i32,
    #[thrift(id = 10 required)]
    comma: i32,
    #[thrift(11)]
    number: i32,
}

#[derive(ThriftUnion)]
#[thrift(default, closed)]
enum Choice {
    #[thrift(id = 2, required)]
    One(i32),
    #[thrift(unknown)]
    Unknown(UnknownMember),
    Two(#[thrift(id = 3)] i32),
}

#[derive(ThriftEnum, Default)]
enum Colour {
    #[default]
    #[thrift(id = 4)]
    Red,
}

#[derive(Default, ThriftStruct)]
#[thrift(transparent)]
struct Pair(i32, i32);

fn main() {}
