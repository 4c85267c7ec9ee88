//! Binary bytes to values.

use bytes::Bytes;

use super::{fields::fields, layout::BinaryLayout};
use crate::{
    error::{Error, Result},
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
pub(super) struct Reader<'a, 's>(pub(super) Cursor<'a, 's>);

impl<'a, 's> Reader<'a, 's> {
    #[inline]
    pub(super) fn new(bytes: &'a [u8], at: usize, reading: &'s Reading<'s>) -> Self {
        Reader(Cursor::new(bytes, at, reading))
    }

    #[inline(always)]
    pub(super) fn u32(&mut self) -> Result<u32> {
        self.0.array().map(u32::from_be_bytes)
    }

    /// The next `length` bytes, which are a string's.
    #[inline]
    pub(super) fn sized(&mut self, what: &str, length: u32) -> Result<&'a [u8]> {
        let length = check_length(what, length, self.0.limits())?;
        self.0.slice(length)
    }

    #[inline]
    fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = self.u32()?;
        self.sized("string", length)
    }

    #[inline(always)]
    pub(super) fn ttype(&mut self) -> Result<TType> {
        self.0.byte().and_then(TType::try_from)
    }

    /// The number of a container's entries, each of which takes at least `size` bytes.
    #[inline]
    fn count(&mut self, size: usize) -> Result<usize> {
        let count = self.u32()?;
        let count = check_count(count, self.0.limits())?;
        check_room(count, size, self.0.rest.len())?;
        Ok(count)
    }

    #[inline]
    fn elements(&mut self) -> Result<(TType, usize)> {
        let element = self.ttype()?;
        let count = self.count(BinaryLayout::min_size(element))?;
        check_typed(element, count)?;
        Ok((element, count))
    }

    #[inline]
    fn numbers<T, const N: usize>(
        &mut self,
        into: &mut Vec<T>,
        count: usize,
        number: impl Fn([u8; N]) -> T,
    ) -> Result<()> {
        let bytes = self.0.slice(count.checked_mul(N).ok_or_else(Error::truncated)?)?;
        into.clear();
        if into.capacity() == 0 {
            *into = Vec::with_capacity(count);
        }
        fast::read_numbers(bytes, into, number);
        Ok(())
    }
}

// The functions that are not inlined take the parts of a reader and give back what is left: calls
// pass these in registers.

pub(super) type Left<'a> = Option<&'a [u8]>;

#[inline(never)]
fn string<'a>(rest: &'a [u8], reading: &Reading<'_>, into: &mut String) -> Left<'a> {
    apart(rest, reading, |reader| put_text(reader.bytes()?, into))
}

#[inline(never)]
fn str<'a>(rest: &'a [u8], reading: &Reading<'_>, into: &mut Str) -> Left<'a> {
    apart(rest, reading, |reader| reading.str(reader.bytes()?, into))
}

#[inline(never)]
fn binary<'a>(rest: &'a [u8], reading: &Reading<'_>, into: &mut Bytes) -> Left<'a> {
    apart(rest, reading, |reader| {
        *into = reading.blob(reader.bytes()?);
        Ok(())
    })
}

#[inline(never)]
fn container<'a, C: Container>(rest: &'a [u8], reading: &Reading<'_>, into: &mut C) -> Left<'a> {
    apart(rest, reading, |reader| into.read(reader))
}

#[inline(never)]
pub(super) fn skipped<'a>(rest: &'a [u8], reading: &Reading<'_>, ty: TType) -> Left<'a> {
    let length = skip::<BinaryLayout>(ty, rest, reading.depth(), reading.limits);
    reading.keep(length.map(|length| rest.get(length..).unwrap_or_default()))
}

/// Reads with a reader of its own, and gives back what is left.
#[inline(always)]
pub(super) fn apart<'a, 's>(
    rest: &'a [u8],
    reading: &'s Reading<'s>,
    read: impl FnOnce(&mut Reader<'a, 's>) -> Result<()>,
) -> Left<'a> {
    let mut reader = Reader(Cursor { rest, reading });
    let result = read(&mut reader);
    reading.keep(result.map(|()| reader.0.rest))
}

impl In for Reader<'_, '_> {
    #[inline(always)]
    fn container<C: Container>(&mut self, into: &mut C) -> Result<()> {
        let Cursor { rest, reading } = self.0;
        self.0.rest = reading.kept(container(rest, reading, into))?;
        Ok(())
    }

    #[inline(always)]
    fn bool(&mut self) -> Result<bool> {
        self.0.byte().map(|byte| byte != 0)
    }

    #[inline(always)]
    fn i8(&mut self) -> Result<i8> {
        self.0.array().map(i8::from_be_bytes)
    }

    #[inline(always)]
    fn i16(&mut self) -> Result<i16> {
        self.0.array().map(i16::from_be_bytes)
    }

    #[inline(always)]
    fn i32(&mut self) -> Result<i32> {
        self.0.array().map(i32::from_be_bytes)
    }

    #[inline(always)]
    fn i64(&mut self) -> Result<i64> {
        self.0.array().map(i64::from_be_bytes)
    }

    #[inline(always)]
    fn double(&mut self) -> Result<f64> {
        self.0.array().map(|bytes| f64::from_bits(u64::from_be_bytes(bytes)))
    }

    #[inline(always)]
    fn uuid(&mut self) -> Result<[u8; 16]> {
        self.0.array()
    }

    #[inline(always)]
    fn string(&mut self, into: &mut String) -> Result<()> {
        let Cursor { rest, reading } = self.0;
        self.0.rest = reading.kept(string(rest, reading, into))?;
        Ok(())
    }

    #[inline(always)]
    fn str(&mut self, into: &mut Str) -> Result<()> {
        let Cursor { rest, reading } = self.0;
        self.0.rest = reading.kept(self::str(rest, reading, into))?;
        Ok(())
    }

    #[inline(always)]
    fn binary(&mut self, into: &mut Bytes) -> Result<()> {
        let Cursor { rest, reading } = self.0;
        self.0.rest = reading.kept(binary(rest, reading, into))?;
        Ok(())
    }

    #[inline]
    fn list(&mut self) -> Result<(TType, usize)> {
        self.elements()
    }

    #[inline(always)]
    fn list_of(&mut self, element: TType) -> Result<usize> {
        if let Some(([ty, size @ ..], rest)) = self.0.rest.split_first_chunk::<5>()
            && *ty == element as u8
            && let count = u32::from_be_bytes(*size)
            && count <= i32::MAX as u32
            && count as usize <= self.0.limits().container_size
            && u64::from(count) * BinaryLayout::min_size(element) as u64 <= rest.len() as u64
        {
            self.0.rest = rest;
            return Ok(count as usize);
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
        let (key, value) = (self.ttype()?, self.ttype()?);
        let count = self.count(BinaryLayout::min_size(key) + BinaryLayout::min_size(value))?;
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
        let Cursor { rest, reading } = self.0;
        self.0.rest = reading.kept(fields(rest, reading, into))?;
        Ok(())
    }

    fn skip(&mut self, ty: TType) -> Result<()> {
        let Cursor { rest, reading } = self.0;
        self.0.rest = reading.kept(skipped(rest, reading, ty))?;
        Ok(())
    }

    #[inline(always)]
    fn descend(&mut self) -> Result<()> {
        self.0.reading.descend()
    }

    #[inline(always)]
    fn ascend(&mut self) {
        self.0.reading.ascend();
    }

    #[inline]
    fn claim(&mut self, count: usize, size: usize) -> Result<()> {
        self.0.reading.claim(count, size)
    }

    #[inline]
    fn remaining(&self) -> usize {
        self.0.rest.len()
    }

    fn i16s(&mut self, into: &mut Vec<i16>, count: usize) -> Result<()> {
        self.numbers(into, count, i16::from_be_bytes)
    }

    fn i32s(&mut self, into: &mut Vec<i32>, count: usize) -> Result<()> {
        self.numbers(into, count, i32::from_be_bytes)
    }

    fn i64s(&mut self, into: &mut Vec<i64>, count: usize) -> Result<()> {
        self.numbers(into, count, i64::from_be_bytes)
    }

    fn doubles(&mut self, into: &mut Vec<f64>, count: usize) -> Result<()> {
        self.numbers(into, count, |bytes| f64::from_bits(u64::from_be_bytes(bytes)))
    }
}
