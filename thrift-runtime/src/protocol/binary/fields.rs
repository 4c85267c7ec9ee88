//! The fields of structs, from binary bytes.

use super::read::{Left, Reader, apart, skipped};
use crate::{
    error::{Error, ErrorKind, Result, Segment},
    protocol::{
        TType,
        cursor::{Cursor, Reading},
    },
    value::{Any, FieldHeader, In, Late, Struct, StructIn, Value},
};

#[inline(never)]
pub(super) fn fields<'a, S: Struct>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    into: &mut S,
) -> Left<'a> {
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
