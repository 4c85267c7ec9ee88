//! Values of structs whose fields are known from an IDL that was loaded at run time.

use std::{fmt, sync::Arc};

use thrift_idl::model::Requiredness;

use super::{
    StructType, Value,
    body::Body,
    check,
    check::Mismatch,
    defaults::Budget,
    schema::{Field, Schema, Shape, Structure},
};
use crate::{
    error::{Error, Result},
    protocol::{Output, Protocol},
    value::Any,
};

/// A value of a struct, union or exception.
///
/// It holds fields that are set, each with a value of its type, and those that only newer peers know,
/// which are kept. A field that is absent on the wire has its default of the IDL, if it has one.
pub struct StructValue(pub(super) Box<Body>);

impl StructValue {
    pub(super) fn empty(of: StructType) -> Self {
        StructValue(Body::new(of))
    }

    /// A value with these fields, and the defaults of those that are left out.
    pub(super) fn of_fields(
        of: StructType,
        fields: impl IntoIterator<Item = (String, Value)>,
        budget: &Budget,
    ) -> Result<Self, Mismatch> {
        let mut value = StructValue::empty(of);
        let mut set = 0;
        for (name, field) in fields {
            set += usize::from(!field.is_null());
            value.fit(&name, field, budget)?;
        }
        match value.ty().structure() {
            Some(of) if of.is_union() && set != 1 => Err(Mismatch::arms(&of.name, set)),
            _ => value.complete(budget).map(|()| value),
        }
    }

    /// Its type.
    pub fn ty(&self) -> &StructType {
        &self.0.of
    }

    /// The name of its type.
    pub fn type_name(&self) -> &str {
        self.ty().name()
    }

    /// The field of this name, if it is set.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(self.ty().structure()?.position(name)?)
    }

    /// Sets a field. [`Value::Null`] leaves it out.
    ///
    /// # Errors
    ///
    /// If the struct has no such field, or the field has another type; or if the value is made of
    /// [fields](crate::dynamic::Fields), and what they leave out has defaults of more than 64 MiB.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> Result<(), Mismatch> {
        self.fit(name, value.into(), &Budget::new())
    }

    /// Sets a field to what a value becomes of its type.
    pub(super) fn fit(
        &mut self,
        name: &str,
        value: Value,
        budget: &Budget,
    ) -> Result<(), Mismatch> {
        let schema = self.ty().schema();
        let Some(of) = self.ty().structure() else { return Ok(()) };
        let Some(at) = of.position(name) else { return Err(Mismatch::no_field(of, name)) };
        let fitted = match (value, of.field(at)) {
            (Value::Null, _) | (_, None) => Value::Null,
            (value, Some(field)) => check::fit(schema, value, &field.shape, budget)
                .map_err(|mismatch| mismatch.in_field(&of.name, &field.name))?,
        };
        self.0.put(at, fitted);
        Ok(())
    }

    /// The names and values of the fields that are set, in ascending order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        let of = self.ty().structure();
        self.0.iter().filter_map(move |(at, value)| Some((&*of?.field(at)?.name, value)))
    }

    /// The fields that the IDL does not know, in the order in which they came. They are written again.
    pub fn unknown_fields(&self) -> impl Iterator<Item = (i16, &Any)> {
        self.0.unknown().iter()
    }

    /// Encodes the value.
    ///
    /// # Errors
    ///
    /// If a required field is missing, or if the value cannot be written: because a length exceeds
    /// `i32::MAX`, or it nests too deep.
    pub fn encode(&self, protocol: impl Protocol) -> Result<Vec<u8>> {
        let mut out = Output::new();
        self.write(protocol, &mut out)?;
        Ok(out.into_vec())
    }

    /// Appends the encoded value to `out`.
    ///
    /// # Errors
    ///
    /// Like [`encode`](StructValue::encode). `out` is then unchanged.
    pub fn write(&self, protocol: impl Protocol, out: &mut Output) -> Result<()> {
        self.check().map_err(Error::from)?;
        protocol.write_value(&self.writing(), out)
    }

    /// The same value of a type of that name, whose IDL may have been loaded once more.
    pub(super) fn into_type(self, of: &StructType) -> Result<Self, Mismatch> {
        match check::fit(of.schema(), self.into(), &Shape::Struct(of.at()), &Budget::new())? {
            Value::Struct(value) => Ok(value),
            // Fitting a struct to a struct's type gives a struct, so that this cannot happen.
            other => Err(Mismatch::new(format!("found {}", other.describe()))),
        }
    }

    /// Adds the defaults of fields that are absent, and checks that none is missing.
    pub(super) fn complete(&mut self, budget: &Budget) -> Result<(), Mismatch> {
        let ty = self.ty().clone();
        let Some(of) = ty.structure() else { return Ok(()) };
        budget.take(self.lacking(of), of)?;
        self.fill(ty.schema(), of);
        match self.missing(of) {
            Some(field) => Err(Mismatch::missing(&of.name, &field.name)),
            None if of.is_union() && self.0.len() != 1 => {
                Err(Mismatch::arms(&of.name, self.0.len()))
            }
            None => Ok(()),
        }
    }

    /// How many bytes the defaults of fields that are absent take.
    fn lacking(&self, of: &Structure) -> usize {
        if of.is_union() {
            return 0;
        }
        let absent = of.fields.iter().zip(0..=u16::MAX);
        let absent =
            absent.filter(|(field, at)| field.default.is_some() && self.0.get(*at).is_none());
        let (size, last) = absent.fold((0_usize, None), |(sum, _), (field, at)| {
            (sum.saturating_add(field.default_size), Some(at))
        });
        size.saturating_add(last.map_or(0, |at| self.0.lacking(at)))
    }

    /// Adds the defaults of fields that are absent, whose size the caller has seen to. A union has none.
    pub(super) fn fill(&mut self, schema: &Arc<Schema>, of: &Structure) {
        if of.is_union() {
            return;
        }
        for (field, at) in of.fields.iter().zip(0..=u16::MAX) {
            if let Some(default) = &field.default
                && self.0.get(at).is_none()
                && let Some(value) = check::constant(schema, default, &field.shape)
            {
                self.0.put(at, value);
            }
        }
    }

    /// A required field that is not set.
    pub(super) fn missing<'s>(&self, of: &'s Structure) -> Option<&'s Field> {
        let mut fields = of.fields.iter().zip(0..=u16::MAX);
        let missing = fields.find(|(field, at)| {
            field.requiredness == Requiredness::Required && self.0.get(*at).is_none()
        });
        missing.map(|(field, _)| field)
    }

    /// Checks what may be missing since fields were set or removed, here and within.
    pub(super) fn check(&self) -> Result<(), Mismatch> {
        let Some(of) = self.ty().structure() else { return Ok(()) };
        if of.is_union() && self.0.len() > 1 {
            return Err(Mismatch::arms(&of.name, self.0.len()));
        }
        if of.demanding
            && let Some(field) = self.missing(of)
        {
            return Err(Mismatch::missing(&of.name, &field.name));
        }
        self.0.each(of, |field, value| match check::may_lack(value) {
            true => {
                check::complete(value).map_err(|mismatch| mismatch.in_field(&of.name, &field.name))
            }
            false => Ok(()),
        })
    }
}

impl Clone for StructValue {
    fn clone(&self) -> Self {
        StructValue(self.0.copy())
    }
}

/// Values of types of one name are equal if their fields are.
impl PartialEq for StructValue {
    fn eq(&self, other: &Self) -> bool {
        if self.ty().is(other.ty()) {
            return self.0 == other.0;
        }
        self.type_name() == other.type_name()
            && self.iter().eq(other.iter())
            && self.0.unknown() == other.0.unknown()
    }
}

impl fmt::Debug for StructValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(self.type_name());
        for (name, value) in self.iter() {
            shown.field(name, value);
        }
        for (id, value) in self.unknown_fields() {
            shown.field(&id.to_string(), value);
        }
        shown.finish()
    }
}
