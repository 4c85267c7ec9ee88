//! The fields of THeader's variable part.

use super::cut;
use crate::{
    error::{Error, Result},
    protocol::Output,
};

/// What is left to read of the variable part.
pub(super) struct VariablePart<'a>(pub(super) &'a [u8]);

impl<'a> VariablePart<'a> {
    pub(super) fn varint(&mut self) -> Result<u32> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or_else(cut)?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return u32::try_from(value).map_err(|_| too_long());
            }
        }
        Err(too_long())
    }

    /// A string. Invalid UTF-8 is replaced, since headers are for people and tracing.
    pub(super) fn string(&mut self) -> Result<String> {
        let length = self.varint()?;
        let length = usize::try_from(length).map_err(|_| cut())?;
        let (text, rest) = self.0.split_at_checked(length).ok_or_else(cut)?;
        self.0 = rest;
        Ok(String::from_utf8_lossy(text).into_owned())
    }
}

pub(super) fn put_varint(out: &mut Output, mut value: u32) {
    while value >= 0x80 {
        out.put([value as u8 | 0x80]);
        value >>= 7;
    }
    out.put([value as u8]);
}

#[cold]
fn too_long() -> Error {
    Error::malformed("a number in a header is longer than 32 bits")
}
