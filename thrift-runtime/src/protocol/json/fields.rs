//! The fields of structs, from JSON.

use super::{
    tokens::{Reader, short_digits},
    types::{known_type, ttype},
    write::Slot,
};
use crate::{
    error::{Error, ErrorKind, Result},
    protocol::TType,
    value::{Any, Decode, FieldHeader, StructReader, ValueReader},
};

/// Reads the fields of one struct.
#[derive(Debug)]
pub(super) struct FieldReader<'r, 'a, 's> {
    reader: &'r mut Reader<'a, 's>,
    /// A header that was read and not taken.
    ahead: Option<Option<FieldHeader>>,
    /// Whether none can be read, which `header` reports.
    broken: bool,
    /// The field that is read, for error messages; `None` between fields.
    field: Option<i16>,
}

impl<'r, 'a, 's> FieldReader<'r, 'a, 's> {
    pub(super) fn new(reader: &'r mut Reader<'a, 's>) -> Self {
        FieldReader { reader, ahead: None, broken: false, field: None }
    }

    /// The field that was read last, unless it was read to its end.
    pub(super) fn field(&self) -> Option<i16> {
        self.field
    }

    fn next_header(&mut self) -> Result<Option<FieldHeader>> {
        let header = self.reader.field_header()?;
        if header.is_some() {
            self.reader.enter(Slot::Field);
        }
        Ok(header)
    }

    /// Takes the end of a field.
    fn end_field(&mut self) -> Result<()> {
        self.reader.leave();
        self.reader.expect(b'}')
    }
}

impl Reader<'_, '_> {
    /// The header of a field, up to its value; `None` is the end of the struct.
    pub(super) fn field_header(&mut self) -> Result<Option<FieldHeader>> {
        if let Some(header) = self.plain_field_header() {
            return Ok(Some(header));
        }
        if self.accept(b'}')? {
            return Ok(None);
        }
        let id = self.i16()?;
        self.separate()?;
        self.expect(b'{')?;
        let name = self.quoted("type name")?;
        let ty = ttype(&name)?;
        self.expect(b':')?;
        Ok(Some(FieldHeader { ty, id }))
    }
}

impl Reader<'_, '_> {
    /// The header of a field that is written as all peers do, without blanks or escapes.
    // `,"1":{"i32":`
    fn plain_field_header(&mut self) -> Option<FieldHeader> {
        let rest = match self.slot {
            Slot::FirstKey => self.cursor.rest,
            Slot::NextKey => self.cursor.rest.strip_prefix(b",")?,
            _ => return None,
        };
        let (id, rest) = short_digits(rest.strip_prefix(b"\"")?)?;
        let id = i16::try_from(id).ok()?;
        let rest = rest.strip_prefix(b"\":{\"")?;
        let name = rest.get(..if matches!(rest, [_, _, b'"', ..]) { 2 } else { 3 })?;
        let ty = known_type(name)?;
        let rest = rest.get(name.len()..)?.strip_prefix(b"\":")?;
        self.cursor.rest = rest;
        self.slot = Slot::NextKey;
        Some(FieldHeader { ty, id })
    }
}

impl<'a> StructReader<'a> for FieldReader<'_, 'a, '_> {
    fn take(&mut self, id: i16, ty: TType) -> bool {
        if self.ahead.is_none() && !self.broken {
            let before = self.reader.mark();
            match self.next_header() {
                Ok(header) => self.ahead = Some(header),
                Err(_) => {
                    self.broken = true;
                    self.reader.go_back(before);
                }
            }
        }
        let taken = self.ahead == Some(Some(FieldHeader { ty, id }));
        if taken {
            self.ahead = None;
        }
        taken
    }

    fn header(&mut self) -> Result<Option<FieldHeader>> {
        self.field = None;
        match self.ahead.take() {
            Some(header) => Ok(header),
            None => self.next_header(),
        }
    }

    fn read<V: Decode<'a>>(&mut self, header: FieldHeader, value: &mut V) -> Result<bool> {
        if header.ty != V::TYPE {
            return self.skip(header);
        }
        self.field = Some(header.id);
        let before = self.reader.mark();
        match value.decode_into(self.reader) {
            Ok(()) => {
                self.end_field()?;
                Ok(true)
            }
            // Elements of another type than declared make it a field of another type.
            Err(error) if error.kind() == ErrorKind::ElementType => {
                *value = V::default();
                self.reader.go_back(before);
                self.skip(header)
            }
            Err(error) => Err(error),
        }
    }

    fn skip(&mut self, header: FieldHeader) -> Result<bool> {
        self.field = Some(header.id);
        self.reader.skip(header.ty)?;
        self.end_field()?;
        Ok(false)
    }

    fn any(&mut self, header: FieldHeader) -> Result<Any> {
        self.field = Some(header.id);
        let value = Any::decode(header.ty, self.reader)?;
        self.end_field()?;
        Ok(value)
    }

    fn missing(&mut self, id: i16) -> Error {
        self.field = Some(id);
        Error::new(ErrorKind::MissingField, "the required field is missing")
    }

    fn claim(&mut self, count: usize, size: usize) -> Result<()> {
        self.reader.claim(count, size)
    }
}
