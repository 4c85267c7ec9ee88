//! Binary bytes to values.

use bytes::Bytes;

use super::layout::BinaryLayout;
use crate::{
    error::{Error, ErrorKind, Result, Segment},
    protocol::{
        Input, Limits, TType,
        cursor::{Cursor, put_text},
        scan::{Layout, skip},
        sizes::{check_count, check_length, check_room, check_typed},
    },
    value::{Any, FieldHeader, In, Str, Struct, StructIn, Value},
};

/// Reads from the start of what is left.
#[derive(Debug)]
pub(super) struct Reader<'a, 'l>(pub(super) Cursor<'a, 'l>);

impl<'a, 'l> Reader<'a, 'l> {
    #[inline]
    pub(super) fn new(input: Input<'a>, at: usize, limits: &'l Limits) -> Self {
        Reader(Cursor::new(input, at, limits))
    }

    #[inline(always)]
    pub(super) fn u32(&mut self) -> Result<u32> {
        self.0.array().map(u32::from_be_bytes)
    }

    /// The next `length` bytes, which are a string's.
    #[inline]
    pub(super) fn sized(&mut self, what: &str, length: u32) -> Result<&'a [u8]> {
        let length = check_length(what, length, self.0.limits)?;
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
        let count = check_count(count, self.0.limits)?;
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
        into.extend(bytes.as_chunks::<N>().0.iter().map(|bytes| number(*bytes)));
        Ok(())
    }
}

impl In for Reader<'_, '_> {
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

    #[inline]
    fn string(&mut self, into: &mut String) -> Result<()> {
        put_text(self.bytes()?, into)
    }

    #[inline]
    fn str(&mut self) -> Result<Str> {
        let bytes = self.bytes()?;
        self.0.str(bytes)
    }

    #[inline]
    fn binary(&mut self) -> Result<Bytes> {
        let bytes = self.bytes()?;
        Ok(self.0.blob(bytes))
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

    #[inline]
    fn structure<S: Struct>(&mut self, into: &mut S) -> Result<()> {
        self.descend()?;
        let mut fields = FieldReader { reader: self, field: None };
        if let Err(error) = into.read(&mut fields) {
            let field = fields.field;
            return Err(error.within(Segment::of::<S>(field)));
        }
        self.ascend();
        Ok(())
    }

    fn skip(&mut self, ty: TType) -> Result<()> {
        let length = skip::<BinaryLayout>(ty, self.0.rest, self.0.depth, self.0.limits)?;
        self.0.slice(length).map(drop)
    }

    #[inline(always)]
    fn descend(&mut self) -> Result<()> {
        self.0.descend()
    }

    #[inline(always)]
    fn ascend(&mut self) {
        self.0.ascend();
    }

    #[inline]
    fn claim(&mut self, count: usize, size: usize) -> Result<()> {
        self.0.claim(count, size)
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
#[derive(Debug)]
struct FieldReader<'r, 'a, 'l> {
    reader: &'r mut Reader<'a, 'l>,
    /// `None` between fields.
    field: Option<i16>,
}

impl StructIn for FieldReader<'_, '_, '_> {
    #[inline(always)]
    fn take(&mut self, id: i16, ty: TType) -> bool {
        let [high, low] = id.to_be_bytes();
        match self.reader.0.rest.split_first_chunk() {
            Some((header, rest)) if *header == [ty as u8, high, low] => {
                self.reader.0.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn header(&mut self) -> Result<Option<FieldHeader>> {
        self.field = None;
        match self.reader.ttype()? {
            TType::Stop => Ok(None),
            ty => Ok(Some(FieldHeader { ty, id: self.reader.i16()? })),
        }
    }

    #[inline(always)]
    fn read<V: Value>(&mut self, header: FieldHeader, value: &mut V) -> Result<bool> {
        self.field = Some(header.id);
        if header.ty != V::TYPE {
            self.reader.skip(header.ty)?;
            return Ok(false);
        }
        let (rest, depth) = (self.reader.0.rest, self.reader.0.depth);
        match value.decode_into(self.reader) {
            Ok(()) => Ok(true),
            // Elements of another type than declared make it a field of another type.
            Err(error) if error.kind() == ErrorKind::ElementType => {
                *value = V::default();
                self.reader.0.rest = rest;
                self.reader.0.depth = depth;
                self.reader.skip(header.ty)?;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn skip(&mut self, header: FieldHeader) -> Result<bool> {
        self.field = Some(header.id);
        self.reader.skip(header.ty)?;
        Ok(false)
    }

    fn any(&mut self, header: FieldHeader) -> Result<Any> {
        self.field = Some(header.id);
        Any::decode(header.ty, self.reader)
    }

    fn missing(&mut self, id: i16) -> Error {
        self.field = Some(id);
        Error::new(ErrorKind::MissingField, "the required field is missing")
    }
}
