//! What newer programs write passes through older ones.

mod new {
    thrift_runtime::thrift!("idl/evolution/new.thrift");
}

/// Forgets what it does not know.
mod forgetful {
    thrift_runtime::thrift!("idl/evolution/old.thrift");
}

/// Keeps what it does not know.
mod keeping {
    thrift_runtime::thrift! { path: "idl/evolution/old.thrift", unknown_fields: keep }
}

use std::collections::{BTreeMap, BTreeSet};

use thrift_runtime::{
    BinaryProtocol, Bytes, Protocol, Uuid, Value,
    protocol::{CompactProtocol, JsonProtocol},
};

fn record() -> new::Record {
    let leaf = |number| new::Leaf { first: true, number, last: Uuid::from_u128(7) };
    new::Record {
        implicit: -1,
        before: leaf(1),
        name: "name".to_owned(),
        between: BTreeSet::from(["a".to_owned(), "b".to_owned()]),
        colour: new::Colour::BLUE,
        bytes: Bytes::from_static(&[0, 255]),
        shape: Some(new::Shape::Sides(vec![1.5, -0.0])),
        nested: BTreeMap::from([("k".to_owned(), vec![BTreeMap::from([(5, leaf(2))])])]),
        leaves: vec![leaf(3), leaf(4)],
        small: -8,
        shapes: BTreeMap::from([
            (new::Colour::RED, new::Shape::Circle(1)),
            (new::Colour::BLUE, new::Shape::Leaf(leaf(5))),
        ]),
        medium: 1000,
        serial: i64::MAX,
        behind: 2.5,
    }
}

/// Writes as one type, reads as another, and the other way round.
fn through<Old: Value, P: Protocol>(protocol: P, value: &new::Record) -> (Old, Vec<u8>, Vec<u8>) {
    let written = protocol.encode(value).unwrap();
    let old: Old = protocol.decode(&written).unwrap();
    let again = protocol.encode(&old).unwrap();
    (old, written, again)
}

fn kept_in<P: Protocol>(protocol: P) {
    let value = record();
    let (old, written, again) = through::<keeping::Record, P>(protocol, &value);
    assert_eq!(written, again, "{}", protocol.encoding());
    assert_eq!(protocol.decode::<new::Record>(&again).unwrap(), value);
    assert_eq!(old.name, "name");
    assert_eq!(old.colour, keeping::Colour(3));
    assert_eq!(old.colour.name(), None);
    assert_eq!(old.unknown_fields.len(), 7);
    let ids: Vec<i16> = old.unknown_fields.iter().map(|(id, _)| id).collect();
    assert_eq!(ids, [1, 3, 5, 7, 9, 11, 13]);
    assert!(
        matches!(&old.shape, Some(keeping::Shape::Unknown(member)) if member.get().unwrap().0 == 2)
    );
}

#[test]
fn all_of_it_is_kept_where_that_is_asked_for() {
    kept_in(BinaryProtocol::STRICT);
    kept_in(CompactProtocol);
    kept_in(JsonProtocol);
}

#[test]
fn what_is_kept_can_be_written_in_another_protocol() {
    let value = record();
    let (old, ..) = through::<keeping::Record, _>(BinaryProtocol::STRICT, &value);
    let compact = CompactProtocol.encode(&old).unwrap();
    assert_eq!(compact, CompactProtocol.encode(&value).unwrap());
    let old: keeping::Record = CompactProtocol.decode(&compact).unwrap();
    let binary = BinaryProtocol::STRICT.encode(&old).unwrap();
    assert_eq!(binary, BinaryProtocol::STRICT.encode(&value).unwrap());
}

fn forgotten_in<P: Protocol>(protocol: P) {
    let value = record();
    let (old, _, again) = through::<forgetful::Record, P>(protocol, &value);
    let leaf = |number| new::Leaf { number, ..Default::default() };
    // Only the unknown fields of structs go; unknown members and enum values stay.
    let expected = new::Record {
        before: Default::default(),
        between: Default::default(),
        bytes: Default::default(),
        nested: Default::default(),
        leaves: vec![leaf(3), leaf(4)],
        small: 0,
        medium: 0,
        behind: 0.0,
        ..value
    };
    assert_eq!(
        protocol.decode::<new::Record>(&again).unwrap(),
        expected,
        "{}",
        protocol.encoding()
    );
    assert_eq!(old.leaves[1], forgetful::Leaf { number: 4 });
}

#[test]
fn elsewhere_only_unknown_fields_go() {
    forgotten_in(BinaryProtocol::STRICT);
    forgotten_in(CompactProtocol);
    forgotten_in(JsonProtocol);
}

#[test]
fn what_is_kept_counts_in_comparisons() {
    let (a, ..) = through::<keeping::Record, _>(BinaryProtocol::STRICT, &record());
    let other = new::Record { small: 1, ..record() };
    let (b, ..) = through::<keeping::Record, _>(BinaryProtocol::STRICT, &other);
    assert_ne!(a, b);
    assert!(a < b);
    let mut c = b.clone();
    c.unknown_fields.clear();
    assert_ne!(b, c);
    assert!(c.unknown_fields.is_empty());
}

#[test]
fn an_older_writer_leaves_defaults() {
    let old = forgetful::Record { name: "n".to_owned(), serial: 5, ..Default::default() };
    let bytes = BinaryProtocol::STRICT.encode(&old).unwrap();
    let read: new::Record = BinaryProtocol::STRICT.decode(&bytes).unwrap();
    let expected = new::Record { name: "n".to_owned(), serial: 5, ..Default::default() };
    assert_eq!(read, expected);
    // As in C++ and Java, an enum that nobody wrote is 0, whether that has a name or not.
    assert_eq!(read.colour, new::Colour(0));
    assert_eq!(read.colour.name(), None);
}

#[test]
fn of_two_members_the_last_counts_and_of_none_there_is_none() {
    // field 1 an i32, field 3 a string, stop
    let two = b"\x08\0\x01\0\0\0\x05\x0b\0\x03\0\0\0\x01a\0";
    let read: forgetful::Shape = BinaryProtocol::STRICT.decode(two).unwrap();
    assert_eq!(read, forgetful::Shape::Named("a".to_owned()));
    let none: forgetful::Shape = BinaryProtocol::STRICT.decode(b"\0").unwrap();
    assert_eq!(none, forgetful::Shape::default());
    assert!(matches!(&none, forgetful::Shape::Unknown(member) if member.get().is_none()));
    assert_eq!(BinaryProtocol::STRICT.encode(&none).unwrap(), b"\0");
}
