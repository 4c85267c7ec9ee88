//! A method's result as the wire has it.

use thrift_runtime::{
    Error, Result,
    protocol::TType,
    value::{
        Any, Decode, DecodeStruct, Encode, EncodeStruct, Field, FieldHeader, StructReader,
        StructWriter, ValueReader, ValueWriter,
    },
};

/// A value in field 0, or what the method throws.
#[derive(Debug, Default)]
pub(crate) struct Outcome<V, E> {
    value: Option<V>,
    thrown: E,
}

impl<V: Encode, E: EncodeStruct> EncodeStruct for Outcome<V, E> {
    const NAME: &'static str = E::NAME;
    const FIELDS: &'static [Field] = E::FIELDS;

    fn write<W: StructWriter>(&self, w: &mut W) {
        w.optional(0, &self.value);
        self.thrown.write(w);
    }
}

impl<'de, V: Decode<'de>, E: DecodeStruct<'de>> DecodeStruct<'de> for Outcome<V, E> {
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        self.value = None;
        self.thrown.read(&mut WithoutValue { inner: r, value: &mut self.value })
    }
}

impl<V: Encode, E: EncodeStruct> Encode for Outcome<V, E> {
    const TYPE: TType = TType::Struct;

    fn encode<W: ValueWriter>(&self, w: &mut W) {
        w.structure(self);
    }
}

impl<'de, V: Decode<'de>, E: DecodeStruct<'de>> Decode<'de> for Outcome<V, E> {
    fn decode_into<R: ValueReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.structure(self)
    }
}

/// The fields but for the value, which is taken out where it comes.
struct WithoutValue<'a, R, V> {
    inner: &'a mut R,
    value: &'a mut Option<V>,
}

impl<'de, R: StructReader<'de>, V: Decode<'de>> StructReader<'de> for WithoutValue<'_, R, V> {
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

    fn read<T: Decode<'de>>(&mut self, header: FieldHeader, value: &mut T) -> Result<bool> {
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
