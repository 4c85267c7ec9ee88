//! Structs whose fields are known from an IDL that was loaded at run time.

use std::{fmt, sync::Arc};

use thrift_idl::model::Requiredness;

use super::{
    Fields, Idl, Mismatch, StructValue,
    defaults::Budget,
    schema::{Schema, Structure},
};
use crate::{
    error::Result,
    protocol::{Input, Limits, Protocol},
};

/// A struct, union or exception of an [`Idl`].
#[derive(Clone)]
pub struct StructType {
    schema: Arc<Schema>,
    at: u32,
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
    /// If the struct does not have one of the fields, or a value has another type than its field; if
    /// a required field is missing; if not exactly one member of a union is set; or if the defaults of
    /// all that is left out, here and within, take more than 64 MiB.
    pub fn value(&self, fields: Fields) -> Result<StructValue, Mismatch> {
        StructValue::of_fields(self.clone(), fields.0, &Budget::new())
    }

    /// Decodes a value, which must be all that `input` holds, within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// If the input is not such a value, or exceeds a limit.
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

    pub(super) fn is(&self, other: &Self) -> bool {
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
