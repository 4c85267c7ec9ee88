//! What may still be used of a message's limits.

use std::{
    cell::{Cell, OnceCell},
    fmt,
    sync::Arc,
};

use bytes::Bytes;

use crate::{
    error::{Error, Result},
    fast,
    protocol::{
        Input, Limits,
        sizes::{not_utf8, too_deep, too_deep_for_stack, too_much_memory},
        stack::{self, Floor},
    },
    value::{Blob, EncodeStruct, INLINE, Slice, Str, part_of},
};

/// From this many bytes on, and if it is a good part of its message, a `binary` is a slice of the
/// message: below, it would pin more memory than the copy takes.
const SHARED_SIZE: usize = 4096;
const SHARED_PART: usize = 4;

/// How often the length of a message any message may take of memory.
const PLENTY: usize = 16;
/// How much more of that a message may take that is short, and which part of the limit on memory.
const SHORT: usize = 3;
const PART: usize = 16;

/// What the reading of one message has in common, at whichever place it is.
pub(in crate::protocol) struct Reading<'l> {
    shared: Option<&'l Bytes>,
    /// From how many bytes on a value is a slice of the message.
    shared_from: usize,
    /// What slices have in common.
    message: OnceCell<Arc<Bytes>>,
    pub(in crate::protocol) limits: &'l Limits,
    /// Levels that may still be entered.
    levels: Cell<u32>,
    /// Stack that copies of what is read may still take.
    copies: Cell<u32>,
    floor: Floor,
    /// Bytes of memory that containers and the like take.
    memory: Cell<usize>,
    /// Up to here, they need not be set against the limit.
    plenty: usize,
    /// Why a function failed that gave back `None`.
    error: Cell<Option<Error>>,
}

/// How deep the reading is.
#[derive(Debug, Clone, Copy)]
pub(in crate::protocol) struct Level {
    levels: u32,
    copies: u32,
}

impl<'l> Reading<'l> {
    #[inline]
    pub(in crate::protocol) fn new(input: Input<'l>, limits: &'l Limits) -> Self {
        Reading {
            shared: input.shared,
            shared_from: match (input.shared, input.all_shared) {
                (None, _) => usize::MAX,
                (Some(_), true) => 1,
                (Some(message), false) => SHARED_SIZE.max(message.len() / SHARED_PART),
            },
            message: OnceCell::new(),
            limits,
            levels: Cell::new(limits.depth()),
            copies: Cell::new(stack::ROOM_FOR_COPIES),
            floor: Floor::new(),
            memory: Cell::new(0),
            plenty: input.bytes.len().saturating_mul(PLENTY),
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
    pub(in crate::protocol) fn level(&self) -> Level {
        Level { levels: self.levels.get(), copies: self.copies.get() }
    }

    /// How many levels may still be entered.
    #[inline(always)]
    pub(in crate::protocol) fn levels(&self) -> u32 {
        self.levels.get()
    }

    /// Goes levels deeper that take no stack; no more than may be entered.
    #[inline(always)]
    pub(in crate::protocol) fn descend_by(&self, levels: u32) {
        self.levels.set(self.levels.get().saturating_sub(levels));
    }

    /// Comes back to a level from a deeper one.
    #[inline(always)]
    pub(in crate::protocol) fn ascend_to(&self, Level { levels, copies }: Level) {
        self.levels.set(levels);
        self.copies.set(copies);
    }

    /// Goes a level deeper, to what is no known struct.
    #[inline(always)]
    pub(in crate::protocol) fn descend(&self) -> Result<()> {
        self.enter(0)
    }

    /// Goes a level deeper, to a struct.
    #[inline(always)]
    pub(in crate::protocol) fn descend_to<S: EncodeStruct>(&self) -> Result<()> {
        let copy = const { stack::copy::<S>() };
        if copy > 0 {
            let copies = self.copies.get().checked_sub(copy);
            self.copies.set(copies.ok_or_else(too_deep_for_stack)?);
        }
        self.enter(const { stack::frame::<S>() })
    }

    #[inline(always)]
    fn enter(&self, frame: usize) -> Result<()> {
        let levels = self.levels.get();
        if levels == 0 || !self.floor.has_room(frame) {
            return Err(self.too_deep());
        }
        self.levels.set(levels - 1);
        Ok(())
    }

    /// Comes back from [`descend`](Reading::descend).
    #[inline(always)]
    pub(in crate::protocol) fn ascend(&self) {
        self.levels.set(self.levels.get() + 1);
    }

    /// Comes back from [`descend_to`](Reading::descend_to).
    #[inline(always)]
    pub(in crate::protocol) fn ascend_from<S: EncodeStruct>(&self) {
        let copy = const { stack::copy::<S>() };
        if copy > 0 {
            self.copies.set(self.copies.get() + copy);
        }
        self.ascend();
    }

    #[cold]
    #[inline(never)]
    fn too_deep(&self) -> Error {
        if self.levels.get() == 0 { too_deep(self.limits) } else { too_deep_for_stack() }
    }

    #[inline]
    pub(in crate::protocol) fn claim(&self, count: usize, size: usize) -> Result<()> {
        let more = count.checked_mul(size);
        let memory = more.and_then(|more| self.memory.get().checked_add(more));
        match memory {
            Some(memory) if memory <= self.plenty => self.memory.set(memory),
            _ => return self.claim_much(memory),
        }
        Ok(())
    }

    /// Sets what has been claimed against the limit. A short message does not get all of that: else many
    /// of them would be worth sending.
    #[cold]
    #[inline(never)]
    fn claim_much(&self, memory: Option<usize>) -> Result<()> {
        let Limits { memory: limit, .. } = *self.limits;
        let long = self.plenty.saturating_add(limit);
        let short = self.plenty.saturating_mul(SHORT).saturating_add(limit / PART);
        match memory {
            Some(memory) if memory <= long.min(short) => self.memory.set(memory),
            _ if long <= short => return Err(too_much_memory(PLENTY, limit)),
            _ => return Err(too_much_memory(PLENTY * SHORT, limit / PART)),
        }
        Ok(())
    }

    /// Bytes of the message as a `binary`: a slice of it where that pays, a copy elsewhere.
    pub(in crate::protocol) fn blob(&self, bytes: &[u8]) -> Bytes {
        match self.shared {
            Some(message) if bytes.len() >= self.shared_from => part_of(message, bytes),
            _ => Bytes::copy_from_slice(bytes),
        }
    }

    /// Bytes of the message in the place of others, likewise.
    #[inline]
    pub(in crate::protocol) fn short_blob(&self, bytes: &[u8], into: &mut Blob) {
        match self.slice(bytes) {
            Some(slice) => *into = Blob::shared(slice),
            None => into.set(bytes),
        }
    }

    /// Text of the message, likewise.
    #[inline]
    pub(in crate::protocol) fn str(&self, bytes: &[u8], into: &mut Str) -> Result<()> {
        self.text(fast::utf8(bytes).map_err(not_utf8)?, into);
        Ok(())
    }

    /// Text of the message that has been checked, likewise.
    #[inline]
    pub(in crate::protocol) fn text(&self, text: &str, into: &mut Str) {
        match self.slice(text.as_bytes()) {
            Some(slice) => *into = Str::shared(slice),
            None => into.set(text),
        }
    }

    /// A slice of the message, if that pays.
    #[inline]
    fn slice(&self, bytes: &[u8]) -> Option<Slice> {
        if bytes.len() <= INLINE || bytes.len() < self.shared_from {
            return None;
        }
        let message =
            self.message.get_or_init(|| Arc::new(self.shared.cloned().unwrap_or_default()));
        Slice::of(message, bytes)
    }
}

impl fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("limits", self.limits).finish_non_exhaustive()
    }
}
