//! A method's result as the wire has it.

use thrift_runtime::{
    Error, Result, Value,
    protocol::TType,
    value::{
        Any, Field, FieldHeader, Struct, StructReader, StructWriter, ValueReader, ValueWriter,
    },
};

/// A value in field 0, or what the method throws.
#[derive(Debug, Default)]
pub(crate) struct Outcome<V, E> {
    value: Option<V>,
    thrown: E,
}

impl<V: Value, E: Struct> Struct for Outcome<V, E> {
    const NAME: &'static str = E::NAME;
    const FIELDS: &'static [Field] = E::FIELDS;

    fn write<W: StructWriter>(&self, w: &mut W) {
        w.optional(0, &self.value);
        self.thrown.write(w);
    }

    fn read<R: StructReader>(&mut self, r: &mut R) -> Result<()> {
        self.value = None;
        self.thrown.read(&mut WithoutValue { inner: r, value: &mut self.value })
    }
}

impl<V: Value, E: Struct> Value for Outcome<V, E> {
    const TYPE: TType = TType::Struct;

    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.structure(self);
    }

    fn decode_into<R: ValueReader>(&mut self, r: &mut R) -> Result<()> {
        r.structure(self)
    }
}

/// The fields but for the value, which is taken out where it comes.
struct WithoutValue<'a, R, V> {
    inner: &'a mut R,
    value: &'a mut Option<V>,
}

impl<R: StructReader, V: Value> StructReader for WithoutValue<'_, R, V> {
    fn take(&mut self, id: i16, ty: TType) -> bool {
        self.inner.take(id, ty)
    }

    fn header(&mut self) -> Result<Option<FieldHeader>> {
        loop {
            match self.inner.header()? {
                Some(header) if header.id == 0 => {
                    self.inner.read_optional(header, self.value)?;
                }
                other => return Ok(other),
            }
        }
    }

    fn read<T: Value>(&mut self, header: FieldHeader, value: &mut T) -> Result<bool> {
        self.inner.read(header, value)
    }

    fn skip(&mut self, header: FieldHeader) -> Result<bool> {
        self.inner.skip(header)
    }

    fn any(&mut self, header: FieldHeader) -> Result<Any> {
        self.inner.any(header)
    }

    fn missing(&mut self, id: i16) -> Error {
        self.inner.missing(id)
    }

    fn claim(&mut self, count: usize, size: usize) -> Result<()> {
        self.inner.claim(count, size)
    }
}
