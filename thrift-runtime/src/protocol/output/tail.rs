//! Where writers write.

use bytes::Bytes;

use super::{MOST, Output, parts};
use crate::{
    error::Error,
    fast,
    protocol::{sizes::too_long, stack},
    value::EncodeStruct,
};

/// How many strings are written before looking whether the message has failed.
const AT_ONCE: usize = 64;

/// The end of an [`Output`], where a writer writes.
///
/// Where it ends is not told the buffer until all is written: it stays in a register, and is passed
/// to functions that are not inlined and given back by them.
#[derive(Debug)]
pub(in crate::protocol) struct Tail<'o> {
    pub(in crate::protocol) out: &'o mut Output,
    pub(in crate::protocol) end: u32,
}

impl Tail<'_> {
    /// Appends bytes whose number is known when compiling.
    #[inline(always)]
    pub(in crate::protocol) fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.fill(N, |space| {
            if let Some(space) = space.first_chunk_mut() {
                *space = bytes;
            }
        });
    }

    /// Appends the first three bytes by one store of four: something follows that is written over
    /// the last.
    #[inline(always)]
    pub(in crate::protocol) fn put_three(&mut self, bytes: [u8; 4]) {
        self.fill_within(4, 3, |space| {
            if let Some(space) = space.first_chunk_mut() {
                *space = bytes;
            }
        });
    }

    /// Appends bytes.
    #[inline]
    pub(in crate::protocol) fn put_slice(&mut self, bytes: &[u8]) {
        self.fill(bytes.len(), |space| space.copy_from_slice(bytes));
    }

    /// Appends a short piece, with few bytes before and behind it.
    #[inline(always)]
    pub(in crate::protocol) fn put_around<const B: usize, const A: usize>(
        &mut self,
        before: [u8; B],
        piece: &[u8],
        after: [u8; A],
    ) {
        self.fill(B + piece.len() + A, |space| {
            let Some((start, space)) = space.split_first_chunk_mut() else { return };
            let Some((space, end)) = space.split_last_chunk_mut() else { return };
            (*start, *end) = (before, after);
            fast::copy(piece, space);
        });
    }

    /// Appends `len` bytes, which `fill` writes.
    #[inline(always)]
    pub(in crate::protocol) fn fill(&mut self, len: usize, fill: impl FnOnce(&mut [u8])) {
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
    pub(in crate::protocol) fn fill_up_to<const N: usize>(
        &mut self,
        fill: impl FnOnce(&mut [u8; N]) -> usize,
    ) {
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
    pub(in crate::protocol) fn put_short(
        &mut self,
        bytes: &[u8],
        short: impl FnOnce(&mut [u8], u32, &[u8]) -> Option<u32>,
        long: impl FnOnce(&mut Output, u32, &[u8]) -> u32,
    ) {
        let is_short = bytes.len() <= fast::SHORT;
        let end = if is_short { short(&mut self.out.space, self.end, bytes) } else { None };
        self.end = end.unwrap_or_else(|| long(self.out, self.end, bytes));
    }

    /// Appends strings one behind the other, each as [`put_short`](Tail::put_short) does.
    #[inline(always)]
    pub(in crate::protocol) fn put_strings(
        &mut self,
        values: &[String],
        short: impl Fn(&mut [u8], u32, &[u8]) -> Option<u32>,
        long: impl Fn(&mut Output, u32, &[u8]) -> u32,
    ) {
        let mut values = values;
        loop {
            let (some, more) = values.split_at(values.len().min(AT_ONCE));
            for value in some {
                self.put_short(value.as_bytes(), &short, &long);
            }
            if more.is_empty() || self.has_failed() {
                return;
            }
            values = more;
        }
    }

    /// Appends a string of `len` bytes, and at most `before` bytes before it: `put` writes them
    /// behind an end and tells the new one, or that the string is too long or there is no room.
    #[inline(always)]
    pub(in crate::protocol) fn put_string(
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

    /// Whether the message is an error.
    #[inline(always)]
    pub(in crate::protocol) fn has_failed(&self) -> bool {
        self.out.error.is_some()
    }

    /// Whether a large `Bytes` is kept apart.
    #[inline(always)]
    pub(in crate::protocol) fn keeps_apart(&self, value: &Bytes) -> bool {
        value.len() >= parts::LEAST && self.out.vectored
    }

    /// Appends a `Bytes` without copying it; its length was written before.
    pub(in crate::protocol) fn put_apart(&mut self, value: &Bytes) {
        let length = self.out.len_at(self.end).saturating_add(value.len());
        match length <= MOST {
            true => self.out.parts.push(self.end, value.clone()),
            false => self.fail(too_long("message", length)),
        }
    }

    /// Goes a level deeper, to a struct, if that is not too deep.
    #[inline(always)]
    pub(in crate::protocol) fn descend_to<S: EncodeStruct>(&mut self) -> bool {
        let levels = self.out.levels;
        let fits = levels > 0 && self.out.floor.has_room(const { stack::frame::<S>() });
        if fits {
            self.out.levels = levels - 1;
        } else {
            self.out.nested_too_deep();
        }
        fits
    }

    /// Comes back from [`descend_to`](Tail::descend_to).
    #[inline(always)]
    pub(in crate::protocol) fn ascend(&mut self) {
        self.out.levels += 1;
    }

    /// Makes the message an error, if it is none yet.
    #[inline(always)]
    pub(in crate::protocol) fn fail(&mut self, error: Error) {
        self.out.fail(error);
    }
}
