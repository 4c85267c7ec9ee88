//! Values from what Rust has types for.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use uuid::Uuid;

use super::{EnumValue, Fields, StructValue, Value};
use crate::value::Str;

macro_rules! from {
    ($($ty:ty => $variant:ident),* $(,)?) => {$(
        impl From<$ty> for Value {
            fn from(value: $ty) -> Self {
                Value::$variant(value.into())
            }
        }
    )*};
}

from! {
    bool => Bool,
    i8 => I8,
    i16 => I16,
    i32 => I32,
    i64 => I64,
    u16 => I32,
    u32 => I64,
    f32 => Double,
    f64 => Double,
    &str => String,
    String => String,
    Str => String,
    Bytes => Binary,
    Uuid => Uuid,
    EnumValue => Enum,
    StructValue => Struct,
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Value::from(Bytes::from(bytes))
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(bytes: &[u8; N]) -> Self {
        Value::from(bytes.as_slice())
    }
}

impl<K: Into<Value>, V: Into<Value>> From<BTreeMap<K, V>> for Value {
    fn from(pairs: BTreeMap<K, V>) -> Self {
        Value::Map(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<K: Into<Value>, V: Into<Value>, S> From<HashMap<K, V, S>> for Value {
    fn from(pairs: HashMap<K, V, S>) -> Self {
        Value::Map(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Value::from(Bytes::copy_from_slice(bytes))
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(elements: Vec<T>) -> Self {
        Value::List(elements.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>, const N: usize> From<[T; N]> for Value {
    fn from(elements: [T; N]) -> Self {
        Value::List(elements.into_iter().map(Into::into).collect())
    }
}

/// `None` is [`Value::Null`].
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl From<Fields> for Value {
    fn from(fields: Fields) -> Self {
        let pairs = fields.0.into_iter().map(|(name, value)| (Value::from(name), value));
        Value::Map(pairs.collect())
    }
}
