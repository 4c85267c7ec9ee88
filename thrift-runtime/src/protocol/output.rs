//! The buffer that messages are written into.

use super::{
    Limits,
    sizes::{nested_too_deep, too_long},
};
use crate::{
    error::{Error, Result},
    fast,
};

/// Bytes on their way out: a buffer that is written at its end and used again.
///
/// Its space stays initialised when it is cleared, so that writing a fixed-size value is one check
/// and one store. It holds less than 4 GiB; what does not fit makes the message an error.
#[derive(Debug, Default)]
pub struct Output {
    /// All of it initialised; what lies beyond `end` has no meaning.
    space: Vec<u8>,
    /// In 32 bits, so that adding a length to it needs no check of its own.
    end: u32,
    /// Levels of the value that is being written.
    depth: u32,
    /// The first thing that could not be written.
    error: Option<Error>,
}

/// The most bytes that there is room for.
const MOST: usize = u32::MAX as usize;

impl Output {
    /// Makes an empty buffer; nothing is allocated.
    pub const fn new() -> Self {
        Output { space: Vec::new(), end: 0, depth: 0, error: None }
    }

    /// How many bytes were written.
    #[inline]
    pub fn len(&self) -> usize {
        self.end as usize
    }

    /// Whether nothing was written.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// How many bytes of memory it holds.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.space.len()
    }

    /// What was written.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        self.space.get(..self.len()).unwrap_or_default()
    }

    /// Forgets what was written; the space stays.
    #[inline]
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Forgets what was written from `len` on.
    #[inline]
    pub fn truncate(&mut self, len: usize) {
        self.end = self.end.min(u32::try_from(len).unwrap_or(u32::MAX));
        self.error = None;
    }

    /// Gives back memory above `capacity` bytes, if nothing is written there.
    pub fn shrink_to(&mut self, capacity: usize) {
        if self.space.len() > capacity && self.len() <= capacity {
            self.space.truncate(capacity);
            self.space.shrink_to(capacity);
        }
    }

    /// What was written, as a vector.
    pub fn into_vec(mut self) -> Vec<u8> {
        self.space.truncate(self.end as usize);
        self.space
    }

    /// Appends bytes whose number is known when compiling.
    #[inline(always)]
    pub fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        let mut tail = Tail { end: self.end, out: self };
        tail.put(bytes);
        self.end = tail.end;
    }

    /// Appends bytes.
    #[inline]
    pub fn put_slice(&mut self, bytes: &[u8]) {
        let mut tail = Tail { end: self.end, out: self };
        tail.put_slice(bytes);
        self.end = tail.end;
    }

    /// Appends what `write` does, all or, if it fails, nothing; it gives back where it ended.
    #[inline]
    pub(super) fn append(&mut self, write: impl FnOnce(Tail<'_>) -> u32) -> Result<()> {
        self.depth = 0;
        let end = write(Tail { end: self.end, out: self });
        match self.error.take() {
            None => {
                self.end = end;
                Ok(())
            }
            Some(error) => Err(error),
        }
    }

    /// Writes over bytes that were written before.
    #[inline]
    pub(crate) fn patch<const N: usize>(&mut self, at: usize, bytes: [u8; N]) {
        if let Some(space) = self.space.get_mut(at..at + N) {
            space.copy_from_slice(&bytes);
        }
    }

    /// Makes room for `more` bytes behind `end`; says whether there is.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, end: u32, more: usize) -> bool {
        let needed = (end as usize).saturating_add(more);
        let fits = needed <= MOST;
        if fits {
            let size = needed.max(2 * self.space.len()).clamp(128, MOST);
            self.space.resize(size, 0);
        } else {
            self.fail(too_long("message", needed));
        }
        fits
    }

    /// Makes room for a string, likewise.
    #[cold]
    #[inline(never)]
    fn grow_by_string(&mut self, end: u32, before: usize, len: usize) -> bool {
        if len > i32::MAX as usize {
            self.fail(too_long("string", len));
            return false;
        }
        self.grow(end, before + len)
    }

    /// Makes the message an error, if it is none yet.
    #[cold]
    #[inline(never)]
    fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }
}

/// The end of an [`Output`], where a writer writes.
///
/// Where it ends is not told the buffer until all is written: it stays in a register, and is passed
/// to functions that are not inlined and given back by them.
#[derive(Debug)]
pub(super) struct Tail<'o> {
    pub(super) out: &'o mut Output,
    pub(super) end: u32,
}

impl Tail<'_> {
    /// Appends bytes whose number is known when compiling.
    #[inline(always)]
    pub(super) fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.fill(N, |space| {
            if let Some(space) = space.first_chunk_mut() {
                *space = bytes;
            }
        });
    }

    /// Appends the first three bytes by one store of four: something follows that is written over
    /// the last.
    #[inline(always)]
    pub(super) fn put_three(&mut self, bytes: [u8; 4]) {
        self.fill_within(4, 3, |space| {
            if let Some(space) = space.first_chunk_mut() {
                *space = bytes;
            }
        });
    }

    /// Appends bytes.
    #[inline]
    pub(super) fn put_slice(&mut self, bytes: &[u8]) {
        self.fill(bytes.len(), |space| space.copy_from_slice(bytes));
    }

    /// Appends `len` bytes, which `fill` writes.
    #[inline(always)]
    pub(super) fn fill(&mut self, len: usize, fill: impl FnOnce(&mut [u8])) {
        self.fill_within(len, len, fill);
    }

    /// Appends `len` bytes, which `fill` writes into space for `room`.
    #[inline(always)]
    fn fill_within(&mut self, room: usize, len: usize, fill: impl FnOnce(&mut [u8])) {
        loop {
            let start = self.end as usize;
            if let Some(space) = self.out.space.get_mut(start..start.wrapping_add(room)) {
                fill(space);
                self.end = self.end.wrapping_add(len as u32);
                return;
            }
            if !self.out.grow(self.end, room) {
                return;
            }
        }
    }

    /// Appends what `fill` writes, at most `N` bytes, of which it tells how many they are.
    #[cfg(feature = "compact")]
    #[inline(always)]
    pub(super) fn fill_up_to<const N: usize>(&mut self, fill: impl FnOnce(&mut [u8; N]) -> usize) {
        loop {
            let start = self.end as usize;
            let space = self.out.space.get_mut(start..start.wrapping_add(N));
            if let Some(space) = space.and_then(|space| space.first_chunk_mut()) {
                self.end = self.end.wrapping_add(fill(space) as u32);
                return;
            }
            if !self.out.grow(self.end, N) {
                return;
            }
        }
    }

    /// Appends a string by `short`, if it is short and there is room, and elsewhere by `long`. Where
    /// most are short the end stays in a register, since no function is called that may change it.
    #[inline(always)]
    pub(super) fn put_short(
        &mut self,
        bytes: &[u8],
        short: impl FnOnce(&mut [u8], u32, &[u8]) -> Option<u32>,
        long: impl FnOnce(&mut Output, u32, &[u8]) -> u32,
    ) {
        let is_short = bytes.len() <= fast::SHORT;
        let end = if is_short { short(&mut self.out.space, self.end, bytes) } else { None };
        self.end = end.unwrap_or_else(|| long(self.out, self.end, bytes));
    }

    /// Appends a string of `len` bytes, and at most `before` bytes before it: `put` writes them
    /// behind an end and tells the new one, or that the string is too long or there is no room.
    #[inline(always)]
    pub(super) fn put_string(
        &mut self,
        before: usize,
        len: usize,
        put: impl Fn(&mut [u8], u32) -> Option<u32>,
    ) {
        loop {
            if let Some(end) = put(&mut self.out.space, self.end) {
                self.end = end;
                return;
            }
            if !self.out.grow_by_string(self.end, before, len) {
                return;
            }
        }
    }

    /// Goes a level deeper, if that is not too deep.
    #[inline(always)]
    pub(super) fn descend(&mut self) -> bool {
        let fits = self.out.depth < Limits::MAX_DEPTH;
        if fits {
            self.out.depth += 1;
        } else {
            self.fail(nested_too_deep());
        }
        fits
    }

    /// Comes back from [`descend`](Tail::descend).
    #[inline(always)]
    pub(super) fn ascend(&mut self) {
        self.out.depth -= 1;
    }

    /// Makes the message an error, if it is none yet.
    #[inline(always)]
    pub(super) fn fail(&mut self, error: Error) {
        self.out.fail(error);
    }
}
