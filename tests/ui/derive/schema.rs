use thrift_runtime::{ThriftStruct, ThriftUnion, assert_compatible, schema};

#[derive(Default, ThriftStruct)]
struct Silent {
    #[thrift(id = 1)]
    text: String,
}

#[derive(Default, ThriftStruct)]
#[thrift(schema)]
struct Telling {
    #[thrift(id = 1)]
    silent: Silent,
    #[thrift(id = 2)]
    several: Vec<Silent>,
}

#[derive(Default, ThriftStruct)]
#[thrift(schema = on)]
struct Valued {
    #[thrift(id = 1)]
    text: String,
}

#[derive(ThriftUnion)]
#[thrift(schem, default, closed)]
enum Mistyped {
    #[thrift(id = 1)]
    Text(String),
}

fn main() {
    schema::idl::<Silent>();
    schema::idl::<i32>();
    assert_compatible!(type Silent, "silent.thrift");
}
