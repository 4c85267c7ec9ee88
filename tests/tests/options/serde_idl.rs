//! Values as the IDL spells them, in formats of serde.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use thrift_runtime::{
    BinaryProtocol, Bytes, OrderedFloat, Protocol as _, ThriftEnum, ThriftStruct, ThriftUnion,
    Uuid, Value, value::UnknownMember,
};

mod generated {
    thrift_runtime::thrift! {
        path: "idl/options/spelled.thrift",
        // Those that come with the option are no error.
        derive: { "*": [serde::Serialize, serde::Deserialize] },
        serde: idl,
    }
}

use generated::{Either, Every, Failed, Inner, Level, Strict, Tree};

fn every() -> Every {
    Every {
        is_set: true,
        small: -1,
        short_one: 2,
        long_one: i64::MIN,
        ratio: 0.5,
        text: "a \"b\" \u{1f600}".to_owned(),
        raw: Bytes::from_static(b"\xff\0\x01"),
        id: Uuid::from_u128(0x1234),
        levels: vec![Level::LOW, Level::VERY_HIGH, Level(9)],
        numbers: BTreeSet::from([3, 1]),
        eithers: BTreeMap::from([
            (Level::LOW, vec![Either::Number(1)]),
            (Level(7), vec![Either::InnerOne(Inner { the_text: "t".to_owned(), level: None })]),
        ]),
        flags: BTreeMap::from([(-5, true)]),
        inner: None,
        by_list: BTreeMap::from([(vec![1, 2], "x".to_owned())]),
        by_ratio: BTreeMap::from([(OrderedFloat(1.5), Bytes::from_static(b"y"))]),
        nested: BTreeMap::from([("k".to_owned(), BTreeMap::from([("l".to_owned(), 1)]))]),
    }
}

fn there_and_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value, "{text}");
}

#[test]
fn names_are_those_of_the_idl() {
    let expected = json!({
        "isSet": true,
        "small": -1,
        "short_one": 2,
        "long_one": i64::MIN,
        "ratio": 0.5,
        "text": "a \"b\" \u{1f600}",
        "raw": "/wAB",
        "id": "00000000-0000-0000-0000-000000001234",
        "levels": ["LOW", "veryHigh", 9],
        "numbers": [1, 3],
        "eithers": { "LOW": [{ "number": 1 }], "7": [{ "inner_one": { "theText": "t" } }] },
        "flags": { "-5": true },
        "by_list": [[[1, 2], "x"]],
        "by_ratio": { "1.5": "eQ==" },
        "nested": { "k": { "l": 1 } },
    });
    assert_eq!(serde_json::to_value(every()).unwrap(), expected);
    there_and_back(&every());
    there_and_back(&Failed { reason: "r".to_owned() });
    there_and_back(&Level(3));
    there_and_back(&Either::default());
    assert_eq!(serde_json::to_string(&Level::VERY_HIGH).unwrap(), "\"veryHigh\"");
}

#[test]
fn doubles_that_json_has_no_number_for() {
    for (ratio, text) in
        [(f64::INFINITY, "Infinity"), (f64::NEG_INFINITY, "-Infinity"), (f64::NAN, "NaN")]
    {
        let value = Every { ratio, ..Default::default() };
        assert_eq!(serde_json::to_value(&value).unwrap()["ratio"], text);
        there_and_back(&value);
    }
}

#[test]
fn what_is_read_may_lack_fields_and_have_others() {
    let every: Every = serde_json::from_str("{}").unwrap();
    assert_eq!(every, Every::default());
    let read = r#"{"levels": ["5", 1, "LOW"], "gone": [{"x": null}], "text": null, "isSet": 1,
                   "inner": {"level": "veryHigh"}}"#;
    let every: Every = serde_json::from_str(read).unwrap();
    assert_eq!(every.levels, [Level::VERY_HIGH, Level::LOW, Level::LOW]);
    assert!(every.is_set && every.text.is_empty());
    assert_eq!(every.inner.unwrap().level, Some(Level::VERY_HIGH));
    assert_eq!(serde_json::from_str::<Strict>(r#"{"must": 1}"#).unwrap().may, 7);
}

#[test]
fn mistakes_are_located() {
    let error = |text: &str| serde_json::from_str::<Every>(text).unwrap_err().to_string();
    assert!(error(r#"{"small": 300}"#).contains("expected an i8, found 300"));
    assert!(error(r#"{"small": 300}"#).contains("small"), "{}", error(r#"{"small": 300}"#));
    let unknown = error(r#"{"levels": ["LOW", "HIGH"]}"#);
    assert!(unknown.contains("expected the name or the number"), "{unknown}");
    assert!(unknown.contains("found \"HIGH\""), "{unknown}");
    assert!(unknown.contains("levels[1]"), "{unknown}");
    assert!(error(r#"{"raw": "?"}"#).contains("a binary in Base64"));
    assert!(error(r#"{"id": "1"}"#).contains("a uuid"));
    assert!(error(r#"{"flags": {"x": true}}"#).contains("an i64"));
    assert!(error(r#"{"by_list": [[1]]}"#).contains("a map"));
    assert!(error("[]").contains("Every"));
    let missing = serde_json::from_str::<Strict>(r#"{"may": 1}"#).unwrap_err().to_string();
    assert!(missing.contains("`must`"), "{missing}");
}

#[test]
fn deep_input_is_refused() {
    let deep = |levels| (0..levels).fold(json!({}), |tree, _| json!({ "children": [tree] }));
    assert!(serde_json::from_value::<Tree>(deep(90)).is_ok());
    let error = serde_json::from_value::<Tree>(deep(250)).unwrap_err();
    assert!(error.to_string().contains("nested deeper"), "{error}");
    let tree = (0..250)
        .fold(Tree::default(), |tree, _| Tree { name: String::new(), children: vec![tree] });
    let error = serde_json::to_string(&tree).unwrap_err();
    assert!(error.to_string().contains("nested too deep"), "{error}");
    assert!(thrift_runtime::idl::simple_json(&tree).unwrap_err().is_limit());
}

#[derive(Debug, Default, Clone, PartialEq, ThriftStruct)]
#[thrift(serde)]
struct Own<T> {
    #[thrift(id = 1, rename = "theValue")]
    value: T,
    #[thrift(id = 2)]
    kind: Kind,
    #[thrift(id = 3)]
    choice: Choice,
    #[thrift(id = 4, binary)]
    raw: Vec<u8>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, ThriftEnum)]
#[thrift(serde)]
#[repr(i32)]
enum Kind {
    #[default]
    #[thrift(rename = "PLAIN")]
    Plain = 1,
    #[thrift(unknown)]
    Other(i32),
}

#[derive(Debug, Clone, PartialEq, ThriftUnion)]
#[thrift(serde, default)]
enum Choice {
    #[thrift(id = 1, rename = "count")]
    Count(i32),
    #[thrift(unknown)]
    Unknown(UnknownMember),
}

#[test]
fn types_of_ones_own() {
    let value = Own { value: 1_i64, kind: Kind::Plain, choice: Choice::Count(2), raw: vec![1] };
    let json = serde_json::to_value(&value).unwrap();
    assert_eq!(
        json,
        json!({ "theValue": 1, "kind": "PLAIN", "choice": { "count": 2 }, "raw": "AQ==" })
    );
    there_and_back(&value);
    there_and_back(&Own { kind: Kind::Other(9), ..value });
}

/// A field of another type is spelled so alone.
#[derive(Serialize, serde::Deserialize)]
struct Record {
    #[serde(with = "thrift_runtime::idl")]
    levels: Vec<Level>,
}

#[test]
fn a_field_by_itself() {
    let record: Record = serde_json::from_str(r#"{"levels":["LOW",5]}"#).unwrap();
    assert_eq!(serde_json::to_string(&record).unwrap(), r#"{"levels":["LOW","veryHigh"]}"#);
}

#[test]
fn what_a_newer_peer_wrote_is_left_out() {
    let unknown: Either = BinaryProtocol::STRICT.decode(b"\x03\0\x09\x05\0").unwrap();
    assert_eq!(serde_json::to_string(&unknown).unwrap(), "{}");
}

/// Written by Apache's `TSimpleJSONProtocol` in Python, 0.25, for the same value. (The code was
/// generated with a `string` in place of the `uuid`, which writes the same.)
const APACHE: &str = include_str!("simple.json");

#[test]
fn simple_json_is_apaches() {
    let value = Every {
        text: "a \"b\"\\ \n\t/ \u{1f600}".to_owned(),
        by_list: BTreeMap::new(),
        flags: BTreeMap::from([(-5, true), (6, false)]),
        inner: Some(Inner { the_text: "in".to_owned(), level: Some(Level::LOW) }),
        by_ratio: BTreeMap::from([
            (OrderedFloat(1.5), Bytes::from_static(b"y")),
            (OrderedFloat(2.0), Bytes::new()),
        ]),
        ratio: 1e-7,
        ..every()
    };
    assert_eq!(thrift_runtime::idl::simple_json(&value).unwrap(), APACHE.trim_end());
    let error = thrift_runtime::idl::simple_json(&every()).unwrap_err();
    assert!(error.to_string().contains("cannot be a key"), "{error}");
    fn is_spelled<T: Value>() -> String {
        thrift_runtime::idl::simple_json(&T::default()).unwrap()
    }
    assert_eq!(is_spelled::<Vec<f64>>(), "[]");
    for (value, text) in [(1e16, "1e+16"), (-2.5e-9, "-2.5e-09"), (1.0, "1.0"), (1e300, "1e+300")] {
        assert_eq!(thrift_runtime::idl::simple_json(&value).unwrap(), text);
    }
    assert!(thrift_runtime::idl::simple_json(&f64::NAN).is_err());
}
