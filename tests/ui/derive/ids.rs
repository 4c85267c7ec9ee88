use thrift_runtime::{ThriftStruct, ThriftUnion};

#[derive(Default, ThriftStruct)]
struct Message {
    #[thrift(id = 1)]
    sender: String,
    #[thrift(id = 1)]
    recipient: String,
    content: String,
    #[thrift(id = 0)]
    zero: i32,
    #[thrift(id = -32769)]
    low: i32,
    #[thrift(id = 40000)]
    large: i32,
    #[thrift(id = -1)]
    negative: i32,
    #[thrift(id = "7")]
    text: i32,
    #[thrift(id)]
    none: i32,
}

#[derive(ThriftUnion)]
#[thrift(default, closed)]
enum Choice {
    #[thrift(id = 2)]
    One(i32),
    #[thrift(id = 2)]
    Two(i32),
    Three(i32),
}

#[derive(Default, ThriftStruct)]
struct Pair(i32, #[thrift(id = 2)] i32);

// What uses the types is not told once more.
#[derive(Default, ThriftStruct)]
struct Holder {
    #[thrift(id = 1)]
    messages: Vec<Message>,
    #[thrift(id = 2)]
    choice: Option<Choice>,
}

fn main() {
    let _ = Holder::default();
    let _ = Choice::default();
}
