//! Bytes that are to be written to a stream.

use std::{
    io::{self, IoSlice},
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::AsyncWrite;

use super::LARGE_BUFFER;
use crate::protocol::Output;

/// Messages to be written to a stream, perhaps piece by piece.
#[derive(Debug)]
pub(crate) struct WriteBuffer {
    bytes: Output,
    written: usize,
    /// Whether the stream has taken bytes that it may not have flushed.
    unflushed: bool,
}

/// How many slices are written at once.
const SLICES: usize = 64;

impl WriteBuffer {
    pub(crate) fn new() -> Self {
        WriteBuffer { bytes: Output::vectored(), written: 0, unflushed: false }
    }

    /// How many bytes it holds, including those already written until all are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether the stream has taken and flushed everything.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && !self.unflushed
    }

    /// Adds `more`, and leaves it empty, with space to write into if there is any.
    #[inline]
    pub(crate) fn append(&mut self, more: &mut Output) {
        if self.bytes.is_empty() {
            mem::swap(&mut self.bytes, more);
            more.clear();
        } else {
            self.bytes.take_all(more);
        }
    }

    /// Writes everything and flushes the stream.
    pub(crate) fn poll_flush<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while self.written < self.bytes.len() {
            let count = ready!(self.poll_write(stream, cx))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += count;
            self.unflushed = true;
        }
        self.bytes.clear();
        self.written = 0;
        if self.unflushed {
            ready!(Pin::new(stream).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Writes some of the rest.
    #[inline]
    fn poll_write<S: AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match self.bytes.as_one() {
            Some(all) => {
                let rest = all.get(self.written..).unwrap_or_default();
                Pin::new(stream).poll_write(cx, rest)
            }
            None => self.poll_write_slices(stream, cx),
        }
    }

    #[cold]
    fn poll_write_slices<S: AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let mut space = [IoSlice::new(&[]); SLICES];
        let slices = self.bytes.io_slices(self.written, &mut space);
        match (stream.is_write_vectored(), slices) {
            (false, [first, ..]) => Pin::new(stream).poll_write(cx, first),
            _ => Pin::new(stream).poll_write_vectored(cx, slices),
        }
    }

    /// Whether it holds much more memory than it needs.
    pub(crate) fn is_oversized(&self) -> bool {
        is_oversized(&self.bytes)
    }

    /// Frees memory that is no longer needed.
    pub(crate) fn shrink(&mut self) {
        self.bytes.shrink_to(LARGE_BUFFER);
    }
}

/// Whether an output holds much more memory than it needs.
#[inline]
pub(crate) fn is_oversized(output: &Output) -> bool {
    output.is_empty() && output.capacity() > LARGE_BUFFER
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use bytes::Bytes;
    use tokio::io::{AsyncReadExt, duplex};

    use super::*;
    use crate::{BinaryProtocol, Protocol};

    fn output(bytes: &[u8]) -> Output {
        let mut output = Output::new();
        output.put_slice(bytes);
        output
    }

    #[tokio::test]
    async fn what_is_added_while_writing_follows() {
        let (mut ours, mut theirs) = duplex(4);
        let mut buffer = WriteBuffer::new();
        buffer.append(&mut output(b"abcdef"));
        let flushed = poll_fn(|cx| Poll::Ready(buffer.poll_flush(&mut ours, cx))).await;
        assert!(flushed.is_pending());
        assert_eq!(buffer.written, 4);
        let mut more = output(b"gh");
        buffer.append(&mut more);
        assert!(more.is_empty());
        let mut read = [0; 8];
        let (flushed, _) = tokio::join!(
            poll_fn(|cx| buffer.poll_flush(&mut ours, cx)),
            theirs.read_exact(&mut read)
        );
        flushed.unwrap();
        assert_eq!(&read, b"abcdefgh");
        assert!(buffer.is_empty());
    }

    /// Takes `at_once` bytes at most, and is pending every other time.
    struct Slow {
        taken: Vec<u8>,
        at_once: usize,
        vectored: bool,
        ready: bool,
    }

    impl AsyncWrite for Slow {
        fn poll_write(
            self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
        }

        fn poll_write_vectored(
            mut self: Pin<&mut Self>,
            _cx: &mut Context<'_>,
            slices: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            assert!(self.vectored || slices.len() == 1);
            self.ready = !self.ready;
            if !self.ready {
                return Poll::Pending;
            }
            let (before, at_once) = (self.taken.len(), self.at_once);
            let bytes = slices.iter().flat_map(|slice| slice.iter().copied());
            self.taken.extend(bytes.take(at_once));
            Poll::Ready(Ok(self.taken.len() - before))
        }

        fn is_write_vectored(&self) -> bool {
            self.vectored
        }

        fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn what_is_not_copied_is_written_in_its_place_however_little_is_taken() {
        const LENGTH: usize = if cfg!(miri) { 256 } else { 16 << 10 };
        let blobs: Vec<Bytes> = (0..5).map(|n| Bytes::from(vec![n; LENGTH])).collect();
        let sizes = [1, 2, 3, 7, 100, 1000, LENGTH - 1, LENGTH, LENGTH + 4, LENGTH + 5, 3 * LENGTH];
        // Miri is slow.
        let sizes = sizes.iter().skip(if cfg!(miri) { 4 } else { 0 });
        for (at_once, vectored) in sizes.flat_map(|size| [(*size, false), (*size, true)]) {
            let mut stream = Slow { taken: Vec::new(), at_once, vectored, ready: true };
            let mut buffer = WriteBuffer::new();
            let mut more = Output::vectored();
            let mut all = Output::new();
            let cx = &mut Context::from_waker(std::task::Waker::noop());
            for blobs in [&blobs[..], &blobs[..1], &[]] {
                let blobs = blobs.to_vec();
                for out in [&mut all, &mut more] {
                    BinaryProtocol::STRICT.write_value(&blobs, out).unwrap();
                }
                buffer.append(&mut more);
                assert!(more.is_empty());
                for _ in 0..3 {
                    let _ = buffer.poll_flush(&mut stream, cx).map(Result::unwrap);
                }
            }
            while buffer.poll_flush(&mut stream, cx).map(Result::unwrap).is_pending() {}
            assert!(buffer.is_empty());
            assert!(stream.taken == *all.contiguous(), "{at_once} at once");
        }
    }
}
