//! Bytes that have arrived and wait to be handled.

#[cfg(test)]
mod tests;

use std::{
    future::Future,
    io,
    mem::{self, MaybeUninit},
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

use super::LARGE_BUFFER;
use crate::protocol::LARGE_MESSAGE;

/// How much a connection reads at once at first.
const SMALL: usize = 8 << 10;
/// How much is read at once while there is no space for it.
const FIRST: usize = 1 << 10;
/// With less space than this, a read would not be worth the system call.
const LEAST: usize = 2 << 10;
/// After this many reads without a large message, the space for one is freed.
const READS: u32 = 100;

/// Bytes as they arrive. The space grows with them, never because of a length that was only
/// announced.
#[derive(Debug)]
pub(crate) struct ReadBuffer {
    bytes: BytesMut,
    /// Where the bytes begin that are yet to be handled.
    start: usize,
    /// How much to read at once.
    size: usize,
    large: Option<Box<Large>>,
}

/// The space of the last large message, for the next one once nobody holds the last any more. Fresh
/// memory would cost more than the reading itself.
#[derive(Debug, Default)]
struct Large {
    /// Its end, or the space of small messages while a large one is read.
    space: BytesMut,
    capacity: usize,
    in_use: bool,
    /// How many reads did not need it.
    reads: u32,
}

impl ReadBuffer {
    pub(crate) fn new() -> Self {
        ReadBuffer { bytes: BytesMut::new(), start: 0, size: SMALL, large: None }
    }

    /// The bytes that are yet to be handled.
    #[inline]
    pub(crate) fn data(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Drops the first `count` bytes.
    #[inline]
    pub(crate) fn consume(&mut self, count: usize) {
        self.start += count;
        if self.start >= self.bytes.len() {
            self.bytes.clear();
            self.start = 0;
            if self.is_in_large() {
                self.leave_large(0);
            }
        }
    }

    /// Drops everything.
    pub(crate) fn clear(&mut self) {
        self.consume(self.data().len());
    }

    /// Cuts the first `count` bytes out, without copying them.
    pub(crate) fn take(&mut self, count: usize) -> Bytes {
        self.rewind();
        let capacity = self.bytes.capacity();
        let taken = self.bytes.split_to(count.min(self.bytes.len())).freeze();
        if capacity > LARGE_BUFFER || self.is_in_large() {
            self.leave_large(capacity);
        }
        taken
    }

    #[inline]
    fn is_in_large(&self) -> bool {
        self.large.as_ref().is_some_and(|large| large.in_use)
    }

    fn rewind(&mut self) {
        self.bytes.advance(self.start);
        self.start = 0;
    }

    /// Reads at least a byte; zero bytes are the end of the stream.
    pub(crate) fn poll_read<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        self.rewind();
        if self.bytes.capacity() - self.bytes.len() < LEAST {
            if self.bytes.capacity() == 0 {
                return self.poll_first(stream, cx);
            }
            self.make_room();
        }
        let space = self.bytes.capacity() - self.bytes.len();
        let read = pin!(stream.read_buf(&mut self.bytes)).poll(cx);
        if let Poll::Ready(Ok(count)) = read {
            if count == space {
                self.size = (2 * self.size).min(LARGE_BUFFER);
            }
            self.large.take_if(|large| large.is_needless());
        }
        read
    }

    /// Reads when there is no space yet, which is made once something has come: a connection on which
    /// nothing has, which may last, takes none.
    #[cold]
    #[inline(never)]
    fn poll_first<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let mut space = [MaybeUninit::uninit(); FIRST];
        let mut read = ReadBuf::uninit(&mut space);
        ready!(Pin::new(stream).poll_read(cx, &mut read))?;
        let filled = read.filled();
        if !filled.is_empty() {
            self.make_room();
            self.bytes.extend_from_slice(filled);
        }
        Poll::Ready(Ok(filled.len()))
    }

    fn make_room(&mut self) {
        let length = self.bytes.len();
        if length > 0
            && let Some(large) = &mut self.large
            && large.reclaim()
        {
            large.space.extend_from_slice(&self.bytes);
            self.bytes.clear();
            mem::swap(&mut self.bytes, &mut large.space);
        }
        if self.bytes.capacity() - length < LEAST {
            self.bytes.reserve(self.size.max(length));
        }
    }

    /// Goes back to a small space, unless much is left in the large one, which is kept for another
    /// message.
    #[cold]
    fn leave_large(&mut self, capacity: usize) {
        let large = self.large.take().filter(|large| large.in_use);
        if self.bytes.len() > LARGE_MESSAGE {
            return;
        }
        let mut large = large.unwrap_or_default();
        mem::swap(&mut self.bytes, &mut large.space);
        self.bytes.extend_from_slice(&large.space);
        large.space.clear();
        large.capacity = large.capacity.max(capacity);
        large.in_use = false;
        large.reads = 0;
        self.large = Some(large);
    }

    /// Whether it holds much more memory than it needs.
    pub(crate) fn is_oversized(&self) -> bool {
        self.bytes.is_empty() && (self.large.is_some() || self.bytes.capacity() > LARGE_BUFFER)
    }

    /// Frees the memory of a buffer that is empty.
    pub(crate) fn shrink(&mut self) {
        if self.bytes.is_empty() {
            *self = ReadBuffer::new();
        }
    }
}

impl Large {
    /// Takes the whole space into use, if nobody else holds a part of it.
    fn reclaim(&mut self) -> bool {
        let free = !self.in_use && self.space.try_reclaim(self.capacity);
        self.in_use |= free;
        free
    }

    /// Whether it has not been needed for a while.
    fn is_needless(&mut self) -> bool {
        self.reads += 1;
        self.reads > READS && !self.in_use
    }
}
