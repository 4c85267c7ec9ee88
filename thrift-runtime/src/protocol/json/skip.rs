//! Values of which nothing is kept.

use std::mem;

use super::{text, tokens::Reader, write::Slot};
use crate::{
    error::{Error, Result},
    protocol::TType,
    value::ValueReader,
};

impl Reader<'_, '_> {
    /// Skips a value; containers directly in one another are levels of their own. The places around
    /// it are kept by the functions that go into it, so that nothing is allocated.
    pub(super) fn skip_value(&mut self, ty: TType, in_container: bool) -> Result<()> {
        match ty {
            TType::Stop => Err(Error::malformed("a value of type stop")),
            TType::Bool => self.bool().map(drop),
            TType::I8 => self.i8().map(drop),
            TType::I16 => self.i16().map(drop),
            TType::I32 => self.i32().map(drop),
            TType::I64 => self.i64().map(drop),
            TType::Double => self.double().map(drop),
            TType::String | TType::Uuid => self.skip_text(),
            TType::Struct => self.skip_struct(),
            TType::List | TType::Set | TType::Map if in_container => {
                self.descend()?;
                self.skip_container(ty)?;
                self.ascend();
                Ok(())
            }
            TType::List | TType::Set | TType::Map => self.skip_container(ty),
        }
    }

    fn skip_text(&mut self) -> Result<()> {
        self.separate()?;
        let (raw, escapes) = self.raw("string")?;
        text::check(raw, escapes)
    }

    fn skip_struct(&mut self) -> Result<()> {
        self.descend()?;
        self.separate()?;
        self.expect(b'{')?;
        let outer = mem::replace(&mut self.slot, Slot::FirstKey);
        while let Some(header) = self.field_header()? {
            let fields = mem::replace(&mut self.slot, Slot::Field);
            self.skip_value(header.ty, false)?;
            self.slot = fields;
            self.expect(b'}')?;
        }
        self.slot = outer;
        self.ascend();
        Ok(())
    }

    fn skip_container(&mut self, ty: TType) -> Result<()> {
        self.separate()?;
        self.expect(b'[')?;
        let outer = mem::replace(&mut self.slot, Slot::First);
        if ty == TType::Map {
            let (key, value, count) = self.pairs()?;
            self.slot = Slot::FirstKey;
            for _ in 0..count {
                self.skip_value(key, true)?;
                self.skip_value(value, true)?;
            }
            self.expect(b'}')?;
        } else {
            let (element, count) = self.elements()?;
            for _ in 0..count {
                self.skip_value(element, true)?;
            }
        }
        self.expect(b']')?;
        self.slot = outer;
        Ok(())
    }
}
