//! Reading lists, sets and maps.

use std::sync::Arc;

use bytes::Bytes;
use uuid::Uuid;

use super::ReadStruct;
use crate::{
    dynamic::{
        EnumValue, Value,
        schema::{Schema, Shape},
    },
    error::{Result, Segment},
    protocol::TType,
    value::{
        Decode, DecodeContainer, Encode, EncodeContainer, Str, ValueReader, ValueWriter, expect,
        nested,
    },
};

/// A list, set or map that is read. Protocols read each in a function of its own.
macro_rules! container {
    ($(#[doc = $doc:literal] $name:ident $ty:ident $of:ty, $read:ident;)*) => {$(
        #[doc = $doc]
        #[derive(Default)]
        pub(super) struct $name<'s> {
            of: Option<(&'s Arc<Schema>, &'s $of)>,
            value: Value,
        }

        impl<'s> $name<'s> {
            pub(super) fn new(schema: &'s Arc<Schema>, of: &'s $of) -> Self {
                $name { of: Some((schema, of)), value: Value::Null }
            }

            /// What was read.
            pub(super) fn value(self) -> Value {
                self.value
            }
        }

        impl Encode for $name<'_> {
            const TYPE: TType = TType::$ty;

            fn encode<W: ValueWriter>(&self, _w: &mut W) {}
        }

        impl<'de> Decode<'de> for $name<'_> {
            #[inline(always)]
            fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
                r.container(self)
            }
        }

        impl EncodeContainer for $name<'_> {
            fn write<W: ValueWriter>(&self, _w: &mut W) {}
        }

        impl<'de> DecodeContainer<'de> for $name<'_> {
            fn read<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
                let Some((schema, of)) = self.of else { return Ok(()) };
                self.value = $read(r, schema, of)?;
                r.end()
            }
        }
    )*};
}

container! {
    /// A list that is read.
    ReadList List Shape, read_list;
    /// A set that is read.
    ReadSet Set Shape, read_set;
    /// A map that is read.
    ReadMap Map (Shape, Shape), read_map;
}

fn read_list<'de, R: ValueReader<'de>>(
    r: &mut R,
    schema: &Arc<Schema>,
    element: &Shape,
) -> Result<Value> {
    let count = r.list_of(element.ty())?;
    read_elements(r, schema, element, count).map(Value::List)
}

fn read_set<'de, R: ValueReader<'de>>(
    r: &mut R,
    schema: &Arc<Schema>,
    element: &Shape,
) -> Result<Value> {
    let (found, count) = r.set()?;
    expect::<R>(found, element.ty(), count, "element")?;
    read_elements(r, schema, element, count).map(Value::Set)
}

#[inline(never)]
fn read_elements<'de, R: ValueReader<'de>>(
    r: &mut R,
    schema: &Arc<Schema>,
    element: &Shape,
    count: usize,
) -> Result<Vec<Value>> {
    r.claim(count, size_of::<Value>())?;
    let mut elements = Vec::with_capacity(count);
    let into = &mut elements;
    // What is most often in large numbers has a loop of its own.
    nested(r, element.ty(), count, |r| match element {
        Shape::I32 => each(into, count, || r.i32().map(Value::I32)),
        Shape::I64 => each(into, count, || r.i64().map(Value::I64)),
        Shape::Double => each(into, count, || r.double().map(Value::Double)),
        Shape::String => each_string(into, count, r),
        Shape::Struct(at) => each_struct(into, count, r, schema, *at),
        _ => each(into, count, || read_value(r, schema, element)),
    })?;
    Ok(elements)
}

#[inline(always)]
fn each(
    elements: &mut Vec<Value>,
    count: usize,
    mut read: impl FnMut() -> Result<Value>,
) -> Result<()> {
    for index in 0..count {
        match read() {
            Ok(value) => elements.push(value),
            Err(error) => return Err(error.within(Segment::Index(index))),
        }
    }
    Ok(())
}

/// Reads texts where they are held, rather than moving them there.
#[inline]
fn each_string<'de, R: ValueReader<'de>>(
    elements: &mut Vec<Value>,
    count: usize,
    r: &mut R,
) -> Result<()> {
    for index in 0..count {
        elements.push(Value::String(Str::default()));
        if let Some(Value::String(text)) = elements.last_mut() {
            r.str(text).map_err(|error| error.within(Segment::Index(index)))?;
        }
    }
    Ok(())
}

/// How many places for elements are made at once.
const AT_ONCE: usize = 64;

/// Likewise for structs.
#[inline]
fn each_struct<'de, R: ValueReader<'de>>(
    elements: &mut Vec<Value>,
    count: usize,
    r: &mut R,
    schema: &Arc<Schema>,
    at: u32,
) -> Result<()> {
    while elements.len() < count {
        let first = elements.len();
        // Places are made in numbers: one by one, each would be made elsewhere and moved.
        let more = (count - first).min(AT_ONCE);
        elements.extend((0..more).map(|_| Value::Null));
        for (place, index) in elements.iter_mut().skip(first).zip(first..) {
            let mut place = ReadStruct::new(schema, at, Some(place));
            place.decode_into(r).map_err(|error| error.within(Segment::Index(index)))?;
        }
    }
    Ok(())
}

fn read_map<'de, R: ValueReader<'de>>(
    r: &mut R,
    schema: &Arc<Schema>,
    (key, value): &(Shape, Shape),
) -> Result<Value> {
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
    Ok(Value::Map(pairs))
}

/// Reads an element, a key or a value. What is around it has claimed its memory.
#[inline]
fn read_value<'de, R: ValueReader<'de>>(
    r: &mut R,
    schema: &Arc<Schema>,
    shape: &Shape,
) -> Result<Value> {
    Ok(match shape {
        Shape::Bool => Value::Bool(r.bool()?),
        Shape::I8 => Value::I8(r.i8()?),
        Shape::I16 => Value::I16(r.i16()?),
        Shape::I32 => Value::I32(r.i32()?),
        Shape::I64 => Value::I64(r.i64()?),
        Shape::Double => Value::Double(r.double()?),
        Shape::String => return read_string(r),
        Shape::Binary => {
            r.claim(1, size_of::<Bytes>())?;
            let mut bytes = Bytes::new();
            r.binary(&mut bytes)?;
            Value::from(bytes)
        }
        Shape::Uuid => Value::Uuid(Uuid::from_bytes(r.uuid()?)),
        Shape::Enum(of) => Value::Enum(EnumValue { of: Arc::clone(of), number: r.i32()? }),
        Shape::List(element) => {
            let mut place = ReadList::new(schema, element);
            r.container(&mut place)?;
            place.value
        }
        Shape::Set(element) => {
            let mut place = ReadSet::new(schema, element);
            r.container(&mut place)?;
            place.value
        }
        Shape::Map(pair) => {
            let mut place = ReadMap::new(schema, pair);
            r.container(&mut place)?;
            place.value
        }
        Shape::Struct(at) => return read_struct(r, schema, *at),
    })
}

#[inline(always)]
fn read_string<'de, R: ValueReader<'de>>(r: &mut R) -> Result<Value> {
    let mut text = Str::default();
    r.str(&mut text)?;
    Ok(Value::String(text))
}

#[inline(always)]
fn read_struct<'de, R: ValueReader<'de>>(
    r: &mut R,
    schema: &Arc<Schema>,
    at: u32,
) -> Result<Value> {
    let mut place = ReadStruct::new(schema, at, None);
    place.decode_into(r)?;
    Ok(place.value.map_or(Value::Null, Value::Struct))
}
