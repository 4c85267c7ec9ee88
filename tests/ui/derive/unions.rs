use thrift_runtime::{ThriftException, ThriftStruct, ThriftUnion};

#[derive(ThriftUnion)]
#[thrift(default, closed)]
enum Choice {
    #[thrift(id = 1)]
    Two(i32, String),
    #[thrift(id = 2)]
    Named { a: i32 },
    #[thrift(id = 3)]
    Nothing,
    #[thrift(id = 4)]
    Fine(i32),
}

#[derive(ThriftUnion)]
#[thrift(default)]
enum Forgetful {
    #[thrift(id = 1)]
    One(i32),
}

#[derive(ThriftUnion, Default)]
struct NoUnion {
    a: i32,
}

#[derive(ThriftStruct)]
#[thrift(default)]
enum NoStruct {
    A(i32),
}

#[derive(Debug, ThriftException)]
#[thrift(default)]
enum NoException {
    A(i32),
}

fn main() {
    let _: Box<dyn std::error::Error> = Box::new(NoException::A(1));
}
