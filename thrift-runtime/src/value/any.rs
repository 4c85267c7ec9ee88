//! Values whose types are known only from the wire.

use bytes::Bytes;
use ordered_float::OrderedFloat;
use uuid::Uuid;

use super::{
    DecodeStruct, EncodeStruct, Field, StructReader, StructWriter, ValueReader, ValueWriter,
    struct_value,
};
use crate::{error::Result, protocol::TType};

/// A value of any type, as read from the wire. [`UnknownFields`](super::UnknownFields) and
/// [`UnknownMember`](super::UnknownMember) keep what newer peers send in it.
///
/// Doubles compare by their total order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Any {
    /// `bool`
    Bool(bool),
    /// `i8`
    I8(i8),
    /// `i16`
    I16(i16),
    /// `i32` or an enum
    I32(i32),
    /// `i64`
    I64(i64),
    /// `double`
    Double(OrderedFloat<f64>),
    /// `string` or `binary`
    String(Bytes),
    /// `uuid`
    Uuid(Uuid),
    /// A struct, union or exception
    Struct(AnyStruct),
    /// `list`, with the type of its elements
    List(TType, Vec<Any>),
    /// `set`, with the type of its elements
    Set(TType, Vec<Any>),
    /// `map`, with the types of its keys and values
    Map(TType, TType, Vec<(Any, Any)>),
}

/// A struct whose IDL is unknown: the ids and values of its fields, in the order in which they
/// came.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AnyStruct(pub Vec<(i16, Any)>);

impl Any {
    /// The wire type.
    pub fn ty(&self) -> TType {
        match self {
            Any::Bool(_) => TType::Bool,
            Any::I8(_) => TType::I8,
            Any::I16(_) => TType::I16,
            Any::I32(_) => TType::I32,
            Any::I64(_) => TType::I64,
            Any::Double(_) => TType::Double,
            Any::String(_) => TType::String,
            Any::Uuid(_) => TType::Uuid,
            Any::Struct(_) => TType::Struct,
            Any::List(..) => TType::List,
            Any::Set(..) => TType::Set,
            Any::Map(..) => TType::Map,
        }
    }

    /// Writes the value, without its type.
    pub fn encode<W: ValueWriter>(&self, w: &mut W) {
        match self {
            Any::Struct(value) => w.structure(value),
            Any::List(_, values) | Any::Set(_, values) => {
                self.begin(w);
                values.iter().for_each(|value| value.encode(w));
                w.end();
            }
            Any::Map(.., pairs) => {
                self.begin(w);
                for (key, value) in pairs {
                    key.encode(w);
                    value.encode(w);
                }
                w.end();
            }
            _ => self.begin(w),
        }
    }

    /// Writes a value that holds no others, or what stands before those that it holds. As what recurses
    /// does not do this itself, it takes little stack even if nothing is optimized.
    fn begin<W: ValueWriter>(&self, w: &mut W) {
        match self {
            Any::Bool(value) => w.bool(*value),
            Any::I8(value) => w.i8(*value),
            Any::I16(value) => w.i16(*value),
            Any::I32(value) => w.i32(*value),
            Any::I64(value) => w.i64(*value),
            Any::Double(value) => w.double(value.0),
            Any::String(value) => w.opaque(value),
            Any::Uuid(value) => w.uuid(value.as_bytes()),
            Any::Struct(_) => {}
            Any::List(element, values) => w.list(*element, values.len()),
            Any::Set(element, values) => w.set(*element, values.len()),
            Any::Map(key, value, pairs) => w.map(*key, *value, pairs.len()),
        }
    }

    /// Reads a value of a type.
    ///
    /// # Errors
    ///
    /// If the input is not such a value, or exceeds a limit.
    pub fn decode<'de, R: ValueReader<'de>>(ty: TType, r: &mut R) -> Result<Self> {
        // A value counts as much memory as it takes in a struct, however few bytes it had on the
        // wire.
        r.claim(1, size_of::<(i16, Any)>())?;
        Self::decode_within(ty, false, r)
    }

    /// Reads a value. Containers directly inside containers are one level deeper.
    fn decode_within<'de, R: ValueReader<'de>>(
        ty: TType,
        in_container: bool,
        r: &mut R,
    ) -> Result<Self> {
        if in_container && ty.is_container() {
            r.descend()?;
        }
        let value = match ty {
            TType::Struct => {
                let mut value = AnyStruct::default();
                r.structure(&mut value)?;
                Any::Struct(value)
            }
            TType::List => {
                let (element, count) = begin_list(ty, r)?;
                Any::List(element, decode_all(element, count, r)?)
            }
            TType::Set => {
                let (element, count) = begin_list(ty, r)?;
                Any::Set(element, decode_all(element, count, r)?)
            }
            TType::Map => {
                let (key, value, count) = begin_map(r)?;
                Any::Map(key, value, decode_pairs(key, value, count, r)?)
            }
            _ => decode_leaf(ty, r)?,
        };
        if in_container && ty.is_container() {
            r.ascend();
        }
        Ok(value)
    }
}

/// Makes room for one more field, whose memory was claimed, and claims what is for others that may follow.
pub(super) fn room_for_field<'de, R: StructReader<'de>>(
    fields: &mut Vec<(i16, Any)>,
    r: &mut R,
) -> Result<()> {
    let len = fields.len();
    if len == fields.capacity() {
        r.claim(len, size_of::<(i16, Any)>())?;
        fields.reserve_exact(len.max(1));
    }
    Ok(())
}

// What recurses calls these: see `Any::begin`.

/// Reads a value that holds no others.
fn decode_leaf<'de, R: ValueReader<'de>>(ty: TType, r: &mut R) -> Result<Any> {
    Ok(match ty {
        TType::Bool => Any::Bool(r.bool()?),
        TType::I8 => Any::I8(r.i8()?),
        TType::I16 => Any::I16(r.i16()?),
        TType::I32 => Any::I32(r.i32()?),
        TType::I64 => Any::I64(r.i64()?),
        TType::Double => Any::Double(OrderedFloat(r.double()?)),
        TType::String => {
            let mut bytes = Bytes::new();
            r.opaque(&mut bytes)?;
            Any::String(bytes)
        }
        TType::Uuid => Any::Uuid(Uuid::from_bytes(r.uuid()?)),
        TType::Stop | TType::Struct | TType::List | TType::Set | TType::Map => {
            return Err(crate::Error::malformed("a value of type stop"));
        }
    })
}

/// The type of a list's or set's elements, and how many there are.
fn begin_list<'de, R: ValueReader<'de>>(ty: TType, r: &mut R) -> Result<(TType, usize)> {
    let (element, count) = if ty == TType::Set { r.set()? } else { r.list()? };
    r.claim(count, size_of::<Any>())?;
    Ok((element, count))
}

/// The types of a map's keys and values, and how many there are.
fn begin_map<'de, R: ValueReader<'de>>(r: &mut R) -> Result<(TType, TType, usize)> {
    let (key, value, count) = r.map()?;
    r.claim(count, size_of::<(Any, Any)>())?;
    Ok((key, value, count))
}

fn decode_all<'de, R: ValueReader<'de>>(
    element: TType,
    count: usize,
    r: &mut R,
) -> Result<Vec<Any>> {
    // Their memory was claimed.
    let mut values = Vec::with_capacity(count);
    for _ in 0..count {
        values.push(Any::decode_within(element, true, r)?);
    }
    r.end()?;
    Ok(values)
}

fn decode_pairs<'de, R: ValueReader<'de>>(
    key: TType,
    value: TType,
    count: usize,
    r: &mut R,
) -> Result<Vec<(Any, Any)>> {
    let mut pairs = Vec::with_capacity(count);
    for _ in 0..count {
        let key = Any::decode_within(key, true, r)?;
        pairs.push((key, Any::decode_within(value, true, r)?));
    }
    r.end()?;
    Ok(pairs)
}

impl EncodeStruct for AnyStruct {
    const NAME: &'static str = "(unknown struct)";
    const FIELDS: &'static [Field] = &[];

    fn write<W: StructWriter>(&self, w: &mut W) {
        self.0.iter().for_each(|(id, value)| w.any(*id, value));
    }
}

impl<'de> DecodeStruct<'de> for AnyStruct {
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        self.0.clear();
        while let Some(header) = r.header()? {
            let value = r.any(header)?;
            room_for_field(&mut self.0, r)?;
            self.0.push((header.id, value));
        }
        Ok(())
    }
}

struct_value!(AnyStruct);
