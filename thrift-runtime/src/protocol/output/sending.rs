//! What a connection does with an output.

use std::io::IoSlice;

#[cfg(feature = "tokio")]
use bytes::Bytes;

use super::Output;
#[cfg(feature = "tokio")]
use super::parts::LEAST;
#[cfg(feature = "tokio")]
use crate::error::Result;

impl Output {
    /// What was written from `from` on: the first slices of it, as many as `slices` has room for.
    pub(crate) fn io_slices<'a, 's>(
        &'a self,
        from: usize,
        slices: &'s mut [IoSlice<'a>],
    ) -> &'s [IoSlice<'a>] {
        let mut count = 0;
        for (place, slice) in slices.iter_mut().zip(self.slices_from(from)) {
            *place = IoSlice::new(slice);
            count += 1;
        }
        slices.get(..count).unwrap_or_default()
    }

    /// Writes over bytes that were written before, at a position.
    #[inline]
    pub(crate) fn patch<const N: usize>(&mut self, at: u32, bytes: [u8; N]) {
        let at = at as usize;
        if let Some(space) = self.space.get_mut(at..at + N) {
            space.copy_from_slice(&bytes);
        }
    }
}

#[cfg(feature = "tokio")]
impl Output {
    /// Writes what `write` does, if that copies no more than `most` bytes or fits in the space that
    /// there is. `None` if it does not: nothing is written then, and the rest of the value was passed
    /// over.
    #[inline]
    pub(crate) fn within(
        &mut self,
        most: u32,
        write: impl FnOnce(&mut Output) -> Result<()>,
    ) -> Option<Result<()>> {
        self.most = self.end.saturating_add(most);
        let written = write(self);
        let is_over = written.is_err() && self.is_over;
        self.most = u32::MAX;
        match is_over {
            false => Some(written),
            true => {
                self.is_over = false;
                None
            }
        }
    }

    /// Appends another without copying what is long.
    #[cold]
    pub(crate) fn take_whole(&mut self, more: Output) {
        let Output { mut space, end, mut parts, .. } = more;
        space.truncate(end as usize);
        parts.truncate(end);
        let copied = Bytes::from(space);
        let mut start = 0;
        for (end, part) in parts.into_iter() {
            self.put_shared(copied.slice(start..end));
            self.parts.push(self.end, part);
            start = end;
        }
        self.put_shared(copied.slice(start..));
    }

    /// Appends bytes, at least one before and behind what is kept apart.
    fn put_shared(&mut self, bytes: Bytes) {
        match bytes.len() {
            0..LEAST => self.put_slice(&bytes),
            len => {
                self.put_slice(&bytes[..1]);
                self.parts.push(self.end, bytes.slice(1..len - 1));
                self.put_slice(&bytes[len - 1..]);
            }
        }
    }

    /// What was written, if all of it was copied.
    #[inline]
    pub(crate) fn as_one(&self) -> Option<&[u8]> {
        self.parts.is_empty().then(|| self.copied())
    }

    /// Appends what another has, which is left empty.
    #[inline]
    pub(crate) fn take_all(&mut self, more: &mut Output) {
        match more.parts.is_empty() {
            true => self.put_slice(more.copied()),
            false => self.take_parts(more),
        }
        more.clear();
    }

    #[cold]
    fn take_parts(&mut self, more: &mut Output) {
        if !self.vectored {
            return self.put_slice(&more.joined());
        }
        let start = self.end;
        self.put_slice(more.copied());
        more.parts.truncate(more.end);
        // If the copied bytes did not fit, the parts would be at the wrong places: keep none of
        // them.
        if self.end - start == more.end {
            self.parts.append(start, &mut more.parts);
        }
    }
}
