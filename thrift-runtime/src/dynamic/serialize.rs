//! Values as people write them in JSON, by serde.
//!
//! | Thrift | JSON |
//! | --- | --- |
//! | numbers, `bool`, `string` | the same; a `double` that is not finite is `"NaN"`, `"Infinity"` or `"-Infinity"` |
//! | `binary` | a text in base64 |
//! | `uuid` | a text |
//! | an enum | the member's name, or a number that has none |
//! | `list`, `set` | an array |
//! | `map` | an object; if its keys are containers, an array of pairs |
//! | struct, exception | an object of the fields that are set |
//! | union | an object of one member |

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{
    Serialize, Serializer,
    ser::{SerializeMap as _, SerializeSeq as _},
};

use super::{EnumValue, StructValue, Value};
use crate::value::{Any, AnyStruct};

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::I8(value) => serializer.serialize_i8(*value),
            Value::I16(value) => serializer.serialize_i16(*value),
            Value::I32(value) => serializer.serialize_i32(*value),
            Value::I64(value) => serializer.serialize_i64(*value),
            Value::Double(value) => double(*value, serializer),
            Value::String(value) => serializer.serialize_str(value),
            Value::Binary(value) => serializer.serialize_str(&STANDARD.encode(&**value)),
            Value::Uuid(value) => serializer.collect_str(value),
            Value::Enum(value) => value.serialize(serializer),
            Value::List(elements) | Value::Set(elements) => serializer.collect_seq(elements),
            Value::Map(pairs) => {
                if pairs.first().is_some_and(|(key, _)| is_container(key)) {
                    return serializer.collect_seq(pairs.iter().map(|(key, value)| (key, value)));
                }
                let mut map = serializer.serialize_map(Some(pairs.len()))?;
                for (key, value) in pairs {
                    map.serialize_entry(&Key(key), value)?;
                }
                map.end()
            }
            Value::Struct(value) => value.serialize(serializer),
        }
    }
}

fn double<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        value if value.is_finite() => serializer.serialize_f64(value),
        value if value.is_nan() => serializer.serialize_str("NaN"),
        value if value > 0.0 => serializer.serialize_str("Infinity"),
        _ => serializer.serialize_str("-Infinity"),
    }
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Set(_) | Value::Map(_) | Value::Struct(_))
}

/// A key of an object, which is a text.
struct Key<'a>(&'a Value);

impl Serialize for Key<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Bool(value) => serializer.collect_str(value),
            Value::I8(value) => serializer.collect_str(value),
            Value::I16(value) => serializer.collect_str(value),
            Value::I32(value) => serializer.collect_str(value),
            Value::I64(value) => serializer.collect_str(value),
            Value::Double(value) if value.is_finite() => serializer.collect_str(value),
            Value::Enum(value) if value.name().is_none() => serializer.collect_str(&value.number),
            value => value.serialize(serializer),
        }
    }
}

impl Serialize for EnumValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.name() {
            Some(name) => serializer.serialize_str(name),
            None => serializer.serialize_i32(self.number),
        }
    }
}

/// Fields that the IDL does not know have their ids for names.
impl Serialize for StructValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        for (id, value) in self.unknown_fields() {
            map.serialize_entry(&id.to_string(), &Readable(value))?;
        }
        map.end()
    }
}

/// A value without IDL as JSON that people can read: fields by their ids, and text where bytes are
/// text. It cannot be read back.
///
/// ```
/// use thrift_runtime::{BinaryProtocol, Protocol, dynamic::Readable, value::AnyStruct};
///
/// let bytes = b"\x08\0\x01\0\0\0\x05\x0b\0\x02\0\0\0\x02hi\0";
/// let value: AnyStruct = BinaryProtocol::STRICT.decode(bytes)?;
/// let json = serde_json::to_string(&Readable(&value))?;
/// assert_eq!(json, r#"{"1":5,"2":"hi"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Readable<'a, T>(pub &'a T);

impl Serialize for Readable<'_, AnyStruct> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = &self.0.0;
        serializer.collect_map(fields.iter().map(|(id, value)| (id.to_string(), Readable(value))))
    }
}

impl Serialize for Readable<'_, Any> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Any::Bool(value) => serializer.serialize_bool(*value),
            Any::I8(value) => serializer.serialize_i8(*value),
            Any::I16(value) => serializer.serialize_i16(*value),
            Any::I32(value) => serializer.serialize_i32(*value),
            Any::I64(value) => serializer.serialize_i64(*value),
            Any::Double(value) => double(value.0, serializer),
            Any::String(bytes) => match str::from_utf8(bytes) {
                Ok(text) => serializer.serialize_str(text),
                Err(_) => serializer.serialize_str(&STANDARD.encode(bytes)),
            },
            Any::Uuid(value) => serializer.collect_str(value),
            Any::Struct(value) => Readable(value).serialize(serializer),
            Any::List(_, elements) | Any::Set(_, elements) => {
                let mut seq = serializer.serialize_seq(Some(elements.len()))?;
                for element in elements {
                    seq.serialize_element(&Readable(element))?;
                }
                seq.end()
            }
            // Their keys may be anything.
            Any::Map(_, _, pairs) => serializer
                .collect_seq(pairs.iter().map(|(key, value)| (Readable(key), Readable(value)))),
        }
    }
}
