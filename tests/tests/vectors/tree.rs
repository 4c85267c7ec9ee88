//! Values as trees, to compare what was read with what the vectors say.

use serde_json::Value as Json;
use thrift_runtime::{
    protocol::TType,
    value::{Any, AnyStruct},
};

/// A value without the order of what has none: fields, elements of sets, pairs of maps.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tree {
    Bool(bool),
    Int(&'static str, i64),
    Double(u64),
    String(Vec<u8>),
    Uuid([u8; 16]),
    Struct(Vec<(i16, Tree)>),
    List(TType, Vec<Tree>),
    Set(TType, Vec<Tree>),
    /// The types are not compared if there are no pairs: not every protocol writes them.
    Map(Option<(TType, TType)>, Vec<(Tree, Tree)>),
}

impl From<&AnyStruct> for Tree {
    fn from(value: &AnyStruct) -> Tree {
        Tree::structure(value.0.iter().map(|(id, value)| (*id, value.into())).collect())
    }
}

impl From<&Any> for Tree {
    fn from(value: &Any) -> Tree {
        let all = |values: &[Any]| values.iter().map(Tree::from).collect();
        match value {
            Any::Bool(value) => Tree::Bool(*value),
            Any::I8(value) => Tree::Int("i8", (*value).into()),
            Any::I16(value) => Tree::Int("i16", (*value).into()),
            Any::I32(value) => Tree::Int("i32", (*value).into()),
            Any::I64(value) => Tree::Int("i64", *value),
            Any::Double(value) => Tree::Double(value.to_bits()),
            Any::String(value) => Tree::String(value.to_vec()),
            Any::Uuid(value) => Tree::Uuid(*value.as_bytes()),
            Any::Struct(value) => value.into(),
            Any::List(element, values) => Tree::List(*element, all(values)),
            Any::Set(element, values) => Tree::set(*element, all(values)),
            Any::Map(key, value, pairs) => {
                Tree::map((*key, *value), pairs.iter().map(|(k, v)| (k.into(), v.into())).collect())
            }
            other => panic!("no vector has {other:?}"),
        }
    }
}

impl From<&Json> for Tree {
    fn from(tree: &Json) -> Tree {
        let int = |ty: &'static str| Tree::Int(ty, tree["v"].as_i64().unwrap());
        let entries = |key: &str| tree[key].as_array().unwrap().iter();
        let hex = || hex(tree["hex"].as_str().unwrap());
        match tree["t"].as_str().unwrap() {
            "bool" => Tree::Bool(tree["v"].as_bool().unwrap()),
            "i8" => int("i8"),
            "i16" => int("i16"),
            "i32" => int("i32"),
            "i64" => Tree::Int("i64", tree["v"].as_str().unwrap().parse().unwrap()),
            "double" => {
                Tree::Double(u64::from_str_radix(tree["bits"].as_str().unwrap(), 16).unwrap())
            }
            "string" | "binary" => Tree::String(hex()),
            "uuid" => Tree::Uuid(hex().try_into().unwrap()),
            "struct" => Tree::structure(
                entries("f")
                    .map(|field| {
                        (field[0].as_i64().unwrap().try_into().unwrap(), (&field[1]).into())
                    })
                    .collect(),
            ),
            "list" => Tree::List(ttype(&tree["e"]), entries("v").map(Tree::from).collect()),
            "set" => Tree::set(ttype(&tree["e"]), entries("v").map(Tree::from).collect()),
            "map" => Tree::map(
                (ttype(&tree["k"]), ttype(&tree["w"])),
                entries("v").map(|pair| ((&pair[0]).into(), (&pair[1]).into())).collect(),
            ),
            other => panic!("a tree of type {other:?}"),
        }
    }
}

impl Tree {
    fn structure(mut fields: Vec<(i16, Tree)>) -> Tree {
        // Of fields with one id the order stays.
        fields.sort_by_key(|(id, _)| *id);
        Tree::Struct(fields)
    }

    fn set(element: TType, mut values: Vec<Tree>) -> Tree {
        values.sort();
        Tree::Set(element, values)
    }

    fn map(types: (TType, TType), mut pairs: Vec<(Tree, Tree)>) -> Tree {
        pairs.sort();
        Tree::Map((!pairs.is_empty()).then_some(types), pairs)
    }
}

fn ttype(name: &Json) -> TType {
    match name.as_str().unwrap() {
        "bool" => TType::Bool,
        "i8" => TType::I8,
        "i16" => TType::I16,
        "i32" => TType::I32,
        "i64" => TType::I64,
        "double" => TType::Double,
        "string" | "binary" => TType::String,
        "uuid" => TType::Uuid,
        "struct" => TType::Struct,
        "list" => TType::List,
        "set" => TType::Set,
        "map" => TType::Map,
        other => panic!("an element of type {other:?}"),
    }
}

/// Bytes from their hexadecimal digits.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}
