//! The bytes that are on their way out.

use std::{
    io, mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::AsyncWrite;

use super::LARGE_BUFFER;
use crate::protocol::Output;

/// Messages that are written to a stream, perhaps piece by piece.
#[derive(Debug, Default)]
pub(crate) struct WriteBuffer {
    bytes: Output,
    written: usize,
    /// Whether the stream has taken bytes that it may not have passed on.
    unflushed: bool,
}

impl WriteBuffer {
    /// How many bytes it holds, written ones among them until all are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether the stream has taken and passed on all there was.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && !self.unflushed
    }

    /// How many of the bytes the stream has taken.
    pub(crate) fn written(&self) -> usize {
        self.written
    }

    /// Adds `more`, which is left empty, and with space to write into if there is any.
    #[inline]
    pub(crate) fn append(&mut self, more: &mut Output) {
        if self.bytes.is_empty() {
            mem::swap(&mut self.bytes, more);
        } else {
            self.bytes.put_slice(more.as_slice());
        }
        more.clear();
    }

    /// Writes all there is, and has the stream pass it on.
    pub(crate) fn poll_flush<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while let Some(rest @ [_, ..]) = self.bytes.as_slice().get(self.written..) {
            let count = ready!(Pin::new(&mut *stream).poll_write(cx, rest))?;
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

    /// Whether it holds much more memory than it needs.
    pub(crate) fn is_oversized(&self) -> bool {
        self.bytes.is_empty() && self.bytes.capacity() > LARGE_BUFFER
    }

    /// Gives back memory that it needs no more.
    pub(crate) fn shrink(&mut self) {
        self.bytes.shrink_to(LARGE_BUFFER);
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::{AsyncReadExt, duplex};

    use super::*;

    fn output(bytes: &[u8]) -> Output {
        let mut output = Output::new();
        output.put_slice(bytes);
        output
    }

    #[tokio::test]
    async fn what_is_added_while_writing_follows() {
        let (mut ours, mut theirs) = duplex(4);
        let mut buffer = WriteBuffer::default();
        buffer.append(&mut output(b"abcdef"));
        let flushed = poll_fn(|cx| Poll::Ready(buffer.poll_flush(&mut ours, cx))).await;
        assert!(flushed.is_pending());
        assert_eq!(buffer.written(), 4);
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
}
