//! A stream that is compressed in both directions, as with `TZlibTransport`.

use std::{
    fmt,
    future::Future as _,
    io,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    task::coop::consume_budget,
};

/// How much is read from the stream at once, and written to it.
const CHUNK: usize = 16 << 10;

/// Compresses what is written to a stream, and inflates what is read from it.
///
/// It inflates no more than its reader has space for, so the reader's limits on messages bound its
/// memory. A flush makes everything that was written available to the other side.
pub(crate) struct ZlibStream<S> {
    stream: S,
    inflater: Decompress,
    deflater: Compress,
    /// Compressed bytes, from `read` on yet to be inflated.
    input: Box<[u8]>,
    read: usize,
    filled: usize,
    /// Whether the compressed stream, or the stream below it, has ended.
    ended: bool,
    /// Compressed bytes, from `written` on yet to be written.
    output: Vec<u8>,
    written: usize,
    /// Whether bytes were written that are not flushed.
    unflushed: bool,
    /// Whether the deflater had no space left the last time, so that it may hold output back.
    full: bool,
    finished: bool,
}

impl<S> ZlibStream<S> {
    pub(crate) fn new(stream: S) -> Self {
        ZlibStream {
            stream,
            inflater: Decompress::new(true),
            deflater: Compress::new(Compression::default(), true),
            input: vec![0; CHUNK].into(),
            read: 0,
            filled: 0,
            ended: false,
            output: Vec::with_capacity(CHUNK),
            written: 0,
            unflushed: false,
            full: false,
            finished: false,
        }
    }

    /// Inflates input into `buf`. Returns how many bytes it took, and how many they became.
    fn inflate(&mut self, buf: &mut ReadBuf<'_>) -> io::Result<(usize, usize)> {
        let (before_in, before_out) = (self.inflater.total_in(), self.inflater.total_out());
        let input = self.input.get(self.read..self.filled).unwrap_or_default();
        let space = buf.initialize_unfilled();
        let status =
            self.inflater.decompress(input, space, FlushDecompress::None).map_err(broken)?;
        let taken = (self.inflater.total_in() - before_in) as usize;
        self.read += taken;
        let inflated = (self.inflater.total_out() - before_out) as usize;
        buf.advance(inflated);
        self.ended |= status == Status::StreamEnd;
        Ok((taken, inflated))
    }
}

impl<S: AsyncWrite + Unpin> ZlibStream<S> {
    /// Compresses bytes, or flushes the deflater, into the free part of the output. Returns how
    /// many bytes it took.
    fn deflate(&mut self, bytes: &[u8], flush: FlushCompress) -> io::Result<(usize, Status)> {
        let before = self.deflater.total_in();
        let status = self.deflater.compress_vec(bytes, &mut self.output, flush).map_err(broken)?;
        self.full = self.output.len() == self.output.capacity();
        Ok(((self.deflater.total_in() - before) as usize, status))
    }

    /// Writes all compressed bytes.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest @ [_, ..]) = self.output.get(self.written..) {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += count;
        }
        self.output.clear();
        self.written = 0;
        Poll::Ready(Ok(()))
    }

    /// Compresses and writes everything, so that the other side can read it. `flush` may also end
    /// the compressed stream.
    fn poll_complete(
        &mut self,
        cx: &mut Context<'_>,
        flush: FlushCompress,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.poll_drain(cx))?;
            if !self.unflushed {
                return Poll::Ready(Ok(()));
            }
            if self.full && flush != FlushCompress::Finish {
                // A deflater that holds output back gives that, and leaves the rest for later. So
                // it is not known whether a flush that filled the output was all.
                self.deflate(&[], FlushCompress::None)?;
                continue;
            }
            let (_, status) = self.deflate(&[], flush)?;
            self.unflushed = self.full && status != Status::StreamEnd;
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for ZlibStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // The stream below is seldom read where little inflates to much, so that other tasks would
        // wait for long.
        ready!(pin!(consume_budget()).poll(cx));
        loop {
            if this.ended || buf.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
            let (taken, inflated) = this.inflate(buf)?;
            if inflated > 0 || this.ended {
                return Poll::Ready(Ok(()));
            }
            if this.read < this.filled {
                if taken > 0 {
                    continue;
                }
                // The inflater took nothing, though it had input and space.
                return Poll::Ready(Err(broken("it does not go on")));
            }
            let mut input = ReadBuf::new(&mut this.input);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut input))?;
            (this.read, this.filled) = (0, input.filled().len());
            // A peer may close without ending its compressed stream.
            this.ended = this.filled == 0;
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ZlibStream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        loop {
            if this.output.len() == this.output.capacity() {
                ready!(this.poll_drain(cx))?;
            }
            let (count, _) = this.deflate(bytes, FlushCompress::None)?;
            if count > 0 || bytes.is_empty() {
                this.unflushed = true;
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
        if !this.finished {
            this.finished = true;
            this.unflushed = true;
        }
        ready!(this.poll_complete(cx, FlushCompress::Finish))?;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}

impl<S: fmt::Debug> fmt::Debug for ZlibStream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZlibStream").field("stream", &self.stream).finish_non_exhaustive()
    }
}

#[cold]
fn broken(reason: impl std::fmt::Display) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the peer sent an invalid zlib stream ({reason})"),
    )
}
