//! Reading values by the types that an IDL gives them.
//!
//! Protocols read what implements [`Value`](crate::Value), whose wire type is a constant of
//! the Rust type. For base types that is the Rust type itself; for structs and containers there is a
//! type here, which holds a place for the value beside its shape.

mod container;

use std::sync::Arc;

use bytes::Bytes;
use uuid::Uuid;

use self::container::{ReadList, ReadMap, ReadSet};
use super::{
    EnumValue, StructType, StructValue, Value,
    body::Body,
    schema::{Field, Schema, Shape, Structure},
};
use crate::{
    error::{Error, ErrorKind, Result},
    protocol::TType,
    value::{
        Decode, DecodeStruct, Encode, EncodeStruct, Field as Declared, FieldHeader, Late, Str,
        StructReader, StructWriter, UnknownIndex, ValueReader, ValueWriter,
    },
};

impl StructType {
    pub(super) fn reading(&self) -> ReadStruct<'_> {
        ReadStruct::new(self.schema(), self.at(), None)
    }
}

/// A struct that is read.
#[derive(Default)]
pub(super) struct ReadStruct<'s> {
    of: Option<(&'s Arc<Schema>, u32, &'s Structure)>,
    /// Where the value is put; without a place it stays here.
    place: Option<&'s mut Value>,
    value: Option<StructValue>,
}

impl Encode for ReadStruct<'_> {
    const TYPE: TType = TType::Struct;

    fn encode<W: ValueWriter>(&self, _w: &mut W) {}
}

impl<'de> Decode<'de> for ReadStruct<'_> {
    #[inline(always)]
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        let size = |of: &Structure| of.size.saturating_add(of.defaults);
        r.claim(1, self.of.map_or(0, |(_, _, of)| size(of)))?;
        r.structure(self)
    }
}

impl<'s> ReadStruct<'s> {
    #[inline]
    fn new(schema: &'s Arc<Schema>, at: u32, place: Option<&'s mut Value>) -> Self {
        let of = schema.structure(at).map(|of| (schema, at, of));
        ReadStruct { of, place, value: None }
    }

    /// What was read.
    pub(super) fn finish(self, of: &StructType) -> StructValue {
        self.value.unwrap_or_else(|| StructValue::empty(of.clone()))
    }
}

impl EncodeStruct for ReadStruct<'_> {
    // Errors have the IDL's names in their path, which are put there below.
    const NAME: &'static str = "";
    const FIELDS: &'static [Declared] = &[];

    fn write<W: StructWriter>(&self, _w: &mut W) {}
}

impl<'de> DecodeStruct<'de> for ReadStruct<'_> {
    // All that is done with the reader is either inlined or gets copies of its parts, so that these
    // stay in registers.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        let Some((schema, at, of)) = self.of else { return skip_all(r) };
        let mut value = StructValue::empty(StructType::new(schema, at));
        // Most fields come in ascending order of their ids. Of a union, there are no places yet.
        for (field, place) in of.fields.iter().zip(value.0.near_places(of)) {
            if r.take(field.id, field.ty)
                && let Err(error) = read_taken(r, schema, field, place)
            {
                return Err(within(error, of, field));
            }
        }
        let mut others = Others { schema, of, body: &mut value.0, next: 0, unknown: None };
        while let Some(header) = r.header().map_err(|error| within_struct(error, of))? {
            r.late(header, &mut others)?;
        }
        if of.demanding {
            complete(schema, of, &mut value)?;
        }
        match &mut self.place {
            Some(place) => place.fill(Value::Struct(value)),
            None => self.value = Some(value),
        }
        Ok(())
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn skip_all<'de, R: StructReader<'de>>(r: &mut R) -> Result<()> {
    while let Some(header) = r.header()? {
        r.skip(header)?;
    }
    Ok(())
}

/// What reads fields that come in another order, or are far or unknown, and those of unions.
struct Others<'s, 'v> {
    schema: &'s Arc<Schema>,
    of: &'s Structure,
    body: &'v mut Body,
    /// The place of the field that is likely to come.
    next: u16,
    unknown: Option<Box<UnknownIndex>>,
}

impl<'de> Late<'de> for &mut Others<'_, '_> {
    fn read<R: StructReader<'de>>(self, r: &mut R, header: FieldHeader) -> Result<bool> {
        let of = self.of;
        match of.by_id(header.id, self.next) {
            Some((at, field)) => {
                self.next = at.saturating_add(1);
                self.known(r, header, (at, field)).map_err(|error| within(error, of, field))
            }
            None => self.unknown(r, header).map_err(|error| within_struct(error, of)),
        }
    }
}

impl Others<'_, '_> {
    fn known<'de, R: StructReader<'de>>(
        &mut self,
        r: &mut R,
        header: FieldHeader,
        (at, field): (u16, &Field),
    ) -> Result<bool> {
        if header.ty != field.ty {
            return r.skip(header);
        }
        let mut value = Value::Null;
        read_taken(r, self.schema, field, &mut value)?;
        if value.is_null() {
            return Ok(false);
        }
        r.claim(1, self.body.lacking(at))?;
        // Of two fields with one id, and of several members of a union, the last counts.
        self.body.put(at, value);
        Ok(true)
    }

    fn unknown<'de, R: StructReader<'de>>(
        &mut self,
        r: &mut R,
        header: FieldHeader,
    ) -> Result<bool> {
        if self.of.is_union() {
            self.body.clear();
            self.unknown = None;
        }
        r.claim(1, self.body.lacking_for_unknown())?;
        let index = self.unknown.get_or_insert_default();
        self.body.unknown_mut().read(index, header, r)?;
        Ok(true)
    }
}

/// Adds defaults, and looks for required fields.
#[inline(never)]
fn complete(schema: &Arc<Schema>, of: &Structure, value: &mut StructValue) -> Result<()> {
    value.fill(schema, of);
    match value.missing(of) {
        None => Ok(()),
        Some(field) => {
            let error = Error::new(ErrorKind::MissingField, "the required field is missing");
            Err(within(error, of, field))
        }
    }
}

#[cold]
fn within(error: Error, of: &Structure, field: &Field) -> Error {
    error.within_named(&of.name, Some(&field.name))
}

#[cold]
fn within_struct(error: Error, of: &Structure) -> Error {
    error.within_named(&of.name, None)
}

/// Reads a field of the right wire type into its place, which is empty. It stays so if the elements
/// are of another type.
#[cfg_attr(not(debug_assertions), inline(always))]
fn read_taken<'de, R: StructReader<'de>>(
    r: &mut R,
    schema: &Arc<Schema>,
    field: &Field,
    place: &mut Value,
) -> Result<()> {
    // What is written in parts is not to be moved as a whole soon after, which would wait for them: so
    // each kind of value is put together in its place.
    macro_rules! read {
        ($ty:ty: $from:expr, |$read:ident| $value:expr) => {{
            let mut $read: $ty = $from;
            if r.read(FieldHeader { ty: <$ty>::TYPE, id: field.id }, &mut $read)? {
                place.fill($value);
            }
        }};
    }
    match &field.shape {
        Shape::Bool => read!(bool: false, |value| Value::Bool(value)),
        Shape::I8 => read!(i8: 0, |value| Value::I8(value)),
        Shape::I16 => read!(i16: 0, |value| Value::I16(value)),
        Shape::I32 => read!(i32: 0, |value| Value::I32(value)),
        Shape::I64 => read!(i64: 0, |value| Value::I64(value)),
        Shape::Double => read!(f64: 0.0, |value| Value::Double(value)),
        Shape::String => {
            place.fill(Value::String(Str::default()));
            if let Value::String(text) = place {
                r.read(FieldHeader { ty: TType::String, id: field.id }, text)?;
            }
        }
        Shape::Binary => {
            r.claim(1, size_of::<Bytes>())?;
            read!(Bytes: Bytes::new(), |value| Value::from(value));
        }
        Shape::Uuid => read!(Uuid: Uuid::nil(), |value| Value::Uuid(value)),
        Shape::Enum(of) => read!(i32: 0, |number| {
            Value::Enum(EnumValue { of: Arc::clone(of), number })
        }),
        Shape::List(element) => {
            read!(ReadList<'_>: ReadList::new(schema, element), |read| read.value());
        }
        Shape::Set(element) => {
            read!(ReadSet<'_>: ReadSet::new(schema, element), |read| read.value());
        }
        Shape::Map(pair) => read!(ReadMap<'_>: ReadMap::new(schema, pair), |read| read.value()),
        Shape::Struct(at) => {
            let header = FieldHeader { ty: TType::Struct, id: field.id };
            r.read(header, &mut ReadStruct::new(schema, *at, Some(place)))?;
        }
    }
    Ok(())
}
