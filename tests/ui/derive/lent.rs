use std::borrow::Cow;

use thrift_runtime::{ThriftException, ThriftStruct, ThriftUnion};

mod text {
    pub fn to_wire<'a>(text: &&'a str) -> &'a str {
        text
    }

    pub fn from_wire(text: &str) -> Result<&str, std::convert::Infallible> {
        Ok(text)
    }
}

#[derive(Default, ThriftStruct)]
#[thrift(serde)]
struct Line<'a> {
    #[thrift(id = 1)]
    text: &'a str,
    #[thrift(id = 2)]
    owned: Cow<'a, str>,
}

#[derive(Default, ThriftStruct)]
#[thrift(serde, transparent)]
struct Bytes<'a>(&'a [u8]);

#[derive(Default, ThriftStruct)]
#[thrift(serde)]
struct With<'a> {
    #[thrift(id = 1, with = text)]
    text: &'a str,
}

#[derive(ThriftUnion)]
#[thrift(serde, default, closed)]
enum Choice<'a> {
    #[thrift(id = 1)]
    Lines(Vec<Line<'a>>),
}

#[derive(Debug, Default, ThriftException)]
#[thrift(schema, serde)]
struct Failed<'a> {
    #[thrift(id = 1)]
    text: &'a str,
}

#[derive(Default, ThriftStruct)]
#[thrift(serde)]
struct Page<'a> {
    #[thrift(id = 1)]
    title: Cow<'a, str>,
}

fn main() {}
