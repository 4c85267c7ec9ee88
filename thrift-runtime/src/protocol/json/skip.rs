//! Values of which nothing is kept.

use super::tokens::Reader;
use crate::{
    error::{Error, Result},
    protocol::TType,
    value::{Field, Struct, StructReader, StructWriter, ValueReader, struct_value},
};

impl Reader<'_, '_> {
    /// Skips a value; containers directly in one another are levels of their own.
    pub(super) fn skip_value(&mut self, ty: TType, in_container: bool) -> Result<()> {
        match ty {
            TType::Stop => Err(Error::malformed("a value of type stop")),
            TType::Bool => self.bool().map(drop),
            TType::I8 => self.i8().map(drop),
            TType::I16 => self.i16().map(drop),
            TType::I32 => self.i32().map(drop),
            TType::I64 => self.i64().map(drop),
            TType::Double => self.double().map(drop),
            TType::String | TType::Uuid => self.text().map(drop),
            TType::Struct => self.structure(&mut Skipped),
            TType::List | TType::Set => {
                let (element, count) = self.elements()?;
                self.skip_entries(count, &[element], in_container)
            }
            TType::Map => {
                let (key, value, count) = self.map()?;
                self.skip_entries(count, &[key, value], in_container)
            }
        }
    }

    fn skip_entries(&mut self, count: usize, entry: &[TType], in_container: bool) -> Result<()> {
        if in_container {
            self.descend()?;
        }
        for _ in 0..count {
            for ty in entry {
                self.skip_value(*ty, true)?;
            }
        }
        if in_container {
            self.ascend();
        }
        self.end()
    }
}

/// A struct of which nothing is kept.
#[derive(Debug, Default)]
struct Skipped;

impl Struct for Skipped {
    const NAME: &'static str = "(unknown struct)";
    const FIELDS: &'static [Field] = &[];

    fn write<W: StructWriter>(&self, _w: &mut W) {}

    fn read<R: StructReader>(&mut self, r: &mut R) -> Result<()> {
        while let Some(header) = r.header()? {
            r.skip(header)?;
        }
        Ok(())
    }
}

struct_value!(Skipped);
