//! What a connection does with an output.

use std::io::IoSlice;

use super::Output;

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
        // Where there was no room for the bytes between them, none is kept.
        if self.end - start == more.end {
            self.parts.append(start, &mut more.parts);
        }
    }
}
