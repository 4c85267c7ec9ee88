//! Making values fit the types of an IDL.

use std::{error::Error as StdError, fmt, sync::Arc};

use bytes::Bytes;
use thrift_idl::{
    model::{self, Item},
    suggest,
};
use uuid::Uuid;

use super::{
    EnumValue, StructType, StructValue, Value,
    defaults::Budget,
    schema::{Enumeration, Kind, Schema, Shape, Structure},
};
use crate::error::{Error, ErrorKind, escaped};

/// Why a value is not of the type that the IDL asks for.
///
/// `Display` says where and what: `Message.sender: expected a string, found 5`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Innermost first.
    path: Vec<Step>,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(Arc<str>, Arc<str>),
    Index(usize),
    Key(usize),
}

impl Mismatch {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Mismatch { path: Vec::new(), text: text.into() }
    }

    fn kind(schema: &Schema, shape: &Shape, found: &str) -> Self {
        let expected = shape.describe(schema);
        let article =
            if expected.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" };
        Mismatch::new(format!("expected {article} {expected}, found {found}"))
    }

    #[cold]
    pub(super) fn no_field(of: &Structure, name: &str) -> Self {
        let near = suggest::nearest(name, of.fields.iter().map(|field| &*field.name));
        let meant = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        Mismatch::new(format!("`{}` has no field `{}`{meant}", of.name, escaped(name)))
    }

    #[cold]
    pub(super) fn arms(name: &str, set: usize) -> Self {
        Mismatch::new(format!("exactly one member of the union `{name}` must be set, not {set}"))
    }

    #[cold]
    pub(super) fn missing(name: &Arc<str>, field: &Arc<str>) -> Self {
        Mismatch::new("the required field is missing").in_field(name, field)
    }

    #[cold]
    pub(super) fn in_field(mut self, structure: &Arc<str>, field: &Arc<str>) -> Self {
        self.path.push(Step::Field(Arc::clone(structure), Arc::clone(field)));
        self
    }

    #[cold]
    pub(super) fn in_element(mut self, index: usize) -> Self {
        self.path.push(Step::Index(index));
        self
    }

    #[cold]
    pub(super) fn in_key(mut self, index: usize) -> Self {
        self.path.push(Step::Key(index));
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut named = false;
        for step in self.path.iter().rev() {
            match step {
                Step::Field(_, field) if named => write!(f, ".{field}")?,
                Step::Field(structure, field) => write!(f, "{structure}.{field}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(index) => write!(f, "[key {index}]")?,
            }
            named = true;
        }
        if named {
            f.write_str(": ")?;
        }
        f.write_str(&self.text)
    }
}

impl StdError for Mismatch {}

impl From<Mismatch> for Error {
    fn from(mismatch: Mismatch) -> Self {
        Error::new(ErrorKind::Unwritable, mismatch.to_string())
    }
}

/// Makes a value fit a type, if it can without loss. Structs that are made of fields get their defaults.
pub(super) fn fit(
    schema: &Arc<Schema>,
    value: Value,
    shape: &Shape,
    budget: &Budget,
) -> Result<Value, Mismatch> {
    let wrong = |value: &Value| Err(Mismatch::kind(schema, shape, &value.describe()));
    Ok(match (shape, value) {
        (Shape::Bool, Value::Bool(value)) => Value::Bool(value),
        (Shape::Double, Value::Double(value)) => Value::Double(value),
        (Shape::String, Value::String(value)) => Value::String(value),
        (Shape::Binary, Value::Binary(value)) => Value::Binary(value),
        (Shape::Binary, Value::String(value)) => Value::from(Bytes::from(String::from(value))),
        (Shape::Uuid, Value::Uuid(value)) => Value::Uuid(value),
        (Shape::Uuid, Value::String(text)) => Value::Uuid(uuid(&text)?),
        (Shape::Enum(of), Value::Enum(value)) if Arc::ptr_eq(of, &value.of) => Value::Enum(value),
        (Shape::Enum(of), Value::Enum(value))
            if of.name == value.of.name && of.members == value.of.members =>
        {
            Value::Enum(EnumValue { of: Arc::clone(of), ..value })
        }
        (Shape::Enum(of), Value::String(name)) => Value::Enum(member(of, &name)?),
        (Shape::List(element) | Shape::Set(element), Value::List(values) | Value::Set(values)) => {
            let mut fitted = Vec::with_capacity(values.len());
            for (index, value) in values.into_iter().enumerate() {
                let value = fit(schema, value, element, budget);
                fitted.push(value.map_err(|mismatch| mismatch.in_element(index))?);
            }
            match shape {
                Shape::Set(_) => Value::Set(fitted),
                _ => Value::List(fitted),
            }
        }
        (Shape::Map(pair), Value::Map(pairs)) => {
            let mut fitted = Vec::with_capacity(pairs.len());
            for (index, (key, value)) in pairs.into_iter().enumerate() {
                let key = fit(schema, key, &pair.0, budget).map_err(|wrong| wrong.in_key(index))?;
                let value =
                    fit(schema, value, &pair.1, budget).map_err(|wrong| wrong.in_element(index))?;
                fitted.push((key, value));
            }
            Value::Map(fitted)
        }
        (Shape::Struct(at), Value::Struct(value)) => {
            let of = StructType::new(schema, *at);
            match of.is(value.ty()) {
                true => Value::Struct(value),
                // It may be of the same IDL, loaded once more.
                false if schema.structure(*at).is_some_and(|of| *of.name == *value.type_name()) => {
                    let mut own = StructValue::empty(of);
                    for (name, field) in value.iter() {
                        own.fit(name, field.clone(), budget)?;
                    }
                    if !value.0.unknown().is_empty() {
                        own.0.unknown_mut().clone_from(value.0.unknown());
                    }
                    Value::Struct(own)
                }
                false => return wrong(&Value::Struct(value)),
            }
        }
        (Shape::Struct(at), Value::Map(pairs)) => {
            let mut fields = Vec::with_capacity(pairs.len());
            for (name, field) in pairs {
                match name {
                    Value::String(name) => fields.push((String::from(name), field)),
                    name => return wrong(&name),
                }
            }
            let of = StructType::new(schema, *at);
            Value::Struct(StructValue::of_fields(of, fields, budget)?)
        }
        (Shape::Enum(_), value @ Value::Enum(_)) => return wrong(&value),
        (_, value) => match value.as_i64() {
            Some(number) if !matches!(value, Value::Enum(_)) => {
                return integer(schema, number, shape);
            }
            _ => return wrong(&value),
        },
    })
}

/// A number as an integer, a `double` or an enum's number.
pub(super) fn integer(schema: &Schema, number: i64, shape: &Shape) -> Result<Value, Mismatch> {
    // Above this, a double cannot represent every integer.
    const EXACT: u64 = 1 << 53;
    let fitted = match shape {
        Shape::I8 => number.try_into().ok().map(Value::I8),
        Shape::I16 => number.try_into().ok().map(Value::I16),
        Shape::I32 => number.try_into().ok().map(Value::I32),
        Shape::I64 => Some(Value::I64(number)),
        Shape::Double => (number.unsigned_abs() <= EXACT).then_some(Value::Double(number as f64)),
        Shape::Enum(of) => {
            let of = Arc::clone(of);
            number.try_into().ok().map(|number| Value::Enum(EnumValue { of, number }))
        }
        _ => None,
    };
    fitted.ok_or_else(|| match shape {
        Shape::I8 | Shape::I16 | Shape::I32 | Shape::Double | Shape::Enum(_) => {
            Mismatch::new(format!("{number} is out of the range of {}", shape.describe(schema)))
        }
        _ => Mismatch::kind(schema, shape, &number.to_string()),
    })
}

/// The member of an enum that is called so.
pub(super) fn member(of: &Arc<Enumeration>, name: &str) -> Result<EnumValue, Mismatch> {
    let bare = name.strip_prefix(&*of.name).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name);
    match of.number_of(bare) {
        Some(number) => Ok(EnumValue { of: Arc::clone(of), number }),
        None => {
            let near = suggest::nearest(bare, of.members.iter().map(|(name, _)| &**name));
            let meant = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            Err(Mismatch::new(format!("`{}` has no member `{}`{meant}", of.name, escaped(name))))
        }
    }
}

pub(super) fn uuid(text: &str) -> Result<Uuid, Mismatch> {
    Uuid::try_parse(text)
        .map_err(|_| Mismatch::new(format!("expected a uuid, found `{}`", escaped(text))))
}

/// Checks the structs within a value for what they can lack.
pub(super) fn complete(value: &Value) -> Result<(), Mismatch> {
    match value {
        Value::Struct(value) => value.check(),
        Value::List(elements) | Value::Set(elements) => {
            if !elements.first().is_some_and(may_lack) {
                return Ok(());
            }
            for (index, element) in elements.iter().enumerate() {
                complete(element).map_err(|mismatch| mismatch.in_element(index))?;
            }
            Ok(())
        }
        Value::Map(pairs) => {
            if !pairs.first().is_some_and(|(key, value)| may_lack(key) || may_lack(value)) {
                return Ok(());
            }
            for (index, (key, value)) in pairs.iter().enumerate() {
                complete(key).map_err(|mismatch| mismatch.in_key(index))?;
                complete(value).map_err(|mismatch| mismatch.in_element(index))?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Whether it is, or holds, what may be a struct.
#[inline]
pub(super) fn may_lack(value: &Value) -> bool {
    matches!(value, Value::Struct(_) | Value::List(_) | Value::Set(_) | Value::Map(_))
}

/// A constant of the IDL as a value of a type. `None` if it is of no such type, which the resolver
/// has seen to. How large and how deep it is, the caller has seen to.
pub(super) fn constant(
    schema: &Arc<Schema>,
    constant: &model::Value,
    shape: &Shape,
) -> Option<Value> {
    let mut constant = constant;
    // A constant that is another one is as deep as that.
    while let model::Value::Const(id) = constant {
        let Item::Const(item) = schema.program.item(*id) else { return None };
        constant = &item.value;
    }
    Some(match (constant, shape) {
        (model::Value::Bool(value), _) => Value::Bool(*value),
        (model::Value::Int(number), _) => integer(schema, *number, shape).ok()?,
        (model::Value::Double(value), _) => Value::Double(*value),
        (model::Value::String(text), _) => Value::from(text.as_str()),
        (model::Value::Binary(bytes), _) => Value::from(bytes.clone()),
        (model::Value::Uuid(bytes), _) => Value::Uuid(Uuid::from_bytes(*bytes)),
        (model::Value::Member { of, member }, Shape::Enum(own)) => {
            let Item::Enum(item) = schema.program.item(*of) else { return None };
            let number = item.members.get(*member)?.value;
            Value::Enum(EnumValue { of: Arc::clone(own), number })
        }
        (model::Value::List(elements), Shape::List(element)) => {
            Value::List(constants(schema, elements, element)?)
        }
        (model::Value::Set(elements), Shape::Set(element)) => {
            Value::Set(constants(schema, elements, element)?)
        }
        (model::Value::Map(pairs), Shape::Map(pair)) => {
            let pairs = pairs.iter().map(|(key, value)| {
                Some((
                    self::constant(schema, key, &pair.0)?,
                    self::constant(schema, value, &pair.1)?,
                ))
            });
            Value::Map(pairs.collect::<Option<_>>()?)
        }
        (model::Value::Struct { of, fields }, Shape::Struct(at)) => {
            let (Item::Struct(item), Kind::Struct(_)) =
                (schema.program.item(*of), schema.kind(*of))
            else {
                return None;
            };
            let mut value = StructValue::empty(StructType::new(schema, *at));
            let structure = schema.structure(*at)?;
            for (index, field) in fields {
                let place = structure.position(&item.fields.get(*index)?.name)?;
                let field = self::constant(schema, field, &structure.field(place)?.shape)?;
                value.0.put(place, field);
            }
            value.fill(schema, structure);
            Value::Struct(value)
        }
        _ => return None,
    })
}

fn constants(schema: &Arc<Schema>, elements: &[model::Value], shape: &Shape) -> Option<Vec<Value>> {
    elements.iter().map(|element| constant(schema, element, shape)).collect()
}
