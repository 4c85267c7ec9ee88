//! A place in the bytes of a message, and what may still be used of its limits.

use std::{cell::Cell, fmt};

use bytes::Bytes;

use super::{
    Input, Limits,
    sizes::{not_utf8, too_deep, too_much_memory},
};
use crate::{
    error::{Error, Result},
    fast,
    value::Str,
};

/// From this many bytes on, and if it is a good part of its message, a `binary` is a slice of the
/// message: below, it would pin more memory than the copy takes.
const SHARED_SIZE: usize = 4096;
const SHARED_PART: usize = 4;

/// What the reading of one message has in common, at whichever place it is.
pub(super) struct Reading<'l> {
    shared: Option<&'l Bytes>,
    pub(super) limits: &'l Limits,
    /// Levels that were entered.
    depth: Cell<u32>,
    /// Bytes of memory that containers may still take.
    memory: Cell<usize>,
    /// Why a function failed that gave back `None`.
    error: Cell<Option<Error>>,
}

impl<'l> Reading<'l> {
    #[inline]
    pub(super) fn new(input: Input<'l>, limits: &'l Limits) -> Self {
        let memory = limits.memory.saturating_add(input.bytes.len().saturating_mul(16));
        Reading {
            shared: input.shared,
            limits,
            depth: Cell::new(0),
            memory: Cell::new(memory),
            error: Cell::new(None),
        }
    }

    /// What is left, as functions that are not inlined give it back: two registers hold it, while an
    /// error beside it would go through memory.
    #[inline(always)]
    pub(super) fn keep<T>(&self, left: Result<T>) -> Option<T> {
        match left {
            Ok(left) => Some(left),
            Err(error) => {
                self.error.set(Some(error));
                None
            }
        }
    }

    /// The reverse of [`keep`](Reading::keep).
    #[inline(always)]
    pub(super) fn kept<T>(&self, left: Option<T>) -> Result<T> {
        left.ok_or_else(|| self.error())
    }

    #[cold]
    #[inline(never)]
    fn error(&self) -> Error {
        self.error.take().unwrap_or_else(Error::truncated)
    }

    #[inline(always)]
    pub(super) fn depth(&self) -> u32 {
        self.depth.get()
    }

    /// Comes back to a level from a deeper one.
    #[inline(always)]
    pub(super) fn ascend_to(&self, depth: u32) {
        self.depth.set(depth);
    }

    #[inline(always)]
    pub(super) fn descend(&self) -> Result<()> {
        let depth = self.depth.get();
        if depth >= self.limits.depth() {
            return Err(too_deep(self.limits));
        }
        self.depth.set(depth + 1);
        Ok(())
    }

    #[inline(always)]
    pub(super) fn ascend(&self) {
        self.depth.set(self.depth.get() - 1);
    }

    #[inline]
    pub(super) fn claim(&self, count: usize, size: usize) -> Result<()> {
        let left = count.checked_mul(size).and_then(|size| self.memory.get().checked_sub(size));
        self.memory.set(left.ok_or_else(|| too_much_memory(self.limits))?);
        Ok(())
    }

    /// Bytes of the message as a `binary`: a slice of it where that pays, a copy elsewhere.
    pub(super) fn blob(&self, bytes: &[u8]) -> Bytes {
        self.part(bytes).unwrap_or_else(|| Bytes::copy_from_slice(bytes))
    }

    /// Text of the message, likewise.
    #[inline]
    pub(super) fn str(&self, bytes: &[u8], into: &mut Str) -> Result<()> {
        let text = fast::utf8(bytes).map_err(not_utf8)?;
        match self.part(bytes) {
            Some(part) => *into = Str::shared(part),
            None => into.set(text),
        }
        Ok(())
    }

    /// A slice of the message, if that pays.
    #[inline]
    fn part(&self, bytes: &[u8]) -> Option<Bytes> {
        let shared = self.shared?;
        (bytes.len() >= SHARED_SIZE && bytes.len() >= shared.len() / SHARED_PART)
            .then(|| shared.slice_ref(bytes))
    }
}

impl fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("limits", self.limits).finish_non_exhaustive()
    }
}

/// What is left of a message's bytes.
///
/// It is small and copied freely: a function that is not inlined works on a copy and gives back
/// what is left, so that this one's place stays in registers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a, 's> {
    pub(super) rest: &'a [u8],
    pub(super) reading: &'s Reading<'s>,
}

impl<'a, 's> Cursor<'a, 's> {
    #[inline]
    pub(super) fn new(bytes: &'a [u8], at: usize, reading: &'s Reading<'s>) -> Self {
        Cursor { rest: bytes.get(at..).unwrap_or_default(), reading }
    }

    #[inline(always)]
    pub(super) fn limits(&self) -> &'s Limits {
        self.reading.limits
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
}

/// Puts text in the place of `into`, reusing its space.
#[inline(always)]
pub(super) fn put_text(bytes: &[u8], into: &mut String) -> Result<()> {
    let text = fast::utf8(bytes).map_err(not_utf8)?;
    if text.len() <= into.capacity() {
        into.clear();
        into.push_str(text);
    } else {
        // Of just this size, while growing would round up.
        *into = String::from(text);
    }
    Ok(())
}
