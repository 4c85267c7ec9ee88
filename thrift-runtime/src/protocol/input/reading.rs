//! What may still be used of a message's limits.

use std::{cell::Cell, fmt};

use bytes::Bytes;

use crate::{
    error::{Error, Result},
    fast,
    protocol::{
        Input, Limits,
        sizes::{not_utf8, too_deep, too_much_memory},
    },
    value::Str,
};

/// From this many bytes on, and if it is a good part of its message, a `binary` is a slice of the
/// message: below, it would pin more memory than the copy takes.
const SHARED_SIZE: usize = 4096;
const SHARED_PART: usize = 4;

/// What the reading of one message has in common, at whichever place it is.
pub(in crate::protocol) struct Reading<'l> {
    shared: Option<&'l Bytes>,
    pub(in crate::protocol) limits: &'l Limits,
    /// Levels that were entered.
    depth: Cell<u32>,
    /// Bytes of memory that containers may still take.
    memory: Cell<usize>,
    /// Why a function failed that gave back `None`.
    error: Cell<Option<Error>>,
}

impl<'l> Reading<'l> {
    #[inline]
    pub(in crate::protocol) fn new(input: Input<'l>, limits: &'l Limits) -> Self {
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
    pub(in crate::protocol) fn keep<T>(&self, left: Result<T>) -> Option<T> {
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
    pub(in crate::protocol) fn kept<T>(&self, left: Option<T>) -> Result<T> {
        left.ok_or_else(|| self.error())
    }

    #[cold]
    #[inline(never)]
    fn error(&self) -> Error {
        self.error.take().unwrap_or_else(Error::truncated)
    }

    #[inline(always)]
    pub(in crate::protocol) fn depth(&self) -> u32 {
        self.depth.get()
    }

    /// Comes back to a level from a deeper one.
    #[inline(always)]
    pub(in crate::protocol) fn ascend_to(&self, depth: u32) {
        self.depth.set(depth);
    }

    #[inline(always)]
    pub(in crate::protocol) fn descend(&self) -> Result<()> {
        let depth = self.depth.get();
        if depth >= self.limits.depth() {
            return Err(too_deep(self.limits));
        }
        self.depth.set(depth + 1);
        Ok(())
    }

    #[inline(always)]
    pub(in crate::protocol) fn ascend(&self) {
        self.depth.set(self.depth.get() - 1);
    }

    #[inline]
    pub(in crate::protocol) fn claim(&self, count: usize, size: usize) -> Result<()> {
        let left = count.checked_mul(size).and_then(|size| self.memory.get().checked_sub(size));
        self.memory.set(left.ok_or_else(|| too_much_memory(self.limits))?);
        Ok(())
    }

    /// Bytes of the message as a `binary`: a slice of it where that pays, a copy elsewhere.
    pub(in crate::protocol) fn blob(&self, bytes: &[u8]) -> Bytes {
        self.part(bytes).unwrap_or_else(|| Bytes::copy_from_slice(bytes))
    }

    /// Text of the message, likewise.
    #[inline]
    pub(in crate::protocol) fn str(&self, bytes: &[u8], into: &mut Str) -> Result<()> {
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
