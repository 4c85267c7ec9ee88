//! The fields of structs, from bytes.

use super::{Cursor, Left, NextField, Reader, Reading, Wire, reader::apart, reading::Level, skip};
use crate::{
    error::{Error, ErrorKind, Result},
    protocol::TType,
    value::{Any, Decode, DecodeStruct, FieldHeader, Late, StructReader, ValueReader},
};

#[inline(never)]
pub(in crate::protocol) fn fields<'a, W: Wire, S: DecodeStruct<'a>>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    into: &mut S,
) -> Left<'a> {
    apart::<W>(rest, reading, |reader| {
        reading.descend_to::<S>()?;
        let mut fields = Fields::new(*reader);
        if let Err(error) = into.read(&mut fields) {
            return Err(error.within_field::<S>(fields.field));
        }
        reading.ascend_from::<S>();
        *reader = fields.reader;
        Ok(())
    })
}

/// Reads a field's header that is no stop, unless it is malformed.
#[inline(never)]
fn next_header<'a, W: Wire>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    last: i16,
    header: &mut NextField<W>,
) -> Left<'a> {
    apart::<W>(rest, reading, |reader| {
        *header = W::field_header(&mut reader.cursor, last)?;
        Ok(())
    })
}

#[inline(never)]
fn late<'a, W: Wire, L: Late<'a>>(
    rest: &'a [u8],
    reading: &Reading<'_>,
    (header, early): (FieldHeader, W::Early),
    into: L,
    read: &mut bool,
) -> Left<'a> {
    apart::<W>(rest, reading, |reader| {
        reader.early = early;
        let mut fields = Fields::new(*reader);
        *read = into.read(&mut fields, header)?;
        *reader = fields.reader;
        Ok(())
    })
}

/// Reads the fields of one struct.
#[derive(Debug)]
pub(in crate::protocol) struct Fields<'a, 's, W: Wire> {
    pub(in crate::protocol) reader: Reader<'a, 's, W>,
    /// The id of the field before, from which the next one's may be told.
    pub(in crate::protocol) last: i16,
    /// The field that is read, for error messages; `None` between fields.
    field: Option<i16>,
}

impl<'a, 's, W: Wire> Fields<'a, 's, W> {
    #[inline(always)]
    fn new(reader: Reader<'a, 's, W>) -> Self {
        Fields { reader, last: 0, field: None }
    }

    /// What is left behind a value that turned out to be of another type than declared.
    #[cold]
    fn behind(before: Cursor<'a, '_>, level: Level, ty: TType, error: Error) -> Result<&'a [u8]> {
        if error.kind() != ErrorKind::ElementType {
            return Err(error);
        }
        before.reading.ascend_to(level);
        skip::value::<W>(before.rest, before.reading, ty)
    }
}

impl<'a, W: Wire> StructReader<'a> for Fields<'a, '_, W> {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take(&mut self, id: i16, ty: TType) -> bool {
        let Reader { cursor, early } = &mut self.reader;
        W::take_field_header(cursor, early, &mut self.last, FieldHeader { ty, id })
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn header(&mut self) -> Result<Option<FieldHeader>> {
        self.field = None;
        let Cursor { rest, reading } = self.reader.cursor;
        if let Some((0, rest)) = rest.split_first() {
            self.reader.cursor.rest = rest;
            return Ok(None);
        }
        let mut header = NextField { field: None, early: W::Early::default() };
        let left = next_header::<W>(rest, reading, self.last, &mut header);
        self.reader.cursor.rest = reading.kept(left)?;
        self.reader.early = header.early;
        if let Some(header) = header.field {
            self.last = header.id;
        }
        Ok(header.field)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read<V: Decode<'a>>(&mut self, header: FieldHeader, value: &mut V) -> Result<bool> {
        self.field = Some(header.id);
        if header.ty != V::TYPE {
            return self.skip(header);
        }
        if !V::TYPE.is_container() {
            value.decode_into(&mut self.reader)?;
            return Ok(true);
        }
        let before = self.reader.cursor;
        let level = before.reading.level();
        let Err(error) = value.decode_into(&mut self.reader) else { return Ok(true) };
        // Elements of another type than declared make it a field of another type.
        self.reader.cursor.rest = Self::behind(before, level, header.ty, error)?;
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
    fn late<L: Late<'a>>(&mut self, header: FieldHeader, into: L) -> Result<bool> {
        self.field = Some(header.id);
        let mut read = false;
        let Cursor { rest, reading } = self.reader.cursor;
        let header = (header, std::mem::take(&mut self.reader.early));
        self.reader.cursor.rest =
            reading.kept(late::<W, L>(rest, reading, header, into, &mut read))?;
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

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn claim(&mut self, count: usize, size: usize) -> Result<()> {
        self.reader.claim(count, size)
    }
}
