//! Derived types that keep some fields of a struct, and pass over the others.

use std::collections::BTreeMap;

use thrift_runtime::{
    AnyProtocol, BinaryProtocol, Bytes, CompactProtocol, ErrorKind, JsonProtocol, Protocol,
    ThriftStruct,
    schema::{Described as _, Type},
    value::{Any, AnyStruct, Blob, Skipped, StrList},
};

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
struct Whole {
    #[thrift(id = 1, required)]
    flag: bool,
    #[thrift(id = 2)]
    name: String,
    #[thrift(id = 3, required)]
    map: BTreeMap<String, Vec<i64>>,
    #[thrift(id = 4)]
    number: Option<i32>,
    #[thrift(id = 5)]
    inner: Option<Box<Whole>>,
    #[thrift(id = 6)]
    bytes: Bytes,
    #[thrift(id = 7)]
    last: i16,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
struct Part {
    #[thrift(id = 1, required)]
    flag: Skipped<bool>,
    #[thrift(id = 2)]
    name: String,
    #[thrift(id = 3, required)]
    map: Skipped<BTreeMap<String, Vec<i64>>>,
    #[thrift(id = 4)]
    number: Option<Skipped<i32>>,
    #[thrift(id = 5)]
    inner: Option<Skipped<Whole>>,
    #[thrift(id = 6)]
    bytes: Skipped<Bytes>,
    #[thrift(id = 7)]
    last: i16,
}

fn whole() -> Whole {
    Whole {
        flag: true,
        name: "name".into(),
        map: BTreeMap::from([("key".into(), vec![1, i64::MAX]), (String::new(), Vec::new())]),
        number: Some(-5),
        inner: Some(Box::new(Whole { last: 1, ..Whole::default() })),
        bytes: Bytes::from_static(b"\0\xff"),
        last: i16::MIN,
    }
}

fn protocols() -> [AnyProtocol; 3] {
    [BinaryProtocol::STRICT.into(), CompactProtocol.into(), JsonProtocol.into()]
}

#[test]
fn what_is_kept_is_as_in_the_whole() {
    for protocol in protocols() {
        let read =
            |whole: &Whole| protocol.decode::<Part>(&protocol.encode(whole).unwrap()).unwrap();
        let part = read(&whole());
        assert_eq!((&*part.name, part.last), ("name", i16::MIN));
        assert!(part.number.is_some() && part.inner.is_some());
        let part = read(&Whole::default());
        assert!(part.number.is_none() && part.inner.is_none());
    }
}

#[test]
fn what_ends_early_is_an_error() {
    for protocol in protocols() {
        let bytes = protocol.encode(&whole()).unwrap();
        for end in 0..bytes.len() {
            protocol.decode::<Part>(&bytes[..end]).unwrap_err();
        }
    }
}

#[test]
fn fields_may_come_in_any_order_or_be_of_another_type() {
    let bytes = BinaryProtocol::STRICT.encode(&whole()).unwrap();
    let mut fields: AnyStruct = BinaryProtocol::STRICT.decode(&bytes).unwrap();
    fields.0.reverse();
    let bytes = BinaryProtocol::STRICT.encode(&fields).unwrap();
    let part: Part = BinaryProtocol::STRICT.decode(&bytes).unwrap();
    assert_eq!((&*part.name, part.last), ("name", i16::MIN));
    // As with every field, one of another type is not this one.
    for (id, value) in &mut fields.0 {
        if *id == 3 {
            *value = Any::I32(3);
        }
    }
    let bytes = BinaryProtocol::STRICT.encode(&fields).unwrap();
    let error = BinaryProtocol::STRICT.decode::<Part>(&bytes).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MissingField, "{error}");
    assert!(error.to_string().contains("map"), "{error}");
}

#[test]
fn it_takes_no_place_and_is_described_as_what_it_passes_over() {
    assert_eq!(size_of::<Skipped<Whole>>(), 0);
    assert_eq!(Skipped::<Vec<i32>>::DESCRIPTION, Vec::<i32>::DESCRIPTION);
    assert_eq!(Blob::DESCRIPTION, Type::Binary);
    assert_eq!(StrList::DESCRIPTION, Vec::<String>::DESCRIPTION);
}
