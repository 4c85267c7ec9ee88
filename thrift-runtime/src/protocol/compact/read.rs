//! Compact bytes to values.

use bytes::Bytes;

use super::{
    layout::{CompactLayout, elements, field_id, pairs},
    types::{FALSE, TRUE, number, ttype},
    varint::{self, unzigzag},
};
use crate::{
    error::{Error, ErrorKind, Result, Segment},
    fast,
    protocol::{
        TType,
        cursor::{Cursor, Reading, put_text},
        scan::{Layout, skip},
        sizes::{check_count, check_length, check_room, check_typed},
    },
    value::{Any, Container, FieldHeader, In, Late, Str, Struct, StructIn, Value},
};

/// Reads from the start of what is left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a, 's> {
    pub(super) cursor: Cursor<'a, 's>,
    /// A boolean that stood in the field's header.
    boolean: Option<bool>,
}

impl<'a, 's> Reader<'a, 's> {
    #[inline]
    pub(super) fn new(bytes: &'a [u8], at: usize, reading: &'s Reading<'s>) -> Self {
        Reader { cursor: Cursor::new(bytes, at, reading), boolean: None }
    }

    /// What is left of a value that is behind its field's header.
    #[inline(always)]
    fn at(rest: &'a [u8], reading: &'s Reading<'s>) -> Self {
        Reader { cursor: Cursor { rest, reading }, boolean: None }
    }

    #[inline(always)]
    fn varint(&mut self, bits: u32) -> Result<u64> {
        let (value, rest) = varint::take(self.cursor.rest, bits)?;
        self.cursor.rest = rest;
        Ok(value)
    }

    /// Numbers one behind the other, each at least a byte.
    #[inline]
    fn numbers<T>(
        &mut self,
        into: &mut Vec<T>,
        count: usize,
        bits: u32,
        number: impl Fn(u64) -> T,
    ) -> Result<()> {
        into.clear();
        into.reserve(count.min(self.cursor.rest.len()));
        for index in 0..count {
            let (value, rest) = varint::take_any(self.cursor.rest, bits)
                .map_err(|error| error.within(Segment::Index(index)))?;
            self.cursor.rest = rest;
            into.push(number(value));
        }
        Ok(())
    }

    /// Bits beyond the 32nd are dropped, as all peers do.
    #[inline(always)]
    pub(super) fn varint32(&mut self) -> Result<u32> {
        self.varint(32).map(|value| value as u32)
    }

    /// A string's bytes.
    #[inline]
    pub(super) fn bytes(&mut self, what: &str) -> Result<&'a [u8]> {
        let length = self.varint32()?;
        let length = check_length(what, length, self.cursor.limits())?;
        self.cursor.slice(length)
    }

    #[inline]
    fn elements(&mut self) -> Result<(TType, usize)> {
        let (element, count, length) = elements(self.cursor.rest)?.ok_or_else(Error::truncated)?;
        self.cursor.slice(length)?;
        let count = check_count(count, self.cursor.limits())?;
        check_room(count, CompactLayout::min_size(element), self.cursor.rest.len())?;
        check_typed(element, count)?;
        Ok((element, count))
    }
}

// The functions that are not inlined take the parts of a reader and give back what is left: calls
// pass these in registers.

type Left<'a> = Option<&'a [u8]>;

#[inline(never)]
fn string<'a>(rest: &'a [u8], reading: &Reading<'_>, into: &mut String) -> Left<'a> {
    apart(rest, reading, |reader| put_text(reader.bytes("string")?, into))
}

#[inline(never)]
fn str<'a>(rest: &'a [u8], reading: &Reading<'_>, into: &mut Str) -> Left<'a> {
    apart(rest, reading, |reader| reading.str(reader.bytes("string")?, into))
}

#[inline(never)]
fn binary<'a>(rest: &'a [u8], reading: &Reading<'_>, into: &mut Bytes) -> Left<'a> {
    apart(rest, reading, |reader| {
        *into = reading.blob(reader.bytes("string")?);
        Ok(())
    })
}

#[inline(never)]
fn container<'a, C: Container>(rest: &'a [u8], reading: &Reading<'_>, into: &mut C) -> Left<'a> {
    apart(rest, reading, |reader| into.read(reader))
}

#[inline(never)]
fn fields<'a, S: Struct>(rest: &'a [u8], reading: &Reading<'_>, into: &mut S) -> Left<'a> {
    apart(rest, reading, |reader| {
        reading.descend()?;
        let mut fields = FieldReader { reader: *reader, last: 0, field: None };
        if let Err(error) = into.read(&mut fields) {
            return Err(error.within(Segment::of::<S>(fields.field)));
        }
        reading.ascend();
        *reader = fields.reader;
        Ok(())
    })
}

#[inline(never)]
fn skipped<'a>(rest: &'a [u8], reading: &Reading<'_>, ty: TType) -> Left<'a> {
    let length = skip::<CompactLayout>(ty, rest, reading.depth(), reading.limits);
    reading.keep(length.map(|length| rest.get(length..).unwrap_or_default()))
}

/// A field's header, and the boolean that may stand in it.
#[derive(Clone, Copy, Default)]
struct Header {
    field: Option<FieldHeader>,
    boolean: Option<bool>,
}

#[inline(never)]
fn next_header<'a>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    last: i16,
    header: &mut Header,
) -> Left<'a> {
    apart(rest, reading, |reader| {
        let byte = reader.cursor.byte()?;
        let ty = ttype(byte & 0x0f)?;
        if ty == TType::Stop {
            return Ok(());
        }
        let id = match byte >> 4 {
            0 => field_id(unzigzag(reader.varint32()?.into()))?,
            delta => field_id(i64::from(last) + i64::from(delta))?,
        };
        header.field = Some(FieldHeader { ty, id });
        header.boolean = (ty == TType::Bool).then_some(byte & 0x0f == TRUE);
        Ok(())
    })
}

#[inline(never)]
fn late<'a, L: Late>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    header: Header,
    into: L,
    read: &mut bool,
) -> Left<'a> {
    apart(rest, reading, |reader| {
        reader.boolean = header.boolean;
        let mut fields = FieldReader { reader: *reader, last: 0, field: None };
        if let Some(header) = header.field {
            *read = into.read(&mut fields, header)?;
        }
        *reader = fields.reader;
        Ok(())
    })
}

/// Reads with a reader of its own, and gives back what is left.
#[inline(always)]
fn apart<'a, 's>(
    rest: &'a [u8],
    reading: &'s Reading<'s>,
    read: impl FnOnce(&mut Reader<'a, 's>) -> Result<()>,
) -> Left<'a> {
    let mut reader = Reader::at(rest, reading);
    let result = read(&mut reader);
    reading.keep(result.map(|()| reader.cursor.rest))
}

impl In for Reader<'_, '_> {
    #[inline(always)]
    fn container<C: Container>(&mut self, into: &mut C) -> Result<()> {
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = reading.kept(container(rest, reading, into))?;
        Ok(())
    }

    #[inline(always)]
    fn bool(&mut self) -> Result<bool> {
        if let Some(boolean) = self.boolean.take() {
            return Ok(boolean);
        }
        match self.cursor.byte()? {
            TRUE => Ok(true),
            // "0 is read as false too", since some writers use it.
            FALSE | 0 => Ok(false),
            byte => Err(no_boolean(byte)),
        }
    }

    #[inline(always)]
    fn i8(&mut self) -> Result<i8> {
        self.cursor.array().map(i8::from_be_bytes)
    }

    #[inline(always)]
    fn i16(&mut self) -> Result<i16> {
        let value = unzigzag(self.varint32()?.into());
        i16::try_from(value).map_err(|_| not_i16(value))
    }

    #[inline(always)]
    fn i32(&mut self) -> Result<i32> {
        Ok(unzigzag(self.varint32()?.into()) as i32)
    }

    #[inline(always)]
    fn i64(&mut self) -> Result<i64> {
        self.varint(64).map(unzigzag)
    }

    #[inline(always)]
    fn double(&mut self) -> Result<f64> {
        self.cursor.array().map(|bytes| f64::from_bits(u64::from_le_bytes(bytes)))
    }

    #[inline(always)]
    fn uuid(&mut self) -> Result<[u8; 16]> {
        self.cursor.array()
    }

    #[inline(always)]
    fn string(&mut self, into: &mut String) -> Result<()> {
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = reading.kept(string(rest, reading, into))?;
        Ok(())
    }

    #[inline(always)]
    fn str(&mut self, into: &mut Str) -> Result<()> {
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = reading.kept(self::str(rest, reading, into))?;
        Ok(())
    }

    #[inline(always)]
    fn binary(&mut self, into: &mut Bytes) -> Result<()> {
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = reading.kept(binary(rest, reading, into))?;
        Ok(())
    }

    #[inline]
    fn list(&mut self) -> Result<(TType, usize)> {
        self.elements()
    }

    #[inline]
    fn set(&mut self) -> Result<(TType, usize)> {
        self.elements()
    }

    #[inline]
    fn map(&mut self) -> Result<(TType, TType, usize)> {
        let (key, value, count, length) = pairs(self.cursor.rest)?.ok_or_else(Error::truncated)?;
        self.cursor.slice(length)?;
        let count = check_count(count, self.cursor.limits())?;
        let least = CompactLayout::min_size(key) + CompactLayout::min_size(value);
        check_room(count, least, self.cursor.rest.len())?;
        check_typed(key, count)?;
        check_typed(value, count)?;
        Ok((key, value, count))
    }

    #[inline(always)]
    fn end(&mut self) -> Result<()> {
        Ok(())
    }

    #[inline(always)]
    fn structure<S: Struct>(&mut self, into: &mut S) -> Result<()> {
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = reading.kept(fields(rest, reading, into))?;
        Ok(())
    }

    fn skip(&mut self, ty: TType) -> Result<()> {
        if ty == TType::Bool && self.boolean.take().is_some() {
            return Ok(());
        }
        let Cursor { rest, reading } = self.cursor;
        self.cursor.rest = reading.kept(skipped(rest, reading, ty))?;
        Ok(())
    }

    #[inline(always)]
    fn descend(&mut self) -> Result<()> {
        self.cursor.reading.descend()
    }

    #[inline(always)]
    fn ascend(&mut self) {
        self.cursor.reading.ascend();
    }

    #[inline]
    fn claim(&mut self, count: usize, size: usize) -> Result<()> {
        self.cursor.reading.claim(count, size)
    }

    #[inline]
    fn remaining(&self) -> usize {
        self.cursor.rest.len()
    }

    fn i32s(&mut self, into: &mut Vec<i32>, count: usize) -> Result<()> {
        self.numbers(into, count, 32, |value| unzigzag(u64::from(value as u32)) as i32)
    }

    fn i64s(&mut self, into: &mut Vec<i64>, count: usize) -> Result<()> {
        self.numbers(into, count, 64, unzigzag)
    }

    fn doubles(&mut self, into: &mut Vec<f64>, count: usize) -> Result<()> {
        let bytes = self.cursor.slice(count.checked_mul(8).ok_or_else(Error::truncated)?)?;
        into.clear();
        fast::read_numbers(bytes, into, |bytes| f64::from_bits(u64::from_le_bytes(bytes)));
        Ok(())
    }
}

/// Reads the fields of one struct.
#[derive(Debug, Clone, Copy)]
struct FieldReader<'a, 's> {
    reader: Reader<'a, 's>,
    /// The id of the field before, from which the next one's is told.
    last: i16,
    /// The field that is read, for error messages; `None` between fields.
    field: Option<i16>,
}

impl<'a> FieldReader<'a, '_> {
    /// What is left behind a value that turned out to be of another type than declared.
    #[cold]
    fn behind(before: Reader<'a, '_>, depth: u32, ty: TType, error: Error) -> Result<&'a [u8]> {
        if error.kind() != ErrorKind::ElementType {
            return Err(error);
        }
        before.cursor.reading.ascend_to(depth);
        before.cursor.reading.kept(skipped(before.cursor.rest, before.cursor.reading, ty))
    }
}

impl StructIn for FieldReader<'_, '_> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take(&mut self, id: i16, ty: TType) -> bool {
        let Some((byte, rest)) = self.reader.cursor.rest.split_first() else { return false };
        let delta = i32::from(id) - i32::from(self.last);
        if !(1..=15).contains(&delta) {
            return false;
        }
        let header = (delta as u8) << 4;
        if ty == TType::Bool {
            match byte.wrapping_sub(header) {
                TRUE => self.reader.boolean = Some(true),
                FALSE => self.reader.boolean = Some(false),
                _ => return false,
            }
        } else if *byte != header | number(ty) {
            return false;
        }
        self.reader.cursor.rest = rest;
        self.last = id;
        true
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn header(&mut self) -> Result<Option<FieldHeader>> {
        self.field = None;
        if let Some((0, rest)) = self.reader.cursor.rest.split_first() {
            self.reader.cursor.rest = rest;
            return Ok(None);
        }
        let mut header = Header::default();
        let Cursor { rest, reading } = self.reader.cursor;
        let left = next_header(rest, reading, self.last, &mut header);
        self.reader.cursor.rest = reading.kept(left)?;
        self.reader.boolean = header.boolean;
        if let Some(header) = header.field {
            self.last = header.id;
        }
        Ok(header.field)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read<V: Value>(&mut self, header: FieldHeader, value: &mut V) -> Result<bool> {
        self.field = Some(header.id);
        if header.ty != V::TYPE {
            return self.skip(header);
        }
        if !V::TYPE.is_container() {
            value.decode_into(&mut self.reader)?;
            return Ok(true);
        }
        let (before, depth) = (self.reader, self.reader.cursor.reading.depth());
        let Err(error) = value.decode_into(&mut self.reader) else { return Ok(true) };
        // Elements of another type than declared make it a field of another type.
        self.reader.cursor.rest = Self::behind(before, depth, header.ty, error)?;
        *value = V::default();
        Ok(false)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn skip(&mut self, header: FieldHeader) -> Result<bool> {
        self.field = Some(header.id);
        self.reader.skip(header.ty)?;
        Ok(false)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn late<L: Late>(&mut self, header: FieldHeader, into: L) -> Result<bool> {
        self.field = Some(header.id);
        let mut read = false;
        let field = Header { field: Some(header), boolean: self.reader.boolean.take() };
        let Cursor { rest, reading } = self.reader.cursor;
        self.reader.cursor.rest = reading.kept(late(rest, reading, field, into, &mut read))?;
        Ok(read)
    }

    fn any(&mut self, header: FieldHeader) -> Result<Any> {
        self.field = Some(header.id);
        let mut reader = self.reader;
        let value = Any::decode(header.ty, &mut reader)?;
        self.reader = reader;
        Ok(value)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn missing(&mut self, id: i16) -> Error {
        self.field = Some(id);
        Error::new(ErrorKind::MissingField, "the required field is missing")
    }
}

#[cold]
fn not_i16(value: i64) -> Error {
    Error::malformed(format!("{value} does not fit 16 bits"))
}

#[cold]
fn no_boolean(byte: u8) -> Error {
    Error::malformed(format!("{byte} is no boolean"))
}
