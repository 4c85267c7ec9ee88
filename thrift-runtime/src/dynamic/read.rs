//! Reading values by the types that an IDL gives them.
//!
//! Protocols read what implements [`Value`](crate::Value), whose wire type is a constant of
//! the Rust type. So for each kind of value there is a Rust type here, which holds a place for the
//! value beside its shape.

use std::sync::Arc;

use bytes::Bytes;
use uuid::Uuid;

use super::{
    EnumValue, StructType, StructValue, Value,
    schema::{Schema, Shape},
};
use crate::{
    error::{Error, ErrorKind, Result, Segment},
    protocol::TType,
    value::{
        Container, Field, FieldHeader, Struct, StructReader, StructWriter, UnknownIndex,
        Value as Wire, ValueReader, ValueWriter, expect, nested,
    },
};

impl StructType {
    pub(super) fn reading(&self) -> ReadStruct<'_> {
        ReadStruct { schema: Some(self.schema()), at: self.at(), value: None }
    }
}

/// A struct that is read.
#[derive(Default)]
pub(super) struct ReadStruct<'s> {
    schema: Option<&'s Arc<Schema>>,
    at: u32,
    value: Option<Box<StructValue>>,
}

impl Wire for ReadStruct<'_> {
    const TYPE: TType = TType::Struct;

    fn encode<W: ValueWriter>(&self, _w: &mut W) {}

    fn decode_into<R: ValueReader>(&mut self, r: &mut R) -> Result<()> {
        r.claim(1, size_of::<(u16, Value)>().saturating_add(self.size()))?;
        r.structure(self)
    }
}

impl ReadStruct<'_> {
    /// What it takes of memory at least: the value, and the defaults of fields that may be absent.
    fn size(&self) -> usize {
        let of = self.schema.and_then(|schema| schema.structure(self.at));
        size_of::<StructValue>().saturating_add(of.map_or(0, |of| of.defaults))
    }

    /// What was read.
    pub(super) fn finish(self, of: &StructType) -> StructValue {
        self.value.map_or_else(|| StructValue::empty(of.clone()), |value| *value)
    }
}

impl Struct for ReadStruct<'_> {
    // Errors have the IDL's names in their path, which are put there below.
    const NAME: &'static str = "";
    const FIELDS: &'static [Field] = &[];

    fn write<W: StructWriter>(&self, _w: &mut W) {}

    fn read<R: StructReader>(&mut self, r: &mut R) -> Result<()> {
        let Some((schema, of)) =
            self.schema.and_then(|schema| Some((schema, schema.structure(self.at)?)))
        else {
            return skip_all(r);
        };
        let mut value = Box::new(StructValue::empty(StructType::new(schema, self.at)));
        let mut unknown = UnknownIndex::default();
        let mut next = 0;
        while let Some(header) = r.header().map_err(|error| error.within_named(&of.name, None))? {
            let known = of.by_id(header.id, next).and_then(|at| Some((at, of.field(at)?)));
            let Some((at, field)) = known else {
                if of.is_union() {
                    value.clear();
                }
                let read = value.unknown.read(&mut unknown, header, r);
                read.map_err(|error| error.within_named(&of.name, None))?;
                continue;
            };
            next = usize::from(at) + 1;
            let read = read_field(r, header, schema, &field.shape)
                .map_err(|error| error.within_named(&of.name, Some(&field.name)))?;
            let Some(read) = read else { continue };
            // Of several members of a union, the last one counts.
            if of.is_union() {
                value.clear();
            }
            // Of two fields with one id, the last counts.
            match value.fields.last().is_none_or(|(last, _)| *last < at) {
                true => value.fields.push((at, read)),
                false => value.put(at, read),
            }
        }
        if of.demanding {
            value.fill();
            if let Some(field) = value.missing() {
                let error = Error::new(ErrorKind::MissingField, "the required field is missing");
                return Err(error.within_named(&of.name, Some(&field.name)));
            }
        }
        self.value = Some(value);
        Ok(())
    }
}

pub(super) fn skip_all<R: StructReader>(r: &mut R) -> Result<()> {
    while let Some(header) = r.header()? {
        r.skip(header)?;
    }
    Ok(())
}

/// Reads a field; `None` if it has another wire type.
fn read_field<R: StructReader>(
    r: &mut R,
    header: FieldHeader,
    schema: &Arc<Schema>,
    shape: &Shape,
) -> Result<Option<Value>> {
    macro_rules! read {
        ($ty:ident) => {{
            let mut place = $ty(Place::new(schema, shape));
            r.read(header, &mut place)?.then(|| place.0.value)
        }};
    }
    Ok(match shape {
        Shape::Bool => read!(ReadBool),
        Shape::I8 => read!(ReadI8),
        Shape::I16 => read!(ReadI16),
        Shape::I32 | Shape::Enum(_) => read!(ReadI32),
        Shape::I64 => read!(ReadI64),
        Shape::Double => read!(ReadDouble),
        Shape::String | Shape::Binary => read!(ReadString),
        Shape::Uuid => read!(ReadUuid),
        Shape::List(_) => read!(ReadList),
        Shape::Set(_) => read!(ReadSet),
        Shape::Map(_) => read!(ReadMap),
        Shape::Struct(at) => {
            let mut place = ReadStruct { schema: Some(schema), at: *at, value: None };
            let read = r.read(header, &mut place)?;
            place.value.filter(|_| read).map(Value::Struct)
        }
    })
}

/// A place for a value that is read, beside its shape.
#[derive(Default)]
struct Place<'s> {
    of: Option<(&'s Arc<Schema>, &'s Shape)>,
    value: Value,
}

impl<'s> Place<'s> {
    fn new(schema: &'s Arc<Schema>, shape: &'s Shape) -> Self {
        Place { of: Some((schema, shape)), value: Value::Null }
    }

    /// Reads the value of a field.
    fn read<R: ValueReader>(&mut self, r: &mut R) -> Result<()> {
        let Some((schema, shape)) = self.of else { return Ok(()) };
        r.claim(1, size_of::<(u16, Value)>())?;
        self.value = read_value(r, schema, shape)?;
        Ok(())
    }

    /// Reads a container.
    fn read_container<R: ValueReader>(&mut self, r: &mut R) -> Result<()> {
        let Some((schema, shape)) = self.of else { return Ok(()) };
        self.value = match shape {
            Shape::List(element) => {
                let count = r.list_of(element.ty())?;
                Value::List(read_elements(r, schema, element, count)?)
            }
            Shape::Set(element) => {
                let (found, count) = r.set()?;
                expect::<R>(found, element.ty(), count, "element")?;
                Value::Set(read_elements(r, schema, element, count)?)
            }
            Shape::Map(pair) => Value::Map(read_pairs(r, schema, pair)?),
            _ => return Ok(()),
        };
        r.end()
    }
}

macro_rules! base {
    ($($name:ident $ty:ident),*) => {$(
        struct $name<'s>(Place<'s>);

        impl Default for $name<'_> {
            fn default() -> Self {
                $name(Place::default())
            }
        }

        impl Wire for $name<'_> {
            const TYPE: TType = TType::$ty;

            fn encode<W: ValueWriter>(&self, _w: &mut W) {}

            fn decode_into<R: ValueReader>(&mut self, r: &mut R) -> Result<()> {
                self.0.read(r)
            }
        }
    )*};
}

base! {
    ReadBool Bool, ReadI8 I8, ReadI16 I16, ReadI32 I32, ReadI64 I64, ReadDouble Double,
    ReadString String, ReadUuid Uuid, ReadList List, ReadSet Set, ReadMap Map
}

/// Whatever container it is, it is read in a function of its own.
#[derive(Default)]
struct ReadContainer<'s>(Place<'s>);

impl Container for ReadContainer<'_> {
    fn write<W: ValueWriter>(&self, _w: &mut W) {}

    fn read<R: ValueReader>(&mut self, r: &mut R) -> Result<()> {
        self.0.read_container(r)
    }
}

/// Reads a value. What is around it has claimed its memory.
fn read_value<R: ValueReader>(r: &mut R, schema: &Arc<Schema>, shape: &Shape) -> Result<Value> {
    Ok(match shape {
        Shape::Bool => Value::Bool(r.bool()?),
        Shape::I8 => Value::I8(r.i8()?),
        Shape::I16 => Value::I16(r.i16()?),
        Shape::I32 => Value::I32(r.i32()?),
        Shape::I64 => Value::I64(r.i64()?),
        Shape::Double => Value::Double(r.double()?),
        Shape::String => {
            let mut text = String::new();
            r.string(&mut text)?;
            Value::String(text)
        }
        Shape::Binary => {
            let mut bytes = Bytes::new();
            r.binary(&mut bytes)?;
            Value::Binary(bytes)
        }
        Shape::Uuid => Value::Uuid(Uuid::from_bytes(r.uuid()?)),
        Shape::Enum(of) => Value::Enum(EnumValue { of: Arc::clone(of), number: r.i32()? }),
        Shape::List(_) | Shape::Set(_) | Shape::Map(_) => {
            let mut place = ReadContainer(Place::new(schema, shape));
            r.container(&mut place)?;
            place.0.value
        }
        Shape::Struct(at) => {
            let mut place = ReadStruct { schema: Some(schema), at: *at, value: None };
            r.claim(1, place.size())?;
            r.structure(&mut place)?;
            place.value.map_or(Value::Null, Value::Struct)
        }
    })
}

fn read_elements<R: ValueReader>(
    r: &mut R,
    schema: &Arc<Schema>,
    element: &Shape,
    count: usize,
) -> Result<Vec<Value>> {
    r.claim(count, size_of::<Value>())?;
    let mut elements = Vec::with_capacity(count);
    nested(r, element.ty(), count, |r| {
        for index in 0..count {
            let value = read_value(r, schema, element);
            elements.push(value.map_err(|error| error.within(Segment::Index(index)))?);
        }
        Ok(())
    })?;
    Ok(elements)
}

fn read_pairs<R: ValueReader>(
    r: &mut R,
    schema: &Arc<Schema>,
    (key, value): &(Shape, Shape),
) -> Result<Vec<(Value, Value)>> {
    let (found_key, found_value, count) = r.map()?;
    expect::<R>(found_key, key.ty(), count, "key")?;
    expect::<R>(found_value, value.ty(), count, "value")?;
    r.claim(count, size_of::<(Value, Value)>())?;
    let mut pairs = Vec::with_capacity(count);
    let deeper = if key.ty().is_container() { key.ty() } else { value.ty() };
    nested(r, deeper, count, |r| {
        for index in 0..count {
            let key = read_value(r, schema, key);
            let key = key.map_err(|error| error.within(Segment::Key(index)))?;
            let value = read_value(r, schema, value);
            pairs.push((key, value.map_err(|error| error.within(Segment::Index(index)))?));
        }
        Ok(())
    })?;
    Ok(pairs)
}
