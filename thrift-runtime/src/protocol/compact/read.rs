//! Compact bytes to values.

use bytes::Bytes;

use super::{
    fields::fields,
    layout::{CompactLayout, elements, pairs},
    types::{FALSE, TRUE, number},
    varint::{self, unzigzag},
};
use crate::{
    error::{Error, Result, Segment},
    fast,
    protocol::{
        TType,
        cursor::{Cursor, Reading, put_text},
        scan::{Layout, skip},
        sizes::{check_count, check_length, check_room, check_typed},
    },
    value::{Container, In, Str, Struct, expect},
};

/// Reads from the start of what is left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a, 's> {
    pub(super) cursor: Cursor<'a, 's>,
    /// A boolean that stood in the field's header.
    pub(super) boolean: Option<bool>,
}

impl<'a, 's> Reader<'a, 's> {
    #[inline]
    pub(super) fn new(bytes: &'a [u8], at: usize, reading: &'s Reading<'s>) -> Self {
        Reader { cursor: Cursor::new(bytes, at, reading), boolean: None }
    }

    /// What is left of a value that is behind its field's header.
    #[inline(always)]
    pub(super) fn at(rest: &'a [u8], reading: &'s Reading<'s>) -> Self {
        Reader { cursor: Cursor { rest, reading }, boolean: None }
    }

    #[inline(always)]
    fn varint(&mut self, bits: u32) -> Result<u64> {
        let (value, rest) = varint::take(self.cursor.rest, bits)?;
        self.cursor.rest = rest;
        Ok(value)
    }

    /// Numbers one behind the other, each at least a byte.
    #[inline(always)]
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

pub(super) type Left<'a> = Option<&'a [u8]>;

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
pub(super) fn skipped<'a>(rest: &'a [u8], reading: &Reading<'_>, ty: TType) -> Left<'a> {
    let length = skip::<CompactLayout>(ty, rest, reading.depth(), reading.limits);
    reading.keep(length.map(|length| rest.get(length..).unwrap_or_default()))
}

/// Reads with a reader of its own, and gives back what is left.
#[inline(always)]
pub(super) fn apart<'a, 's>(
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

    #[inline(always)]
    fn list_of(&mut self, element: TType) -> Result<usize> {
        if let Some((byte, rest)) = self.cursor.rest.split_first()
            && byte & 0x0f == number(element)
            && *byte < 0xf0
            && let count = usize::from(byte >> 4)
            && count <= self.cursor.limits().container_size
            && count * CompactLayout::min_size(element) <= rest.len()
        {
            self.cursor.rest = rest;
            return Ok(count);
        }
        let (found, count) = self.list()?;
        expect::<Self>(found, element, count, "element")?;
        Ok(count)
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

#[cold]
fn not_i16(value: i64) -> Error {
    Error::malformed(format!("{value} does not fit 16 bits"))
}

#[cold]
fn no_boolean(byte: u8) -> Error {
    Error::malformed(format!("{byte} is no boolean"))
}
