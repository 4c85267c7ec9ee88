//! Compact bytes to values.

use bytes::Bytes;

use super::{
    layout::{CompactLayout, elements, field_id, pairs},
    types::{FALSE, TRUE, number, ttype},
    varint::{self, unzigzag},
};
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
pub(super) struct Reader<'a, 'l> {
    pub(super) cursor: Cursor<'a, 'l>,
    /// A boolean that stood in the field's header.
    boolean: Option<bool>,
}

impl<'a, 'l> Reader<'a, 'l> {
    #[inline]
    pub(super) fn new(input: Input<'a>, at: usize, limits: &'l Limits) -> Self {
        Reader { cursor: Cursor::new(input, at, limits), boolean: None }
    }

    #[inline]
    fn varint(&mut self, bits: u32) -> Result<u64> {
        if let Some((byte, rest)) = self.cursor.rest.split_first()
            && byte & 0x80 == 0
        {
            self.cursor.rest = rest;
            return Ok(u64::from(*byte));
        }
        let read = varint::read(self.cursor.rest, bits)?;
        let (value, length) = read.ok_or_else(Error::truncated)?;
        self.cursor.slice(length)?;
        Ok(value)
    }

    /// Bits beyond the 32nd are dropped, as all peers do.
    #[inline]
    pub(super) fn varint32(&mut self) -> Result<u32> {
        self.varint(32).map(|value| value as u32)
    }

    /// A string's bytes.
    #[inline]
    pub(super) fn bytes(&mut self, what: &str) -> Result<&'a [u8]> {
        let length = self.varint32()?;
        let length = check_length(what, length, self.cursor.limits)?;
        self.cursor.slice(length)
    }

    #[inline]
    fn elements(&mut self) -> Result<(TType, usize)> {
        let (element, count, length) = elements(self.cursor.rest)?.ok_or_else(Error::truncated)?;
        self.cursor.slice(length)?;
        let count = check_count(count, self.cursor.limits)?;
        check_room(count, CompactLayout::min_size(element), self.cursor.rest.len())?;
        check_typed(element, count)?;
        Ok((element, count))
    }
}

impl In for Reader<'_, '_> {
    #[inline]
    fn bool(&mut self) -> Result<bool> {
        if let Some(boolean) = self.boolean.take() {
            return Ok(boolean);
        }
        match self.cursor.byte()? {
            TRUE => Ok(true),
            // "0 is read as false too", since some writers use it.
            FALSE | 0 => Ok(false),
            byte => Err(Error::malformed(format!("{byte} is no boolean"))),
        }
    }

    #[inline(always)]
    fn i8(&mut self) -> Result<i8> {
        self.cursor.array().map(i8::from_be_bytes)
    }

    #[inline]
    fn i16(&mut self) -> Result<i16> {
        let value = unzigzag(self.varint32()?.into());
        i16::try_from(value).map_err(|_| Error::malformed(format!("{value} does not fit 16 bits")))
    }

    #[inline]
    fn i32(&mut self) -> Result<i32> {
        Ok(unzigzag(self.varint32()?.into()) as i32)
    }

    #[inline]
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

    #[inline]
    fn string(&mut self, into: &mut String) -> Result<()> {
        put_text(self.bytes("string")?, into)
    }

    #[inline]
    fn str(&mut self) -> Result<Str> {
        let bytes = self.bytes("string")?;
        self.cursor.str(bytes)
    }

    #[inline]
    fn binary(&mut self) -> Result<Bytes> {
        let bytes = self.bytes("string")?;
        Ok(self.cursor.blob(bytes))
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
        let count = check_count(count, self.cursor.limits)?;
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

    #[inline]
    fn structure<S: Struct>(&mut self, into: &mut S) -> Result<()> {
        self.descend()?;
        let mut fields = FieldReader { reader: self, last: 0, field: None };
        if let Err(error) = into.read(&mut fields) {
            let field = fields.field;
            return Err(error.within(Segment::of::<S>(field)));
        }
        self.ascend();
        Ok(())
    }

    fn skip(&mut self, ty: TType) -> Result<()> {
        if ty == TType::Bool && self.boolean.take().is_some() {
            return Ok(());
        }
        let Cursor { rest, depth, limits, .. } = self.cursor;
        let length = skip::<CompactLayout>(ty, rest, depth, limits)?;
        self.cursor.slice(length).map(drop)
    }

    #[inline(always)]
    fn descend(&mut self) -> Result<()> {
        self.cursor.descend()
    }

    #[inline(always)]
    fn ascend(&mut self) {
        self.cursor.ascend();
    }

    #[inline]
    fn claim(&mut self, count: usize, size: usize) -> Result<()> {
        self.cursor.claim(count, size)
    }

    #[inline]
    fn remaining(&self) -> usize {
        self.cursor.rest.len()
    }
}

/// Reads the fields of one struct.
#[derive(Debug)]
struct FieldReader<'r, 'a, 'l> {
    reader: &'r mut Reader<'a, 'l>,
    /// The id of the field before, from which the next one's is told.
    last: i16,
    /// The field that is read, for error messages; `None` between fields.
    field: Option<i16>,
}

impl StructIn for FieldReader<'_, '_, '_> {
    #[inline]
    fn take(&mut self, id: i16, ty: TType) -> bool {
        let Some((byte, rest)) = self.reader.cursor.rest.split_first() else { return false };
        let delta = i32::from(id) - i32::from(self.last);
        if i32::from(byte >> 4) != delta || delta == 0 {
            return false;
        }
        match byte & 0x0f {
            FALSE if ty == TType::Bool => self.reader.boolean = Some(false),
            found if found != number(ty) => return false,
            TRUE => self.reader.boolean = Some(true),
            _ => {}
        }
        self.reader.cursor.rest = rest;
        self.last = id;
        true
    }

    fn header(&mut self) -> Result<Option<FieldHeader>> {
        self.field = None;
        let byte = self.reader.cursor.byte()?;
        let ty = ttype(byte & 0x0f)?;
        if ty == TType::Stop {
            return Ok(None);
        }
        self.last = match byte >> 4 {
            0 => field_id(unzigzag(self.reader.varint32()?.into()))?,
            delta => field_id(i64::from(self.last) + i64::from(delta))?,
        };
        if ty == TType::Bool {
            self.reader.boolean = Some(byte & 0x0f == TRUE);
        }
        Ok(Some(FieldHeader { ty, id: self.last }))
    }

    #[inline]
    fn read<V: Value>(&mut self, header: FieldHeader, value: &mut V) -> Result<bool> {
        self.field = Some(header.id);
        if header.ty != V::TYPE {
            self.reader.skip(header.ty)?;
            return Ok(false);
        }
        let (rest, depth) = (self.reader.cursor.rest, self.reader.cursor.depth);
        match value.decode_into(self.reader) {
            Ok(()) => Ok(true),
            // Elements of another type than declared make it a field of another type.
            Err(error) if error.kind() == ErrorKind::ElementType => {
                *value = V::default();
                self.reader.cursor.rest = rest;
                self.reader.cursor.depth = depth;
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
