//! IDL that is loaded at run time.

mod calls;
mod codec;
mod json;
mod loading;
mod values;

use thrift_runtime::args;
use thrift_runtime::dynamic::{self, Fields, Idl, Value};

#[allow(dead_code)]
mod typed {
    thrift_runtime::thrift! {
        path: "./library.thrift",
        services: [client, server],
    }
}

fn library() -> Idl {
    dynamic::load(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dynamic/library.thrift")).unwrap()
}

/// A book with all of its fields.
fn book() -> Fields {
    args! {
        title: "Emma",
        kind: "NOVEL",
        pages: 474,
        authors: [args! { name: "Jane", teacher: args! { name: "George", born: 1731 } }],
        prices: Value::Map(vec![("gb".into(), 7.5.into()), ("fr".into(), 9.into())]),
        copies: Value::Map(vec![("ATLAS".into(), 2.into()), (Value::from(9), 1.into())]),
        rooms: [3, -4],
        cover: &b"\xff\x00"[..],
        id: "00112233-4455-6677-8899-aabbccddeeff",
        place: args! { reader: "Tom" },
        lent: true,
        quotes: Value::Map(vec![(args! { name: "Jane" }.into(), ["Badly done!"].into())]),
        rating: -128,
    }
}

fn typed_book() -> typed::Book {
    let author = |name: &str| typed::Author { name: name.to_owned(), ..Default::default() };
    let george = typed::Author { born: Some(1731), ..author("George") };
    typed::Book {
        title: "Emma".to_owned(),
        kind: typed::Kind::NOVEL,
        pages: Some(474),
        authors: vec![typed::Author { teacher: Some(Box::new(george)), ..author("Jane") }],
        prices: [("gb".to_owned(), 7.5), ("fr".to_owned(), 9.0)].into(),
        copies: [(typed::Kind::ATLAS, 2), (typed::Kind::from(9), 1)].into(),
        rooms: [3, -4].into(),
        cover: thrift_runtime::Bytes::from_static(b"\xff\x00"),
        id: thrift_runtime::Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff),
        place: typed::Place::Reader("Tom".to_owned()),
        lent: Some(true),
        quotes: [(author("Jane"), vec!["Badly done!".to_owned()])].into(),
        rating: -128,
    }
}
