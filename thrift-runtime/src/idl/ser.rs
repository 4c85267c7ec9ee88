//! Trees to formats.

use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap as _, SerializeSeq as _, SerializeStruct as _},
};

use super::{
    tree::{Tree, base64, hyphenated},
    write,
};
use crate::value::Value;

/// Writes a value as the IDL spells it.
///
/// # Errors
///
/// If the format cannot express it, or it is nested deeper than [`Limits::MAX_DEPTH`](crate::Limits).
pub fn serialize<V: Value, S: Serializer>(value: &V, serializer: S) -> Result<S::Ok, S::Error> {
    match write::tree(value) {
        Some(tree) => tree.serialize(serializer),
        None => Err(S::Error::custom("the value is nested too deep")),
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let readable = serializer.is_human_readable();
        match self {
            Tree::Null => serializer.serialize_none(),
            Tree::Bool(value) => serializer.serialize_bool(*value),
            Tree::Int(value) => serializer.serialize_i64(*value),
            Tree::Large(value) => serializer.serialize_u64(*value),
            Tree::Double(value) if readable && value.is_nan() => serializer.serialize_str("NaN"),
            Tree::Double(value) if readable && value.is_infinite() => {
                serializer.serialize_str(if *value > 0.0 { "Infinity" } else { "-Infinity" })
            }
            Tree::Double(value) => serializer.serialize_f64(*value),
            Tree::Text(value) => serializer.serialize_str(value),
            Tree::Binary(value) if readable => serializer.serialize_str(&base64(value)),
            Tree::Binary(value) => serializer.serialize_bytes(value),
            Tree::Uuid(value) if readable => serializer.serialize_str(&hyphenated(*value)),
            Tree::Uuid(value) => serializer.serialize_bytes(value),
            Tree::Member(_, Some(name)) => serializer.serialize_str(name),
            Tree::Member(number, None) => serializer.serialize_i32(*number),
            Tree::List(elements) => {
                let mut list = serializer.serialize_seq(Some(elements.len()))?;
                elements.iter().try_for_each(|element| list.serialize_element(element))?;
                list.end()
            }
            Tree::Map(pairs) if pairs.iter().all(|(key, _)| key.is_key()) => {
                let mut map = serializer.serialize_map(Some(pairs.len()))?;
                pairs.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
            Tree::Map(pairs) => {
                serializer.collect_seq(pairs.iter().map(|(key, value)| [key, value]))
            }
            Tree::Struct(name, fields) => {
                let mut structure = serializer.serialize_struct(name, fields.len())?;
                fields
                    .iter()
                    .try_for_each(|(name, value)| structure.serialize_field(name, value))?;
                structure.end()
            }
        }
    }
}

impl Tree {
    /// Whether objects may have such keys.
    fn is_key(&self) -> bool {
        !matches!(self, Tree::Null | Tree::List(_) | Tree::Map(_) | Tree::Struct(..))
    }
}
