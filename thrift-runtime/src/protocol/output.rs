//! The buffer that messages are written into.

use std::mem;

use crate::error::{Error, Result};

/// Bytes on their way out: a buffer that is written at its end and used again.
///
/// Its space stays initialised when it is cleared, so that writing a fixed-size value is one check
/// and one store.
#[derive(Debug, Default)]
pub struct Output {
    /// All of it initialised; what lies beyond `end` has no meaning.
    space: Vec<u8>,
    end: usize,
}

impl Output {
    /// Makes an empty buffer; nothing is allocated.
    pub const fn new() -> Self {
        Output { space: Vec::new(), end: 0 }
    }

    /// How many bytes were written.
    #[inline]
    pub fn len(&self) -> usize {
        self.end
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
        self.space.get(..self.end).unwrap_or_default()
    }

    /// Forgets what was written; the space stays.
    #[inline]
    pub fn clear(&mut self) {
        self.end = 0;
    }

    /// Forgets what was written from `len` on.
    #[inline]
    pub fn truncate(&mut self, len: usize) {
        self.end = self.end.min(len);
    }

    /// Gives back memory above `capacity` bytes, if nothing is written there.
    pub fn shrink_to(&mut self, capacity: usize) {
        if self.space.len() > capacity && self.end <= capacity {
            self.space.truncate(capacity);
            self.space.shrink_to(capacity);
        }
    }

    /// What was written, as a vector.
    pub fn into_vec(mut self) -> Vec<u8> {
        self.space.truncate(self.end);
        self.space
    }

    /// Appends what `write` does, all or, if it gives an error, nothing.
    #[inline]
    pub(super) fn append(
        &mut self,
        write: impl FnOnce(Output) -> (Output, Option<Error>),
    ) -> Result<()> {
        let start = self.end;
        let (written, error) = write(mem::take(self));
        *self = written;
        error.map_or(Ok(()), |error| {
            self.truncate(start);
            Err(error)
        })
    }

    /// Appends bytes whose number is known when compiling.
    #[inline(always)]
    pub fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        if self.space.len() - self.end < N {
            self.grow(N);
        }
        if let Some(space) = self.space.get_mut(self.end..self.end + N) {
            space.copy_from_slice(&bytes);
            self.end += N;
        }
    }

    /// Appends bytes.
    #[inline]
    pub fn put_slice(&mut self, bytes: &[u8]) {
        if self.space.len() - self.end < bytes.len() {
            self.grow(bytes.len());
        }
        if let Some(space) = self.space.get_mut(self.end..self.end + bytes.len()) {
            space.copy_from_slice(bytes);
            self.end += bytes.len();
        }
    }

    /// Room for `len` more bytes, which count as written: the caller fills them.
    #[inline]
    pub(crate) fn put_space(&mut self, len: usize) -> &mut [u8] {
        if self.space.len() - self.end < len {
            self.grow(len);
        }
        let start = self.end;
        self.end += len;
        self.space.get_mut(start..start + len).unwrap_or_default()
    }

    /// Writes over bytes that were written before.
    #[inline]
    pub(crate) fn patch<const N: usize>(&mut self, at: usize, bytes: [u8; N]) {
        if let Some(space) = self.space.get_mut(at..at + N) {
            space.copy_from_slice(&bytes);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        let needed = self.end + more;
        let size = needed.max(2 * self.space.len()).max(128);
        self.space.resize(size, 0);
    }
}
