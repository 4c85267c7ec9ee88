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
    value::{Any, Container, FieldHeader, In, Str, Struct, StructIn, Value},
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

/// Reads a string.
#[inline(never)]
fn text<'a>(rest: &'a [u8], reading: &Reading<'_>, into: &mut String) -> Result<&'a [u8]> {
    let mut reader = Reader(Cursor { rest, reading });
    put_text(reader.bytes()?, into)?;
    Ok(reader.0.rest)
}

/// Reads a `binary`.
#[inline(never)]
fn blob<'a>(rest: &'a [u8], reading: &Reading<'_>, into: &mut Bytes) -> Result<&'a [u8]> {
    let mut reader = Reader(Cursor { rest, reading });
    *into = reading.blob(reader.bytes()?);
    Ok(reader.0.rest)
}

/// Reads a struct.
#[inline(never)]
fn fields<'a, S: Struct>(rest: &'a [u8], reading: &Reading<'_>, into: &mut S) -> Result<&'a [u8]> {
    reading.descend()?;
    let mut fields = FieldReader { reader: Reader(Cursor { rest, reading }), field: None };
    if let Err(error) = into.read(&mut fields) {
        return Err(error.within(Segment::of::<S>(fields.field)));
    }
    reading.ascend();
    Ok(fields.reader.0.rest)
}

/// Reads a container.
#[inline(never)]
fn container<'a, C: Container>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    into: &mut C,
) -> Result<&'a [u8]> {
    let mut reader = Reader(Cursor { rest, reading });
    into.read(&mut reader)?;
    Ok(reader.0.rest)
}

/// Skips a value.
#[inline(never)]
fn skipped<'a>(rest: &'a [u8], reading: &Reading<'_>, ty: TType) -> Result<&'a [u8]> {
    let length = skip::<BinaryLayout>(ty, rest, reading.depth(), reading.limits)?;
    rest.get(length..).ok_or_else(Error::truncated)
}

impl In for Reader<'_, '_> {
    #[inline(always)]
    fn container<C: Container>(&mut self, into: &mut C) -> Result<()> {
        self.0.rest = container(self.0.rest, self.0.reading, into)?;
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
        self.0.rest = text(self.0.rest, self.0.reading, into)?;
        Ok(())
    }

    #[inline]
    fn str(&mut self) -> Result<Str> {
        let bytes = self.bytes()?;
        self.0.reading.str(bytes)
    }

    #[inline]
    fn binary(&mut self) -> Result<Bytes> {
        let mut blob = Bytes::new();
        self.0.rest = self::blob(self.0.rest, self.0.reading, &mut blob)?;
        Ok(blob)
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
        self.0.rest = fields(self.0.rest, self.0.reading, into)?;
        Ok(())
    }

    fn skip(&mut self, ty: TType) -> Result<()> {
        self.0.rest = skipped(self.0.rest, self.0.reading, ty)?;
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
    #[inline(never)]
    fn next_header(&mut self) -> Result<Option<FieldHeader>> {
        match self.reader.ttype()? {
            TType::Stop => Ok(None),
            ty => Ok(Some(FieldHeader { ty, id: self.reader.i16()? })),
        }
    }

    /// What is left behind a value that turned out to be of another type than declared.
    #[cold]
    fn behind(before: Reader<'a, '_>, depth: u32, ty: TType, error: Error) -> Result<&'a [u8]> {
        if error.kind() != ErrorKind::ElementType {
            return Err(error);
        }
        before.0.reading.ascend_to(depth);
        skipped(before.0.rest, before.0.reading, ty)
    }
}

impl StructIn for FieldReader<'_, '_> {
    #[inline(always)]
    fn apart<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let mut copy = *self;
        let value = read(&mut copy);
        *self = copy;
        value
    }

    #[inline(always)]
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

    #[inline(always)]
    fn header(&mut self) -> Result<Option<FieldHeader>> {
        self.field = None;
        if let Some((0, rest)) = self.reader.0.rest.split_first() {
            self.reader.0.rest = rest;
            return Ok(None);
        }
        self.apart(FieldReader::next_header)
    }

    #[inline(always)]
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

    #[inline(always)]
    fn skip(&mut self, header: FieldHeader) -> Result<bool> {
        self.field = Some(header.id);
        self.reader.skip(header.ty)?;
        Ok(false)
    }

    fn any(&mut self, header: FieldHeader) -> Result<Any> {
        self.field = Some(header.id);
        let mut reader = self.reader;
        let value = Any::decode(header.ty, &mut reader)?;
        self.reader = reader;
        Ok(value)
    }

    #[inline(always)]
    fn missing(&mut self, id: i16) -> Error {
        self.field = Some(id);
        Error::new(ErrorKind::MissingField, "the required field is missing")
    }
}
