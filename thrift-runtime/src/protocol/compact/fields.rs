//! The fields of structs, from compact bytes.

use super::{
    layout::field_id,
    read::{Left, Reader, apart, skipped},
    types::{FALSE, TRUE, number, ttype},
    varint::unzigzag,
};
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
        let mut fields = FieldReader { reader: *reader, last: 0, field: None };
        if let Err(error) = into.read(&mut fields) {
            return Err(error.within(Segment::of::<S>(fields.field)));
        }
        reading.ascend();
        *reader = fields.reader;
        Ok(())
    })
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
