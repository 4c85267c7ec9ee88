//! The buffer that messages are written into.

mod parts;
#[cfg(any(feature = "blocking", feature = "tokio"))]
mod sending;
mod spare;
mod tail;

use std::borrow::Cow;

#[cfg(doc)]
use bytes::Bytes;

use self::parts::Parts;
pub(super) use self::tail::Tail;
use super::{
    Limits,
    sizes::{nested_too_deep, nested_too_deep_for_stack, too_long},
    stack::Floor,
};
use crate::error::{Error, Result};

/// Bytes on their way out: a buffer that is written at its end and used again.
///
/// Its space stays initialised when it is cleared, so that writing a fixed-size value is one check
/// and one store. It holds less than 4 GiB; what does not fit makes the message an error.
///
/// A [`vectored`](Output::vectored) one does not copy large [`Bytes`].
#[derive(Debug)]
pub struct Output {
    /// All of it initialised; what lies beyond `end` has no meaning.
    space: Vec<u8>,
    /// In 32 bits, so that adding a length to it needs no check of its own.
    end: u32,
    /// Levels that the value that is being written may still have.
    levels: u32,
    floor: Floor,
    /// What is not in `space`. Parts that lie behind `end` have no meaning.
    parts: Parts,
    /// Whether there may be parts.
    vectored: bool,
    /// Where what is copied may end.
    most: u32,
    /// Whether it would have ended behind that.
    is_over: bool,
    /// The first thing that could not be written.
    error: Option<Error>,
}

impl Default for Output {
    fn default() -> Self {
        Output::new()
    }
}

/// The most bytes that there is room for.
const MOST: usize = u32::MAX as usize;

impl Output {
    /// Makes an empty buffer; nothing is allocated.
    pub const fn new() -> Self {
        Output::with_parts(false)
    }

    /// Makes an empty buffer that shares large [`Bytes`] with the values that are written, instead
    /// of copying them: for a socket, to which [`slices`](Output::slices) can be written in one go.
    ///
    /// ```
    /// use thrift_runtime::{BinaryProtocol, Bytes, Protocol, protocol::Output};
    ///
    /// let mut out = Output::vectored();
    /// BinaryProtocol::STRICT.write_value(&Bytes::from(vec![7; 1 << 20]), &mut out)?;
    /// let lengths: Vec<usize> = out.slices().map(<[u8]>::len).collect();
    /// assert_eq!(lengths, [4, 1 << 20]);
    /// # Ok::<(), thrift_runtime::Error>(())
    /// ```
    pub const fn vectored() -> Self {
        Output::with_parts(true)
    }

    const fn with_parts(vectored: bool) -> Self {
        Output {
            space: Vec::new(),
            end: 0,
            levels: 0,
            floor: Floor::NONE,
            parts: Parts::new(),
            vectored,
            most: u32::MAX,
            is_over: false,
            error: None,
        }
    }

    /// How many bytes were written.
    #[inline]
    pub fn len(&self) -> usize {
        self.len_at(self.end)
    }

    /// How many bytes were written up to a position.
    #[inline]
    fn len_at(&self, position: u32) -> usize {
        let apart = if self.parts.is_empty() { 0 } else { self.parts.len_until(position) };
        apart.saturating_add(position as usize)
    }

    /// How many bytes were written since a position.
    #[inline]
    pub(crate) fn len_since(&self, position: u32) -> usize {
        self.len() - self.len_at(position)
    }

    /// Where it ends now.
    #[inline]
    pub(crate) fn position(&self) -> u32 {
        self.end
    }

    /// Whether nothing was written.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// How many bytes of memory it holds, without those that it shares.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.space.len()
    }

    /// What was written, as one slice: it is copied if large `Bytes` were not.
    #[inline]
    pub fn contiguous(&self) -> Cow<'_, [u8]> {
        if self.parts.is_empty() { Cow::Borrowed(self.copied()) } else { self.joined().into() }
    }

    /// What was written, as slices that follow one another. Without large `Bytes` it is one, or
    /// none.
    pub fn slices(&self) -> impl Iterator<Item = &[u8]> {
        self.slices_from(0)
    }

    fn slices_from(&self, from: usize) -> impl Iterator<Item = &[u8]> {
        self.parts.slices(self.copied(), from)
    }

    #[inline]
    fn copied(&self) -> &[u8] {
        self.space.get(..self.end as usize).unwrap_or_default()
    }

    #[cold]
    fn joined(&self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.len());
        self.slices().for_each(|slice| all.extend_from_slice(slice));
        all
    }

    /// Forgets what was written; the space stays.
    #[inline]
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Forgets what was written behind a position.
    #[inline]
    pub(crate) fn truncate(&mut self, position: u32) {
        self.end = self.end.min(position);
        self.error = None;
        if !self.parts.is_empty() {
            self.parts.truncate(self.end);
        }
    }

    /// Gives back memory above `capacity` bytes, if nothing is written there.
    pub fn shrink_to(&mut self, capacity: usize) {
        if self.space.len() > capacity && self.end as usize <= capacity {
            self.space.truncate(capacity);
            self.space.shrink_to(capacity);
        }
    }

    /// What was written, as a vector.
    pub fn into_vec(mut self) -> Vec<u8> {
        if !self.parts.is_empty() {
            return self.joined();
        }
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
        self.levels = Limits::MAX_DEPTH;
        self.floor = Floor::new();
        if !self.parts.is_empty() {
            // A panic may have left some of a message that was not finished.
            self.parts.truncate(self.end);
        }
        let end = write(Tail { end: self.end, out: self });
        match self.error.take() {
            None => {
                self.end = end;
                Ok(())
            }
            Some(error) => {
                self.parts.truncate(self.end);
                Err(error)
            }
        }
    }

    /// Makes room for `more` bytes behind `end`; says whether there is.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, end: u32, more: usize) -> bool {
        let needed = (end as usize).saturating_add(more);
        let fits = needed <= self.most as usize;
        if fits {
            let size = needed.max(2 * self.space.len()).clamp(128, MOST);
            self.space.resize(size, 0);
        } else if self.error.is_none() {
            self.is_over = self.most < u32::MAX;
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

    /// Makes the message an error because a struct in it is too deep.
    #[cold]
    #[inline(never)]
    fn nested_too_deep(&mut self) {
        if self.error.is_some() {
            return;
        }
        let error = if self.levels == 0 { nested_too_deep() } else { nested_too_deep_for_stack() };
        self.fail(error);
    }

    /// Makes the message an error, if it is none yet.
    #[cold]
    #[inline(never)]
    fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }
}
