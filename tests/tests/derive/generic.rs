//! Types with parameters.

use std::{borrow::Cow, collections::HashMap, hash::Hash, marker::PhantomData};

use thrift_runtime::{
    BinaryProtocol, Protocol, ThriftException, ThriftStruct, ThriftUnion, Value,
    value::UnknownMember,
};

fn round_trip<T: Value + PartialEq + std::fmt::Debug>(value: &T) {
    let bytes = BinaryProtocol::STRICT.encode(value).unwrap();
    assert_eq!(BinaryProtocol::STRICT.decode::<T>(&bytes).unwrap(), *value);
}

#[derive(Debug, Default, Clone, PartialEq, ThriftStruct)]
struct Page<T> {
    #[thrift(id = 1)]
    items: Vec<T>,
    #[thrift(id = 2)]
    next: Option<String>,
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
struct Index<K, V = i32>
where
    K: Eq + Hash,
{
    #[thrift(id = 1)]
    entries: HashMap<K, V>,
}

#[derive(Debug, Default, ThriftStruct)]
#[thrift(bound = "K: Value + Eq + Hash")]
struct Bounded<K> {
    #[thrift(id = 1)]
    entries: HashMap<K, [i16; 3]>,
}

#[derive(Debug, PartialEq, Eq, Hash, ThriftStruct)]
#[thrift(transparent)]
struct Id<T>(i64, #[thrift(skip)] PhantomData<T>);

impl<T> Default for Id<T> {
    fn default() -> Self {
        Id(0, PhantomData)
    }
}

/// Not a `Value`, nor has it a default.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Marker;

#[derive(Debug, PartialEq, ThriftUnion)]
#[thrift(default)]
enum Either<A, B> {
    #[thrift(id = 1)]
    Left(A),
    #[thrift(id = 2)]
    Right(Box<B>),
    #[thrift(unknown)]
    Neither(UnknownMember),
}

#[derive(Debug, Default, PartialEq, ThriftException)]
struct Failed<T: std::fmt::Debug> {
    #[thrift(id = 1)]
    what: T,
    #[thrift(id = 2)]
    reason: String,
}

/// Written without copies; what is read is owned.
#[derive(Debug, Default, PartialEq, ThriftStruct)]
struct Line<'a> {
    #[thrift(id = 1)]
    text: Cow<'a, str>,
    #[thrift(id = 2)]
    bytes: Cow<'a, [u8]>,
    #[thrift(id = 3)]
    numbers: Option<Cow<'a, [i32]>>,
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
struct Ring<T, const N: usize>
where
    [T; N]: Default,
{
    #[thrift(id = 1)]
    slots: [T; N],
    #[thrift(id = 2, binary)]
    hash: [u8; 4],
}

#[test]
fn parameters() {
    round_trip(&Page { items: vec![1_i64, 2], next: None });
    let page = Page { items: vec!["a".to_owned()], next: Some("b".to_owned()) };
    round_trip(&Page { items: vec![page], next: None });
    round_trip(&Index { entries: HashMap::from([("a".to_owned(), 3)]) });
    let bounded = Bounded { entries: HashMap::from([(7, [1, 2, 3])]) };
    let bytes = BinaryProtocol::STRICT.encode(&bounded).unwrap();
    let read: Bounded<i64> = BinaryProtocol::STRICT.decode(&bytes).unwrap();
    assert_eq!(read.entries, bounded.entries);
    round_trip(&Id::<Marker>(5, PhantomData));
    round_trip(&vec![Either::<i32, String>::Left(3), Either::Right(Box::new("x".to_owned()))]);
    round_trip(&Failed { what: 5_i32, reason: "none".to_owned() });
    assert_eq!(Failed { what: 5, reason: "none".to_owned() }.to_string(), "Failed: none");
}

#[test]
fn borrowed_fields() {
    let (text, numbers) = ("a line of text".to_owned(), [1, 2, 3]);
    let line = Line {
        text: Cow::Borrowed(&text),
        bytes: Cow::Borrowed(text.as_bytes()),
        numbers: Some(Cow::Borrowed(&numbers)),
    };
    let bytes = BinaryProtocol::STRICT.encode(&line).unwrap();
    let mut read: Line<'static> = BinaryProtocol::STRICT.decode(&bytes).unwrap();
    assert_eq!(read, line);
    BinaryProtocol::STRICT.decode_into(&bytes, &mut read).unwrap();
    assert_eq!(read, line);
}

#[test]
fn arrays_take_lists_of_their_length() {
    let ring = Ring { slots: ["a".to_owned(), "b".to_owned()], hash: *b"1234" };
    round_trip(&ring);
    let bytes = BinaryProtocol::STRICT.encode(&ring).unwrap();
    let error = BinaryProtocol::STRICT.decode::<Ring<String, 3>>(&bytes).unwrap_err();
    assert_eq!(error.to_string(), "Ring.slots: expected a list of 3 elements, found 2");
}
