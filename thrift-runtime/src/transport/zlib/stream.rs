//! A stream that is compressed in both directions, as with `TZlibTransport`.

use std::{
    fmt, io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, ready},
};

use flate2::FlushCompress;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{inflow::Inflow, outflow::Outflow};

/// How much is read from the stream at once, and written to it.
pub(super) const CHUNK: usize = 16 << 10;

/// Compresses what is written to a stream, and inflates what is read from it.
///
/// It inflates no more than its reader has space for, so the reader's limits on messages bound its
/// memory. A flush makes everything that was written available to the other side.
pub(crate) struct ZlibStream<S> {
    stream: S,
    inflow: Inflow,
    outflow: Outflow,
}

impl<S> ZlibStream<S> {
    pub(crate) fn new(stream: S) -> Self {
        ZlibStream { stream, inflow: Inflow::default(), outflow: Outflow::default() }
    }

    /// Whether what has come, but was not read, may be a part of something.
    pub(crate) fn is_within(&self) -> bool {
        self.inflow.is_within()
    }
}

impl<S: AsyncWrite + Unpin> ZlibStream<S> {
    /// Compresses and writes everything, so that the other side can read it. `flush` may also end
    /// the compressed stream.
    fn poll_complete(
        &mut self,
        cx: &mut Context<'_>,
        flush: FlushCompress,
    ) -> Poll<io::Result<()>> {
        while self.outflow.flush(flush)? {
            ready!(self.outflow.poll_drain(&mut self.stream, cx))?;
        }
        self.outflow.poll_drain(&mut self.stream, cx)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ZlibStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let ZlibStream { stream, inflow, .. } = self.get_mut();
        let before = buf.filled().len();
        loop {
            ready!(inflow.poll_inflate(cx, buf))?;
            if inflow.has_ended() || buf.remaining() == 0 || buf.filled().len() > before {
                return Poll::Ready(Ok(()));
            }
            // On the stack, so that a connection that waits holds no memory for it.
            let mut space = [const { MaybeUninit::uninit() }; CHUNK];
            let mut arrived = ReadBuf::uninit(&mut space);
            ready!(Pin::new(&mut *stream).poll_read(cx, &mut arrived))?;
            inflow.take(arrived.filled());
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ZlibStream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let ZlibStream { stream, outflow, .. } = self.get_mut();
        loop {
            if outflow.is_full() {
                ready!(outflow.poll_drain(stream, cx))?;
            }
            let count = ready!(outflow.poll_deflate(cx, bytes))?;
            if count > 0 || bytes.is_empty() {
                return Poll::Ready(Ok(count));
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_complete(cx, FlushCompress::Sync))?;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.outflow.finish();
        ready!(this.poll_complete(cx, FlushCompress::Finish))?;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}

impl<S: fmt::Debug> fmt::Debug for ZlibStream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZlibStream").field("stream", &self.stream).finish_non_exhaustive()
    }
}
