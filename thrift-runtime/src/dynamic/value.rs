//! Values whose types are known from an IDL that was loaded at run time.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use uuid::Uuid;

use super::{StructValue, schema::Enumeration};
use crate::value::Str;

/// A value of any type.
///
/// [`From`] makes one of a number, a text, a vector or [fields](Fields). Where the IDL asks for
/// another type, it is converted: a number that fits becomes any integer type or `double`, a text a
/// member of an enum, a vector a set, and fields a struct.
///
/// ```
/// use thrift_runtime::dynamic::Value;
///
/// assert_eq!(Value::from(5_i32), Value::I32(5));
/// assert_eq!(Value::from("five"), Value::String("five".into()));
/// assert_eq!(Value::from(vec![1_i64]), Value::List(vec![Value::I64(1)]));
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Value {
    /// Nothing: what a void method returns, and what leaves a field out
    #[default]
    Null,
    /// `bool`
    Bool(bool),
    /// `i8` or `byte`
    I8(i8),
    /// `i16`
    I16(i16),
    /// `i32`
    I32(i32),
    /// `i64`
    I64(i64),
    /// `double`
    Double(f64),
    /// `uuid`
    Uuid(Uuid),
    /// `string`
    String(Str),
    /// `binary`
    Binary(Box<Bytes>),
    /// A member of an enum, or a number of one that the IDL does not name
    Enum(EnumValue),
    /// `list`
    List(Vec<Value>),
    /// `set`, in the order in which the elements came
    Set(Vec<Value>),
    /// `map`, in the order in which the pairs came; of equal keys the last counts
    Map(Vec<(Value, Value)>),
    /// A struct, union or exception
    Struct(StructValue),
}

/// A number of an enum.
#[derive(Clone)]
pub struct EnumValue {
    pub(super) of: Arc<Enumeration>,
    pub(super) number: i32,
}

impl EnumValue {
    /// The number, which is what is on the wire.
    pub fn number(&self) -> i32 {
        self.number
    }

    /// The name that the IDL gives it; `None` for a number of which only newer peers know.
    pub fn name(&self) -> Option<&str> {
        self.of.name_of(self.number)
    }

    /// The name of the enum.
    pub fn type_name(&self) -> &str {
        &self.of.name
    }
}

impl PartialEq for EnumValue {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && self.of.name == other.of.name
    }
}

impl Eq for EnumValue {}

impl fmt::Debug for EnumValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}({})", self.of.name, self.number),
        }
    }
}

impl Value {
    /// Puts a value in its place, where nothing is: so nothing needs to be freed.
    #[inline(always)]
    pub(super) fn fill(&mut self, value: Value) {
        debug_assert!(self.is_null(), "{self:?}");
        std::mem::forget(std::mem::replace(self, value));
    }

    /// Whether something is to be freed with it.
    #[inline(always)]
    pub(super) fn owns(&self) -> bool {
        !matches!(
            self,
            Value::Null
                | Value::Bool(_)
                | Value::I8(_)
                | Value::I16(_)
                | Value::I32(_)
                | Value::I64(_)
                | Value::Double(_)
                | Value::Uuid(_)
        )
    }

    /// Whether it is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The `bool` that it is.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number that it is, of an integer type or an enum.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::I8(value) => Some((*value).into()),
            Value::I16(value) => Some((*value).into()),
            Value::I32(value) => Some((*value).into()),
            Value::I64(value) => Some(*value),
            Value::Enum(value) => Some(value.number.into()),
            _ => None,
        }
    }

    /// The `double` that it is.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Double(value) => Some(*value),
            _ => None,
        }
    }

    /// The text that it is: a `string`, or the name of an enum's member.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(value) => Some(value),
            Value::Enum(value) => value.name(),
            _ => None,
        }
    }

    /// The bytes that it is: a `binary`, or a `string` in UTF-8.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Binary(value) => Some(value),
            Value::String(value) => Some(value.as_bytes()),
            _ => None,
        }
    }

    /// The elements of a list or set.
    pub fn as_elements(&self) -> Option<&[Value]> {
        match self {
            Value::List(elements) | Value::Set(elements) => Some(elements),
            _ => None,
        }
    }

    /// The pairs of a map.
    pub fn as_pairs(&self) -> Option<&[(Value, Value)]> {
        match self {
            Value::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The struct, union or exception that it is.
    pub fn as_struct(&self) -> Option<&StructValue> {
        match self {
            Value::Struct(value) => Some(value),
            _ => None,
        }
    }

    /// The field of this name, if this is a struct and the field is set.
    ///
    /// For a field of a field, give the names one after the other: `value.get("head")?.get("id")`.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.as_struct()?.get(field)
    }

    /// What it is, in a word.
    pub(super) fn describe(&self) -> String {
        match self {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::I8(value) => value.to_string(),
            Value::I16(value) => value.to_string(),
            Value::I32(value) => value.to_string(),
            Value::I64(value) => value.to_string(),
            Value::Double(value) => value.to_string(),
            Value::String(_) => "a text".to_owned(),
            Value::Binary(_) => "bytes".to_owned(),
            Value::Uuid(_) => "a uuid".to_owned(),
            Value::Enum(value) => format!("a member of `{}`", value.of.name),
            Value::List(_) => "a list".to_owned(),
            Value::Set(_) => "a set".to_owned(),
            Value::Map(_) => "a map".to_owned(),
            Value::Struct(value) => format!("a value of `{}`", value.type_name()),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => value.fmt(f),
            Value::I8(value) => value.fmt(f),
            Value::I16(value) => value.fmt(f),
            Value::I32(value) => value.fmt(f),
            Value::I64(value) => value.fmt(f),
            Value::Double(value) => value.fmt(f),
            Value::String(value) => value.fmt(f),
            Value::Binary(value) => value.fmt(f),
            Value::Uuid(value) => fmt::Display::fmt(value, f),
            Value::Enum(value) => value.fmt(f),
            Value::List(elements) => elements.fmt(f),
            Value::Set(elements) => f.debug_set().entries(elements).finish(),
            Value::Map(pairs) => {
                f.debug_map().entries(pairs.iter().map(|(key, value)| (key, value))).finish()
            }
            Value::Struct(value) => value.fmt(f),
        }
    }
}

/// Names and values, of which an IDL makes arguments or a struct: what [`args!`](crate::args) makes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields(pub(super) Vec<(String, Value)>);

impl Fields {
    /// Adds a field. `None` and [`Value::Null`] leave it out, which the receiver notices.
    ///
    /// ```
    /// use thrift_runtime::{args, dynamic::Fields};
    ///
    /// let fields = Fields::default().with("a", 5).with("b", None::<i32>);
    /// assert_eq!(fields, args! { a: 5, b: None::<i32> });
    /// ```
    #[must_use = "only the returned fields have the new one"]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }
}
