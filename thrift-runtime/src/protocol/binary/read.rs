//! Binary bytes to values.

use bytes::Bytes;

use super::layout::BinaryLayout;
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
    fn ttype(&mut self) -> Result<TType> {
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
        fast::read_numbers(bytes, into, number);
        Ok(())
    }
}

// The functions that are not inlined take the parts of a reader and give back what is left: calls
// pass these in registers.

type Left<'a> = Option<&'a [u8]>;

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
fn fields<'a, S: Struct>(rest: &'a [u8], reading: &Reading<'_>, into: &mut S) -> Left<'a> {
    apart(rest, reading, |reader| {
        reading.descend()?;
        let mut fields = FieldReader { reader: *reader, field: None };
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
    let length = skip::<BinaryLayout>(ty, rest, reading.depth(), reading.limits);
    reading.keep(length.map(|length| rest.get(length..).unwrap_or_default()))
}

/// Reads a field's header that is no stop, unless it is malformed.
#[inline(never)]
fn next_header<'a>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    header: &mut Option<FieldHeader>,
) -> Left<'a> {
    apart(rest, reading, |reader| {
        let ty = reader.ttype()?;
        *header = Some(FieldHeader { ty, id: reader.i16()? });
        Ok(())
    })
}

#[inline(never)]
fn late<'a, L: Late>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    header: FieldHeader,
    into: L,
    read: &mut bool,
) -> Left<'a> {
    apart(rest, reading, |reader| {
        let mut fields = FieldReader { reader: *reader, field: None };
        *read = into.read(&mut fields, header)?;
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

/// Reads the fields of one struct, and remembers which, for error messages.
#[derive(Debug, Clone, Copy)]
struct FieldReader<'a, 's> {
    reader: Reader<'a, 's>,
    /// `None` between fields.
    field: Option<i16>,
}

impl<'a> FieldReader<'a, '_> {
    /// What is left behind a value that turned out to be of another type than declared.
    #[cold]
    fn behind(before: Reader<'a, '_>, depth: u32, ty: TType, error: Error) -> Result<&'a [u8]> {
        if error.kind() != ErrorKind::ElementType {
            return Err(error);
        }
        before.0.reading.ascend_to(depth);
        before.0.reading.kept(skipped(before.0.rest, before.0.reading, ty))
    }
}

impl StructIn for FieldReader<'_, '_> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take(&mut self, id: i16, ty: TType) -> bool {
        let [high, low] = id.to_be_bytes();
        let rest = self.reader.0.rest;
        // A value follows, or a stop, so that there are four bytes; to compare them is one step.
        let Some(header) = rest.first_chunk() else { return false };
        let mask = u32::from_ne_bytes([0xff, 0xff, 0xff, 0]);
        let expected = u32::from_ne_bytes([ty as u8, high, low, 0]);
        let expected = u32::from_ne_bytes(*header) & mask == expected;
        if expected {
            self.reader.0.rest = rest.get(3..).unwrap_or_default();
        }
        expected
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn header(&mut self) -> Result<Option<FieldHeader>> {
        self.field = None;
        if let Some((0, rest)) = self.reader.0.rest.split_first() {
            self.reader.0.rest = rest;
            return Ok(None);
        }
        let mut header = None;
        let Cursor { rest, reading } = self.reader.0;
        self.reader.0.rest = reading.kept(next_header(rest, reading, &mut header))?;
        Ok(header)
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
        let (before, depth) = (self.reader, self.reader.0.reading.depth());
        let Err(error) = value.decode_into(&mut self.reader) else { return Ok(true) };
        // Elements of another type than declared make it a field of another type.
        self.reader.0.rest = Self::behind(before, depth, header.ty, error)?;
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
        let Cursor { rest, reading } = self.reader.0;
        self.reader.0.rest = reading.kept(late(rest, reading, header, into, &mut read))?;
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
