//! A place in the bytes of a message, and what may still be used of its limits.

use bytes::Bytes;

use super::{
    Input, Limits,
    scan::too_deep,
    sizes::{not_utf8, too_much_memory},
};
use crate::{
    error::{Error, Result},
    value::Str,
};

/// From this many bytes on, and if it is a good part of its message, a `binary` is a slice of the
/// message: below, it would pin more memory than the copy takes.
const SHARED_SIZE: usize = 4096;
const SHARED_PART: usize = 4;

/// What is left of a message's bytes and limits.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a, 'l> {
    pub(super) rest: &'a [u8],
    shared: Option<&'a Bytes>,
    pub(super) limits: &'l Limits,
    /// Levels that were entered.
    pub(super) depth: u32,
    /// Bytes of memory that containers may still take.
    memory: usize,
}

impl<'a, 'l> Cursor<'a, 'l> {
    #[inline]
    pub(super) fn new(input: Input<'a>, at: usize, limits: &'l Limits) -> Self {
        Cursor {
            rest: input.bytes.get(at..).unwrap_or_default(),
            shared: input.shared,
            limits,
            depth: 0,
            memory: limits.memory.saturating_add(input.bytes.len().saturating_mul(16)),
        }
    }

    /// The next bytes, whose number is known when compiling.
    #[inline(always)]
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk().ok_or_else(Error::truncated)?;
        self.rest = rest;
        Ok(*array)
    }

    /// The next byte.
    #[inline(always)]
    pub(super) fn byte(&mut self) -> Result<u8> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    /// The next `length` bytes.
    #[inline]
    pub(super) fn slice(&mut self, length: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or_else(Error::truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// Bytes of the message as a `binary`: a slice of it where that pays, a copy elsewhere.
    #[inline]
    pub(super) fn blob(&self, bytes: &'a [u8]) -> Bytes {
        self.part(bytes).unwrap_or_else(|| Bytes::copy_from_slice(bytes))
    }

    /// Text of the message, likewise.
    #[inline]
    pub(super) fn str(&self, bytes: &'a [u8]) -> Result<Str> {
        let text = match self.part(bytes) {
            Some(part) => Str::shared(part),
            None => str::from_utf8(bytes).map(Str::from),
        };
        text.map_err(not_utf8)
    }

    /// A slice of the message, if that pays.
    #[inline]
    fn part(&self, bytes: &'a [u8]) -> Option<Bytes> {
        let shared = self.shared?;
        (bytes.len() >= SHARED_SIZE && bytes.len() >= shared.len() / SHARED_PART)
            .then(|| shared.slice_ref(bytes))
    }

    #[inline(always)]
    pub(super) fn descend(&mut self) -> Result<()> {
        if self.depth >= self.limits.depth() {
            return Err(too_deep(self.limits));
        }
        self.depth += 1;
        Ok(())
    }

    #[inline(always)]
    pub(super) fn ascend(&mut self) {
        self.depth -= 1;
    }

    #[inline]
    pub(super) fn claim(&mut self, count: usize, size: usize) -> Result<()> {
        let left = count.checked_mul(size).and_then(|size| self.memory.checked_sub(size));
        self.memory = left.ok_or_else(|| too_much_memory(self.limits))?;
        Ok(())
    }
}

/// Puts text in the place of `into`, reusing its space.
#[inline]
pub(super) fn put_text(bytes: &[u8], into: &mut String) -> Result<()> {
    let text = str::from_utf8(bytes).map_err(not_utf8)?;
    into.clear();
    into.push_str(text);
    Ok(())
}
