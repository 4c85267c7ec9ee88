//! Values of an IDL's types from JSON and other formats that describe themselves, by serde: the reverse
//! of how they are written.

mod structure;

use std::{fmt, sync::Arc};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::{
    Deserializer,
    de::{self, DeserializeSeed, Error as _, MapAccess, SeqAccess, Unexpected, Visitor},
};

use self::structure::StructVisitor;
use super::{
    MethodType, Mismatch, StructType, StructValue, Value, check,
    defaults::Budget,
    schema::{Schema, Shape},
};
use crate::{error::escaped, protocol::Limits};

/// Padding may be left out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads a value of the struct. The defaults of all fields that a document leaves out take 64 MiB at most.
///
/// ```
/// use serde::de::DeserializeSeed as _;
/// use thrift_runtime::dynamic;
///
/// let idl = dynamic::parse("enum Colour { RED } struct Car { 1: binary key, 2: Colour colour }")?;
/// let mut json = serde_json::Deserializer::from_str(r#"{"key": "aGk=", "colour": "RED"}"#);
/// let car = idl.structure("Car")?.deserialize(&mut json)?;
/// assert_eq!(car.get("key").unwrap().as_bytes(), Some(&b"hi"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl<'de> DeserializeSeed<'de> for StructType {
    type Value = StructValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<StructValue, D::Error> {
        let budget = &Budget::new();
        deserializer.deserialize_map(StructVisitor { of: self, all: false, depth: 0, budget })
    }
}

/// Reads the method's arguments. `null` leaves one out; otherwise all have to be there. The defaults of all
/// fields that a document leaves out take 64 MiB at most.
impl<'de> DeserializeSeed<'de> for MethodType {
    type Value = StructValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<StructValue, D::Error> {
        let (of, budget) = (self.arguments(), &Budget::new());
        deserializer.deserialize_map(StructVisitor { of, all: true, depth: 0, budget })
    }
}

impl StructType {
    /// Reads the value of one field.
    ///
    /// # Errors
    ///
    /// If there is no such field, or the value is of another type; or if the defaults of all fields that
    /// are left out take more than 64 MiB.
    pub fn field_value<'de, D: Deserializer<'de>>(
        &self,
        field: &str,
        deserializer: D,
    ) -> Result<Value, D::Error> {
        let none = || D::Error::custom(format_args!("there is no field `{}`", escaped(field)));
        let of = self.structure().ok_or_else(none)?;
        let Some(known) = of.position(field).and_then(|at| of.field(at)) else {
            return Err(D::Error::custom(Mismatch::no_field(of, field)));
        };
        let within = (&*of.name, &*known.name);
        let (schema, shape, budget) = (self.schema(), &known.shape, &Budget::new());
        let seed = Seed { schema, shape, within, key: false, depth: 0, budget };
        seed.deserialize(deserializer)
    }
}

/// A value of a type, at a depth.
#[derive(Clone, Copy)]
struct Seed<'s> {
    schema: &'s Arc<Schema>,
    shape: &'s Shape,
    /// The struct and the field that it is in, for messages.
    within: (&'s str, &'s str),
    /// Whether it is the key of an object, where numbers are texts.
    key: bool,
    depth: u32,
    /// For the defaults of the whole document.
    budget: &'s Budget,
}

impl<'s> Seed<'s> {
    /// Of what this one consists of.
    fn inner(self, shape: &'s Shape) -> Self {
        Seed { shape, key: false, depth: self.depth + 1, ..self }
    }

    fn wrong<E: de::Error>(&self, found: Unexpected<'_>) -> E {
        E::invalid_type(found, self)
    }

    fn fitted<E: de::Error>(&self, fitted: Result<Value, Mismatch>) -> Result<Value, E> {
        fitted.map_err(|mismatch| {
            let (structure, field) = self.within;
            E::custom(format_args!("{structure}.{field}: {mismatch}"))
        })
    }

    fn text<E: de::Error>(&self, text: &str) -> Result<Value, E> {
        let number = || text.parse::<i64>().ok().filter(|_| self.key);
        let value = match self.shape {
            Shape::String => Ok(Value::from(text)),
            Shape::Binary => BASE64.decode(text).map(Value::from).map_err(|error| {
                Mismatch::new(format!("expected base64, found `{}`: {error}", escaped(text)))
            }),
            Shape::Uuid => check::uuid(text).map(Value::Uuid),
            Shape::Enum(of) => match number() {
                Some(number) => check::integer(self.schema, number, self.shape),
                None => check::member(of, text).map(Value::Enum),
            },
            Shape::Double => match text {
                "NaN" => Ok(Value::Double(f64::NAN)),
                "Infinity" => Ok(Value::Double(f64::INFINITY)),
                "-Infinity" => Ok(Value::Double(f64::NEG_INFINITY)),
                _ => match text.parse().ok().filter(|_| self.key) {
                    Some(value) => Ok(Value::Double(value)),
                    None => return Err(self.wrong(Unexpected::Str(text))),
                },
            },
            Shape::Bool if self.key && matches!(text, "true" | "false") => {
                Ok(Value::Bool(text == "true"))
            }
            _ => match number() {
                Some(number) => check::integer(self.schema, number, self.shape),
                None => return Err(self.wrong(Unexpected::Str(text))),
            },
        };
        self.fitted(value)
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.depth > Limits::MAX_DEPTH {
            return Err(D::Error::custom(format_args!(
                "nested deeper than {} levels",
                Limits::MAX_DEPTH
            )));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (structure, field) = self.within;
        match self.shape {
            Shape::Binary => write!(f, "base64 for {structure}.{field}"),
            shape => write!(f, "{} for {structure}.{field}", shape.describe(self.schema)),
        }
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        match self.shape {
            Shape::Bool => Ok(Value::Bool(value)),
            _ => Err(self.wrong(Unexpected::Bool(value))),
        }
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Value, E> {
        match self.shape {
            // The nearest one will do, as for a number with a point.
            Shape::Double => Ok(Value::Double(number as f64)),
            Shape::I8 | Shape::I16 | Shape::I32 | Shape::I64 | Shape::Enum(_) => {
                self.fitted(check::integer(self.schema, number, self.shape))
            }
            _ => Err(self.wrong(Unexpected::Signed(number))),
        }
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Value, E> {
        match (i64::try_from(number), self.shape) {
            (Ok(number), _) => self.visit_i64(number),
            (Err(_), Shape::Double) => Ok(Value::Double(number as f64)),
            (Err(_), _) => Err(self.wrong(Unexpected::Unsigned(number))),
        }
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        match self.shape {
            Shape::Double => Ok(Value::Double(number)),
            _ => Err(self.wrong(Unexpected::Float(number))),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        self.text(text)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Value, E> {
        match self.shape {
            Shape::Binary => Ok(Value::from(bytes)),
            _ => Err(self.wrong(Unexpected::Bytes(bytes))),
        }
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        match self.shape {
            Shape::List(element) | Shape::Set(element) => {
                let seed = self.inner(element);
                while let Some(value) = elements.next_element_seed(seed)? {
                    values.push(present(&seed, value)?);
                }
            }
            Shape::Map(_) => {
                let mut pairs = Vec::new();
                while let Some(pair) = elements.next_element_seed(Pair(self))? {
                    pairs.push(pair);
                }
                return Ok(Value::Map(pairs));
            }
            _ => return Err(self.wrong(Unexpected::Seq)),
        }
        Ok(match self.shape {
            Shape::Set(_) => Value::Set(values),
            _ => Value::List(values),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        match self.shape {
            Shape::Map(pair) => {
                let (key, value) = (Seed { key: true, ..self.inner(&pair.0) }, self.inner(&pair.1));
                let mut pairs = Vec::new();
                while let Some(read) = entries.next_key_seed(key)? {
                    let read = present(&key, read)?;
                    pairs.push((read, present(&value, entries.next_value_seed(value)?)?));
                }
                Ok(Value::Map(pairs))
            }
            Shape::Struct(at) => {
                let of = StructType::new(self.schema, *at);
                let visitor =
                    StructVisitor { of, all: false, depth: self.depth, budget: self.budget };
                visitor.visit_map(entries).map(Value::from)
            }
            _ => Err(self.wrong(Unexpected::Map)),
        }
    }
}

/// Only a field may be left out.
fn present<E: de::Error>(seed: &Seed<'_>, value: Value) -> Result<Value, E> {
    match value {
        Value::Null => Err(seed.wrong(Unexpected::Unit)),
        value => Ok(value),
    }
}

/// A pair of a map that is an array of pairs.
struct Pair<'s>(Seed<'s>);

impl<'de> DeserializeSeed<'de> for Pair<'_> {
    type Value = (Value, Value);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Pair<'_> {
    type Value = (Value, Value);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key and a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let Shape::Map(pair) = self.0.shape else { return Err(A::Error::invalid_length(0, &self)) };
        let (key, value) = (self.0.inner(&pair.0), self.0.inner(&pair.1));
        let read_key = elements.next_element_seed(key)?;
        let read_value = elements.next_element_seed(value)?;
        match (read_key, read_value) {
            (Some(read_key), Some(read_value)) => {
                Ok((present(&key, read_key)?, present(&value, read_value)?))
            }
            (read_key, _) => Err(A::Error::invalid_length(usize::from(read_key.is_some()), &self)),
        }
    }
}
