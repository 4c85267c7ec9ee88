//! The bytes that have arrived and are not dealt with.

use std::{
    future::Future,
    io,
    pin::pin,
    task::{Context, Poll},
};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::LARGE_BUFFER;

/// What a connection reads into at first.
const SMALL: usize = 8 << 10;
/// With less space than this, a read is not worth its system call.
const LEAST: usize = 2 << 10;

/// Bytes as they arrive, in space that grows with them: never for what was only announced.
#[derive(Debug)]
pub(crate) struct ReadBuffer {
    bytes: BytesMut,
    /// Where the bytes begin that are not dealt with.
    start: usize,
    /// How much to read at once.
    size: usize,
}

impl ReadBuffer {
    pub(crate) fn new() -> Self {
        ReadBuffer { bytes: BytesMut::new(), start: 0, size: SMALL }
    }

    /// The bytes that are not dealt with.
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
        }
    }

    /// Drops everything.
    pub(crate) fn clear(&mut self) {
        self.consume(self.data().len());
    }

    /// Cuts the first `count` bytes out, without copying them.
    pub(crate) fn take(&mut self, count: usize) -> Bytes {
        self.rewind();
        self.bytes.split_to(count.min(self.bytes.len())).freeze()
    }

    /// Cuts out everything.
    pub(crate) fn take_all(&mut self) -> Bytes {
        self.take(self.data().len())
    }

    fn rewind(&mut self) {
        self.bytes.advance(self.start);
        self.start = 0;
    }

    /// Reads what there is, at least a byte; zero is the end of the stream.
    pub(crate) fn poll_read<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        self.rewind();
        let length = self.bytes.len();
        if self.bytes.capacity() - length < LEAST {
            self.bytes.reserve(self.size.max(length));
        }
        let space = self.bytes.capacity() - length;
        let read = pin!(stream.read_buf(&mut self.bytes)).poll(cx);
        if let Poll::Ready(Ok(count)) = read
            && count == space
        {
            self.size = (2 * self.size).min(LARGE_BUFFER);
        }
        read
    }

    /// Whether it holds much more memory than it needs.
    pub(crate) fn is_oversized(&self) -> bool {
        self.bytes.is_empty() && self.bytes.capacity() > LARGE_BUFFER
    }

    /// Gives back the memory of a buffer that is empty.
    pub(crate) fn shrink(&mut self) {
        if self.bytes.is_empty() {
            *self = ReadBuffer::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    /// Reads `stream` to its end, taking nothing.
    async fn read_all(buffer: &mut ReadBuffer, mut stream: &[u8]) {
        while poll_fn(|cx| buffer.poll_read(&mut stream, cx)).await.unwrap() > 0 {}
    }

    #[tokio::test]
    async fn space_grows_with_what_has_arrived() {
        for size in [1, 100, 10_000, 1_000_000] {
            let mut buffer = ReadBuffer::new();
            // A frame that is announced to be long asks for nothing.
            let mut bytes = vec![0x0f; size];
            bytes[0] = 0x01;
            read_all(&mut buffer, &bytes).await;
            assert_eq!(buffer.data(), bytes);
            let capacity = buffer.bytes.capacity();
            assert!(capacity <= 2 * size + 2 * SMALL, "{capacity} bytes for {size}");
        }
    }

    #[tokio::test]
    async fn what_is_consumed_or_taken_makes_room() {
        let mut buffer = ReadBuffer::new();
        let bytes: Vec<u8> = (0..100).collect();
        for _ in 0..1000 {
            read_all(&mut buffer, &bytes).await;
            buffer.consume(10);
            assert_eq!(buffer.data(), &bytes[10..]);
            assert_eq!(&*buffer.take(20), &bytes[10..30]);
            assert_eq!(buffer.data(), &bytes[30..]);
            buffer.consume(70);
            assert_eq!(buffer.data(), b"");
        }
        assert!(buffer.bytes.capacity() <= 2 * SMALL);
    }

    #[tokio::test]
    async fn what_was_large_is_given_back() {
        let mut buffer = ReadBuffer::new();
        read_all(&mut buffer, &[1; 200_000]).await;
        assert!(!buffer.is_oversized(), "it is in use");
        buffer.clear();
        assert!(buffer.is_oversized());
        buffer.shrink();
        assert_eq!(buffer.bytes.capacity(), 0);
    }
}
