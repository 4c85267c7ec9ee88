//! Structs whose fields are known from an IDL that was loaded at run time.

use std::{fmt, sync::Arc};

use thrift_idl::model::Requiredness;

use super::{
    Fields, Idl, Value, check,
    check::Mismatch,
    schema::{Field, Schema, Shape, Structure},
};
use crate::{
    error::{Error, Result},
    protocol::{Input, Limits, Output, Protocol},
    value::{Any, UnknownFields},
};

/// How many bytes the defaults of one struct may take.
const LARGEST_DEFAULTS: usize = 64 << 20;

/// A struct, union or exception of an [`Idl`].
#[derive(Clone)]
pub struct StructType {
    schema: Arc<Schema>,
    at: u32,
}

/// A value of a struct, union or exception.
///
/// It holds fields that are set, each with a value of its type, and those that only newer peers know,
/// which are kept. A field that is absent on the wire has its default of the IDL, if it has one.
#[derive(Clone)]
pub struct StructValue {
    pub(super) of: StructType,
    /// The places of fields that are set, in ascending order, with their values.
    pub(super) fields: Vec<(u16, Value)>,
    pub(super) unknown: UnknownFields,
}

impl StructType {
    pub(super) fn new(schema: &Arc<Schema>, at: u32) -> Self {
        StructType { schema: Arc::clone(schema), at }
    }

    /// Its name in the IDL.
    pub fn name(&self) -> &str {
        self.structure().map_or("", |of| &of.name)
    }

    /// The names of its fields, in ascending order of their ids.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.structure().into_iter().flat_map(|of| &of.fields).map(|field| &*field.name)
    }

    /// The fields as an IDL would declare them, such as `1: required string name`, in ascending order of
    /// ids.
    pub fn described_fields(&self) -> impl Iterator<Item = String> {
        let fields = self.structure().into_iter().flat_map(|of| &of.fields);
        fields.map(|field| {
            let requiredness = match field.requiredness {
                Requiredness::Required => "required ",
                Requiredness::Optional => "optional ",
                Requiredness::Default => "",
            };
            let ty = field.shape.describe(&self.schema);
            format!("{}: {requiredness}{ty} {}", field.id, field.name)
        })
    }

    /// The type of a field as an IDL would write it, such as `list<i32>`.
    pub fn described_type(&self, field: &str) -> Option<String> {
        let of = self.structure()?;
        Some(of.field(of.position(field)?)?.shape.describe(&self.schema))
    }

    /// The IDL that it is of.
    pub fn idl(&self) -> Idl {
        Idl(Arc::clone(&self.schema))
    }

    /// A value with these fields, and the defaults of those that are left out.
    ///
    /// # Errors
    ///
    /// If one has another type, or the struct does not have it; if a required one is missing, or not
    /// exactly one is set in a union.
    pub fn value(&self, fields: Fields) -> Result<StructValue, Mismatch> {
        StructValue::of_fields(self.clone(), fields.0)
    }

    /// Decodes a value, which must be all that `input` holds, within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// If the input is no such value, or exceeds a limit.
    pub fn decode<'a>(
        &self,
        protocol: impl Protocol,
        input: impl Into<Input<'a>>,
    ) -> Result<StructValue> {
        let input = input.into();
        let (value, end) = self.read(protocol, input, &Limits::default())?;
        input.ends_at(end)?;
        Ok(value)
    }

    /// Decodes a value from the start of `input`, and returns its length in bytes, too.
    ///
    /// # Errors
    ///
    /// Like [`decode`](StructType::decode).
    pub fn read(
        &self,
        protocol: impl Protocol,
        input: Input<'_>,
        limits: &Limits,
    ) -> Result<(StructValue, usize)> {
        let mut reading = self.reading();
        let end = protocol.read_value(input, limits, &mut reading)?;
        Ok((reading.finish(self), end))
    }

    pub(super) fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    pub(super) fn structure(&self) -> Option<&Structure> {
        self.schema.structure(self.at)
    }

    pub(super) fn at(&self) -> u32 {
        self.at
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.schema, &other.schema) && self.at == other.at
    }
}

impl PartialEq for StructType {
    fn eq(&self, other: &Self) -> bool {
        self.is(other) || self.name() == other.name()
    }
}

impl Eq for StructType {}

impl fmt::Debug for StructType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl StructValue {
    pub(super) fn empty(of: StructType) -> Self {
        StructValue { of, fields: Vec::new(), unknown: UnknownFields::default() }
    }

    /// A value with these fields, and the defaults of those that are left out.
    pub(super) fn of_fields(
        of: StructType,
        fields: impl IntoIterator<Item = (String, Value)>,
    ) -> Result<Self, Mismatch> {
        let mut value = StructValue::empty(of);
        let mut set = 0;
        for (name, field) in fields {
            set += usize::from(!field.is_null());
            value.set(&name, field)?;
        }
        match value.of.structure() {
            Some(of) if of.is_union() && set != 1 => Err(Mismatch::arms(&of.name, set)),
            _ => value.complete().map(|()| value),
        }
    }

    /// Its type.
    pub fn ty(&self) -> &StructType {
        &self.of
    }

    /// The name of its type.
    pub fn type_name(&self) -> &str {
        self.of.name()
    }

    /// The field that is called so, if it is set.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let at = self.of.structure()?.position(name)?;
        let found = self.fields.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        self.fields.get(found).map(|(_, value)| value)
    }

    /// Sets a field to a value of its type, or removes it.
    pub(super) fn put(&mut self, at: u16, value: Value) {
        match (self.fields.binary_search_by_key(&at, |(at, _)| *at), value) {
            (Ok(found), Value::Null) => drop(self.fields.remove(found)),
            (Err(_), Value::Null) => {}
            (Ok(found), value) => self.fields[found].1 = value,
            (Err(place), value) => self.fields.insert(place, (at, value)),
        }
    }

    /// Sets a field. [`Value::Null`] leaves it out.
    ///
    /// # Errors
    ///
    /// If the struct has no such field, or it has another type.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> Result<(), Mismatch> {
        let schema = &self.of.schema;
        let Some(of) = schema.structure(self.of.at) else { return Ok(()) };
        let Some(at) = of.position(name) else { return Err(Mismatch::no_field(of, name)) };
        let fitted = match (value.into(), of.field(at)) {
            (Value::Null, _) | (_, None) => Value::Null,
            (value, Some(field)) => check::fit(schema, value, &field.shape)
                .map_err(|mismatch| mismatch.in_field(&of.name, &field.name))?,
        };
        // A union has one member at a time.
        if of.is_union() && !fitted.is_null() {
            self.fields.clear();
            self.unknown.clear();
        }
        self.put(at, fitted);
        Ok(())
    }

    /// The names and values of the fields that are set, in ascending order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        let of = self.of.structure();
        self.fields.iter().filter_map(move |(at, value)| Some((&*of?.field(*at)?.name, value)))
    }

    /// The fields that the IDL does not know, in the order in which they came. They are written again.
    pub fn unknown_fields(&self) -> impl Iterator<Item = (i16, &Any)> {
        self.unknown.iter()
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
        match check::fit(of.schema(), self.into(), &Shape::Struct(of.at()))? {
            Value::Struct(value) => Ok(*value),
            // Fitting a struct to a struct's type gives a struct, so that this cannot happen.
            other => Err(Mismatch::new(format!("found {}", other.describe()))),
        }
    }

    /// Adds the defaults of fields that are absent, and checks that none is missing.
    pub(super) fn complete(&mut self) -> Result<(), Mismatch> {
        let Some(of) = self.of.structure() else { return Ok(()) };
        if of.defaults > LARGEST_DEFAULTS {
            let text = format!("the defaults of `{}` take too much memory", of.name);
            return Err(Mismatch::new(text));
        }
        self.fill();
        let Some(of) = self.of.structure() else { return Ok(()) };
        let count = self.fields.len() + self.unknown.len();
        match self.missing() {
            Some(field) => Err(Mismatch::missing(&of.name, &field.name)),
            None if of.is_union() && count != 1 => Err(Mismatch::arms(&of.name, count)),
            None => Ok(()),
        }
    }

    /// Adds the defaults of fields that are absent. A union has none.
    pub(super) fn fill(&mut self) {
        let StructValue { of, fields, .. } = self;
        let Some(structure) = of.structure() else { return };
        if structure.is_union() {
            return;
        }
        let mut next = 0;
        for (field, at) in structure.fields.iter().zip(0..=u16::MAX) {
            if fields.get(next).is_some_and(|(set, _)| *set == at) {
                next += 1;
            } else if let Some(default) = &field.default
                && let Some(value) = check::constant(of.schema(), default, &field.shape)
            {
                fields.insert(next, (at, value));
                next += 1;
            }
        }
    }

    /// A required field that is not set.
    pub(super) fn missing(&self) -> Option<&Field> {
        let mut set = self.fields.iter().peekable();
        let mut fields = self.of.structure()?.fields.iter().zip(0..=u16::MAX);
        let missing = fields.find(|(field, at)| {
            set.next_if(|(set, _)| set == at).is_none()
                && field.requiredness == Requiredness::Required
        });
        missing.map(|(field, _)| field)
    }

    pub(super) fn clear(&mut self) {
        self.fields.clear();
        self.unknown.clear();
    }

    /// Checks what may be missing since fields were set or removed, here and within.
    pub(super) fn check(&self) -> Result<(), Mismatch> {
        let Some(of) = self.of.structure() else { return Ok(()) };
        let count = self.fields.len() + self.unknown.len();
        if of.is_union() && count > 1 {
            return Err(Mismatch::arms(&of.name, count));
        }
        if let Some(field) = self.missing() {
            return Err(Mismatch::missing(&of.name, &field.name));
        }
        for (at, value) in &self.fields {
            check::complete(value).map_err(|mismatch| match of.field(*at) {
                Some(field) => mismatch.in_field(&of.name, &field.name),
                None => mismatch,
            })?;
        }
        Ok(())
    }
}

/// Values of types of one name are equal if their fields are.
impl PartialEq for StructValue {
    fn eq(&self, other: &Self) -> bool {
        if self.of.is(&other.of) {
            return self.fields == other.fields && self.unknown == other.unknown;
        }
        self.of.name() == other.of.name()
            && self.iter().eq(other.iter())
            && self.unknown == other.unknown
    }
}

impl fmt::Debug for StructValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(self.type_name());
        for (name, value) in self.iter() {
            shown.field(name, value);
        }
        for (id, value) in self.unknown.iter() {
            shown.field(&id.to_string(), value);
        }
        shown.finish()
    }
}
