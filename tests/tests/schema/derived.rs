//! What derived types say of themselves.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use thrift_runtime::{
    Bytes, OrderedFloat, ThriftEnum, ThriftException, ThriftStruct, ThriftUnion, Uuid,
    schema::{self, Defined, Definition, Item},
    value::UnknownMember,
};

/// How loud it is.
///
/// Louder is higher.
#[derive(Debug, Clone, Copy, Default, PartialEq, ThriftEnum)]
#[thrift(schema, closed)]
enum Volume {
    #[default]
    Low = 1,
    /// As most like it.
    #[thrift(rename = "HIGH")]
    High = 3,
    #[deprecated = "it hurts"]
    Higher,
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
#[thrift(schema)]
struct Base {
    #[thrift(id = 1, required)]
    flag: bool,
    #[thrift(id = 2)]
    byte: i8,
    #[thrift(id = 3)]
    short: i16,
    #[thrift(id = 4)]
    long: Option<i64>,
    #[thrift(id = 5)]
    double: f64,
    #[thrift(id = 6)]
    bytes: Bytes,
    #[thrift(id = 7, binary)]
    vector: Vec<u8>,
    #[thrift(id = 8)]
    uuid: Uuid,
    #[thrift(id = 9)]
    ordered: BTreeSet<OrderedFloat<f64>>,
    #[thrift(id = 10)]
    map: HashMap<String, BTreeMap<i32, Vec<bool>>>,
    #[thrift(skip)]
    _not_there: u8,
}

mod seconds {
    use std::{convert::Infallible, time::Duration};

    pub(super) fn to_wire(value: &Duration) -> i64 {
        value.as_secs() as i64
    }

    pub(super) fn from_wire(wire: i64) -> Result<Duration, Infallible> {
        Ok(Duration::from_secs(wire as u64))
    }
}

/// The defaults are expressions.
#[derive(Debug, PartialEq, ThriftStruct)]
#[thrift(schema, default)]
struct Defaults {
    #[thrift(id = 1, default = 2 + 3)]
    sum: i32,
    #[thrift(id = 2, default = "a".repeat(3))]
    text: String,
    #[thrift(id = 3, default = Volume::High)]
    volume: Volume,
    #[thrift(id = 4, default = vec![-1, i64::MAX])]
    list: Vec<i64>,
    #[thrift(id = 5, default = Inner { at: 0.5, name: Some("x".into()) })]
    inner: Inner,
    #[thrift(id = 6, default = true)]
    optional: Option<bool>,
    #[thrift(id = 7, default = std::time::Duration::from_secs(60), with = "seconds")]
    wait: std::time::Duration,
    #[thrift(id = 8, default = f64::NAN)]
    no_words: f64,
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
#[thrift(schema)]
struct Inner {
    #[thrift(id = 1)]
    at: f64,
    #[thrift(id = 2)]
    name: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
#[thrift(schema, rename = "Tree")]
struct Node {
    #[thrift(id = 1)]
    left: Option<Box<Node>>,
    #[thrift(id = 2)]
    right: Option<Box<Node>>,
    #[thrift(id = 3)]
    more: Vec<Node>,
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
#[thrift(schema)]
struct Page<T> {
    #[thrift(id = 1)]
    items: Vec<T>,
    #[thrift(id = 2)]
    next: Option<Box<Page<T>>>,
}

#[derive(Debug, ThriftUnion, PartialEq)]
#[thrift(schema)]
enum Choice {
    #[thrift(id = 1, rename = "number")]
    Number(i32),
    /// Several.
    #[thrift(id = 2)]
    Several(Page<Node>),
    #[thrift(id = 3)]
    Texts(Page<String>),
    #[thrift(unknown)]
    Unknown(UnknownMember),
}

impl Default for Choice {
    fn default() -> Self {
        Choice::Number(0)
    }
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
#[thrift(schema, transparent)]
struct Id(String);

#[derive(Debug, Default, PartialEq, ThriftException)]
#[thrift(schema)]
struct Failed {
    #[thrift(id = 1)]
    id: Id,
    #[thrift(id = 2)]
    message: String,
}

mod elsewhere {
    use thrift_runtime::ThriftStruct;

    #[derive(Debug, Default, PartialEq, ThriftStruct)]
    #[thrift(schema)]
    pub(super) struct Inner {
        #[thrift(id = 1)]
        pub(super) other: i32,
    }
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
#[thrift(schema)]
struct Both {
    #[thrift(id = 1)]
    here: Inner,
    #[thrift(id = 2)]
    there: elsewhere::Inner,
    #[thrift(id = 3)]
    here_again: Vec<Inner>,
}

#[derive(Debug, PartialEq, ThriftStruct)]
#[thrift(schema, default)]
struct Lent<'a> {
    #[thrift(id = 1, default = "none")]
    title: &'a str,
    #[thrift(id = 2)]
    parts: Vec<&'a [u8]>,
    #[thrift(id = 3, default = BTreeMap::from([("a", 1)]))]
    counts: BTreeMap<&'a str, i32>,
    #[thrift(id = 4)]
    key: Option<LentKey<'a>>,
    #[thrift(id = 5)]
    choice: LentChoice<'a>,
    #[thrift(id = 6, default = "x", with = "text")]
    with: LentText<'a>,
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
#[thrift(schema, transparent)]
struct LentKey<'a>(&'a [u8]);

#[derive(Debug, PartialEq, ThriftUnion)]
#[thrift(schema, default, closed)]
enum LentChoice<'a> {
    #[thrift(id = 1, rename = "text")]
    Text(&'a str),
}

#[derive(Debug, Default, PartialEq, ThriftException)]
#[thrift(schema)]
struct LentFailure<'a> {
    #[thrift(id = 1)]
    lent: Lent<'a>,
}

type LentText<'a> = &'a str;

mod text {
    pub(super) fn to_wire<'a>(text: &&'a str) -> &'a str {
        text
    }

    pub(super) fn from_wire(text: &str) -> Result<&str, std::convert::Infallible> {
        Ok(text)
    }
}

mod filed {
    thrift_runtime::thrift! {
        path: "tests/schema/idl/message.thrift",
        schema: on,
        warnings: off,
    }
}

#[derive(Debug, Default, PartialEq, ThriftStruct)]
#[thrift(schema)]
struct Envelope {
    #[thrift(id = 1)]
    message: filed::Message,
    #[thrift(id = 2)]
    inner: Inner,
}

/// The text of a type, which is read without a mistake.
#[track_caller]
fn idl<T: Defined>() -> String {
    reloaded(T::DEFINITION);
    schema::idl::<T>()
}

#[track_caller]
fn reloaded(definition: Definition) {
    let program = definition.program();
    thrift_tests::schema::reloaded(&program).unwrap();
}

#[test]
fn base_types_and_containers() {
    assert_eq!(
        idl::<Base>(),
        "struct Base {
    1: required bool flag
    2: i8 byte
    3: i16 short
    4: optional i64 long
    5: double double
    6: binary bytes
    7: binary vector
    8: uuid uuid
    9: set<double> ordered
    10: map<string, map<i32, list<bool>>> map
}
",
    );
}

#[test]
fn enums_with_what_is_said_of_them() {
    assert_eq!(
        idl::<Volume>(),
        "/**
 * How loud it is.
 *
 * Louder is higher.
 */
enum Volume {
    Low = 1,
    /** As most like it. */
    HIGH = 3,
    Higher = 4 (deprecated = \"it hurts\"),
}
",
    );
}

#[test]
fn defaults_are_what_their_expressions_give() {
    let text = idl::<Defaults>();
    let (_, of) = text.split_once("/** The defaults").unwrap();
    assert_eq!(
        of,
        " are expressions. */
struct Defaults {
    1: i32 sum = 5
    2: string text = \"aaa\"
    3: Volume volume = Volume.HIGH
    4: list<i64> list = [-1, 9223372036854775807]
    5: Inner inner = {\"at\": 0.5, \"name\": \"x\"}
    6: optional bool optional = true
    7: i64 wait = 60
    8: double no_words
}
",
    );
}

#[test]
fn types_that_borrow_are_described_as_what_they_borrow() {
    assert_eq!(
        idl::<LentFailure<'_>>(),
        "union LentChoice {
    1: string text
}

struct Lent {
    1: string title = \"none\"
    2: list<binary> parts
    3: map<string, i32> counts = {\"a\": 1}
    4: optional binary key
    5: LentChoice choice
    6: string with = \"x\"
}

exception LentFailure {
    1: Lent lent
}
",
    );
}

#[test]
fn types_that_contain_themselves() {
    assert_eq!(
        idl::<Node>(),
        "struct Tree {
    1: optional Tree left
    2: optional Tree right
    3: list<Tree> more
}
",
    );
}

#[test]
fn generic_types_are_named_after_their_arguments() {
    assert_eq!(
        idl::<Choice>(),
        "struct Tree {
    1: optional Tree left
    2: optional Tree right
    3: list<Tree> more
}

struct Page_Tree {
    1: list<Tree> items
    2: optional Page_Tree next
}

struct Page_string {
    1: list<string> items
    2: optional Page_string next
}

union Choice {
    1: i32 number

    /** Several. */
    2: Page_Tree Several
    3: Page_string Texts
}
",
    );
}

#[test]
fn a_newtype_is_what_it_holds() {
    assert_eq!(idl::<Failed>(), "exception Failed {\n    1: string id\n    2: string message\n}\n");
}

#[test]
fn two_types_of_one_name_are_told_apart() {
    let text = idl::<Both>();
    assert!(text.contains("struct Inner {\n    1: double at"), "{text}");
    assert!(text.contains("struct Inner_2 {\n    1: i32 other"), "{text}");
    assert!(text.contains("1: Inner here\n    2: Inner_2 there\n    3: list<Inner>"), "{text}");
}

#[test]
fn types_of_files_are_included() {
    let files = schema::idl_files::<Envelope>();
    let paths: Vec<_> = files.iter().map(|file| file.path.to_str().unwrap()).collect();
    assert_eq!(paths, ["envelope.thrift", "message.thrift", "shared/base.thrift"]);
    let text = str::from_utf8(&files[0].text).unwrap();
    assert!(text.starts_with("include \"message.thrift\"\n\nstruct Inner {"), "{text}");
    assert!(text.contains("1: message.Message message"), "{text}");
    assert_eq!(files[1].includes, [("shared/base.thrift".to_owned(), 2)]);
    reloaded(Envelope::DEFINITION);
}

#[test]
fn what_is_not_printed_is_there_as_data() {
    let Item::Struct(page) = Page::<i32>::DEFINITION.item() else { panic!() };
    assert_eq!((page.name, page.fields.len()), ("Page", 2));
    assert_eq!(format!("{:?}", Page::<i32>::DEFINITION), "Page");
    assert_ne!(Page::<i32>::DEFINITION, Page::<bool>::DEFINITION);
}
