//! All that a type of an IDL can have, a derived one can have, with the same bytes and the same errors.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use arbitrary::Unstructured;
use thrift_runtime::{
    BinaryProtocol, Bytes, CompactProtocol, JsonProtocol, OrderedFloat, Protocol, ThriftEnum,
    ThriftException, ThriftStruct, ThriftUnion, Uuid, Value, arbitrary_value,
    value::{UnknownFields, UnknownMember},
};

mod idl {
    thrift_runtime::thrift! { path: "idl/complete.thrift", unknown_fields: keep, warnings: off }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, ThriftEnum)]
#[repr(i32)]
enum Kind {
    #[default]
    #[thrift(rename = "NONE")]
    None = 0,
    #[thrift(rename = "SOME")]
    Some = 4,
    #[thrift(rename = "NEGATIVE")]
    Negative = i32::MIN,
    #[thrift(unknown)]
    Other(i32),
}

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, ThriftStruct)]
struct Leaf {
    #[thrift(id = 1, required)]
    flag: bool,
    #[thrift(id = -3)]
    small: i8,
    #[thrift(id = 32767)]
    number: OrderedFloat<f64>,
    #[thrift(unknown)]
    unknown: UnknownFields,
}

#[derive(Debug, Clone, PartialEq, ThriftUnion)]
#[thrift(default)]
enum Expression {
    #[thrift(id = 1, rename = "constant")]
    Constant(i64),
    #[thrift(id = 2, rename = "negation")]
    Negation(Box<Negation>),
    #[thrift(id = 3, rename = "sum")]
    Sum(Vec<Expression>),
    #[thrift(id = -1, rename = "variable")]
    Variable(String),
    #[thrift(unknown)]
    Unknown(UnknownMember),
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
struct Negation {
    #[thrift(id = 1)]
    of: Expression,
    #[thrift(unknown)]
    unknown: UnknownFields,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
struct Tree {
    #[thrift(id = 1)]
    label: String,
    #[thrift(id = 2)]
    left: Option<Box<Tree>>,
    #[thrift(id = 3)]
    right: Option<Box<Tree>>,
    #[thrift(id = 4)]
    others: Vec<Tree>,
    #[thrift(unknown)]
    unknown: UnknownFields,
}

#[derive(Debug, Clone, PartialEq, ThriftStruct)]
#[thrift(default)]
struct Complete {
    #[thrift(id = 1, default = true)]
    on: bool,
    #[thrift(id = 2, default = -3)]
    tiny: i8,
    #[thrift(id = 3, default = 300)]
    short: i16,
    #[thrift(id = 4, default = 70_000)]
    number: i32,
    #[thrift(id = 5, default = 5_000_000_000)]
    large: i64,
    #[thrift(id = 6, default = 0.5)]
    ratio: f64,
    #[thrift(id = 7, default = "it's".into())]
    text: String,
    #[thrift(id = 8, default = Bytes::from_static(b"bytes"))]
    bytes: Bytes,
    #[thrift(id = 9, default = ["a", "b"].map(str::to_owned).to_vec())]
    usual: Vec<String>,
    #[thrift(id = 10, default = BTreeSet::from([1, 2, 3]))]
    numbers: BTreeSet<i32>,
    #[thrift(id = 11, default = BTreeMap::from([("some".to_owned(), Kind::Some)]))]
    kinds: BTreeMap<String, Kind>,
    #[thrift(id = 12, default = Kind::Negative)]
    kind: Kind,
    #[thrift(id = 13, default = Leaf { flag: true, number: OrderedFloat(2.0), ..Leaf::default() })]
    leaf: Option<Leaf>,
    #[thrift(id = 14, required)]
    must: Leaf,
    #[thrift(id = 15)]
    stamp: Option<i64>,
    #[thrift(id = 16)]
    deep: BTreeMap<OrderedFloat<f64>, Vec<BTreeSet<String>>>,
    #[thrift(id = 17)]
    leaves: BTreeSet<Leaf>,
    #[thrift(id = 18)]
    id: Uuid,
    #[thrift(id = 19, default = 4)]
    usually: Option<i32>,
    #[thrift(id = 20)]
    expression: Expression,
    #[thrift(id = 21)]
    again: Option<Box<Complete>>,
    #[thrift(unknown)]
    unknown: UnknownFields,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftException)]
struct Broken {
    #[thrift(id = 1)]
    why: String,
    #[thrift(id = 2, required)]
    kind: Kind,
    #[thrift(id = 3)]
    more: Option<BTreeMap<String, String>>,
    #[thrift(unknown)]
    unknown: UnknownFields,
}

/// What becomes of bytes that are read and written again.
fn again<T: Value>(protocol: impl Protocol, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let value: T = protocol.decode(bytes).map_err(|error| error.to_string())?;
    Ok(protocol.encode(&value).unwrap().to_vec())
}

/// Random values, and the same with a byte changed: both types read and write the same, or fail with the
/// same words.
fn compare<A: Value + Debug, B: Value + Debug>(protocol: impl Protocol, seed: u32) -> [usize; 2] {
    let bytes: Vec<u8> =
        (seed..seed + 40_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let mut random = Unstructured::new(&bytes);
    let mut outcomes = [0, 0];
    for round in 0..40_usize {
        let value: A = arbitrary_value(&mut random).unwrap();
        let written = protocol.encode(&value).unwrap().to_vec();
        assert_eq!(again::<B>(protocol, &written), Ok(written.clone()), "{value:?}");
        for change in 0..12_usize {
            let mut changed = written.clone();
            let at = (round * 7919 + change * 104_729) % changed.len();
            match change % 3 {
                0 => changed.truncate(at),
                1 => changed[at] ^= 1 << (change % 8),
                _ => changed[at] = changed[at].wrapping_add(round as u8),
            }
            let ours = again::<B>(protocol, &changed);
            outcomes[usize::from(ours.is_err())] += 1;
            assert_eq!(again::<A>(protocol, &changed), ours, "{}", changed.escape_ascii());
        }
    }
    outcomes
}

fn same<A: Value + Debug, B: Value + Debug>() {
    let outcomes = [
        compare::<A, B>(BinaryProtocol::STRICT, 0),
        compare::<B, A>(BinaryProtocol::STRICT, 1),
        compare::<A, B>(CompactProtocol, 2),
        compare::<B, A>(CompactProtocol, 3),
        compare::<A, B>(JsonProtocol, 4),
        compare::<B, A>(JsonProtocol, 5),
    ];
    // Of all kinds, some were read, and some were not.
    assert!(outcomes.iter().flatten().all(|&count| count > 5), "{outcomes:?}");
}

#[test]
fn structs_of_all_kinds_of_fields() {
    same::<idl::Complete, Complete>();
}

#[test]
fn recursive_structs() {
    same::<idl::Tree, Tree>();
}

#[test]
fn recursive_unions() {
    same::<idl::Expression, Expression>();
    same::<idl::Negation, Negation>();
}

#[test]
fn exceptions() {
    same::<idl::Broken, Broken>();
    let (theirs, ours) = (idl::Broken::default(), Broken::default());
    assert_eq!(ours.to_string(), theirs.to_string());
}

#[test]
fn defaults() {
    let protocol = BinaryProtocol::STRICT;
    let written = protocol.encode(&idl::Complete::default()).unwrap();
    assert_eq!(protocol.encode(&Complete::default()).unwrap(), written);
    // Only what is required is there: the rest is its default, which is not always what is written.
    let required = [12, 0, 14, 2, 0, 1, 1, 0, 0];
    assert_eq!(again::<Complete>(protocol, &required), again::<idl::Complete>(protocol, &required));
    let value: Complete = protocol.decode(&required).unwrap();
    assert_eq!((value.on, value.usually, value.kind), (true, Some(4), Kind::Negative));
}
