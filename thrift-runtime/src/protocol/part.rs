//! Reading the first fields of a struct, without the rest.

use super::TType;
use crate::{
    error::{Error, Result},
    value::{
        Any, Decode, DecodeStruct, Encode, EncodeStruct, FieldHeader, StructReader, ValueReader,
        ValueWriter,
    },
};

/// A struct of which no more is read than the fields that it knows.
#[derive(Debug, Default)]
pub(super) struct Part<S> {
    pub(super) value: S,
    /// Whether all was read that there is to read. What comes behind it does not matter.
    pub(super) read: bool,
}

impl<S: EncodeStruct> EncodeStruct for Part<S> {
    const NAME: &'static str = S::NAME;
    const FIELDS: &'static [crate::value::Field] = S::FIELDS;

    fn write<W: crate::value::StructWriter>(&self, w: &mut W) {
        self.value.write(w);
    }
}

impl<'de, S: DecodeStruct<'de>> DecodeStruct<'de> for Part<S> {
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        self.value.read(&mut Stopping::new::<S>(r))?;
        self.read = true;
        Ok(())
    }
}

impl<S: EncodeStruct> Encode for Part<S> {
    const TYPE: TType = TType::Struct;

    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.structure(self);
    }
}

impl<'de, S: DecodeStruct<'de>> Decode<'de> for Part<S> {
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.structure(self)
    }
}

/// A reader of fields for which the struct ends once all that are known have come.
struct Stopping<'r, R> {
    inner: &'r mut R,
    fields: &'static [crate::value::Field],
    /// Which of them are to come.
    due: Vec<bool>,
    /// How many of them are to come.
    left: usize,
}

impl<'r, R> Stopping<'r, R> {
    fn new<S: EncodeStruct>(inner: &'r mut R) -> Self {
        let fields = S::FIELDS;
        // A type that does not list its fields takes all that come.
        let left = if fields.is_empty() { usize::MAX } else { fields.len() };
        Stopping { inner, fields, due: vec![true; fields.len()], left }
    }

    fn has_come(&mut self, id: i16) {
        let at = self.fields.iter().position(|field| field.id == id);
        if let Some(due) = at.and_then(|at| self.due.get_mut(at))
            && std::mem::take(due)
        {
            self.left -= 1;
        }
    }
}

impl<'de, R: StructReader<'de>> StructReader<'de> for Stopping<'_, R> {
    fn take(&mut self, id: i16, ty: TType) -> bool {
        self.inner.take(id, ty)
    }

    fn header(&mut self) -> Result<Option<FieldHeader>> {
        match self.left {
            0 => Ok(None),
            _ => self.inner.header(),
        }
    }

    fn read<V: Decode<'de>>(&mut self, header: FieldHeader, value: &mut V) -> Result<bool> {
        let read = self.inner.read(header, value)?;
        if read {
            self.has_come(header.id);
        }
        Ok(read)
    }

    fn skip(&mut self, header: FieldHeader) -> Result<bool> {
        self.inner.skip(header)
    }

    fn any(&mut self, header: FieldHeader) -> Result<Any> {
        let any = self.inner.any(header)?;
        self.has_come(header.id);
        Ok(any)
    }

    fn missing(&mut self, id: i16) -> Error {
        self.inner.missing(id)
    }

    fn claim(&mut self, count: usize, size: usize) -> Result<()> {
        self.inner.claim(count, size)
    }
}
