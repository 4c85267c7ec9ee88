//! What goes out on a compressed stream.

use std::{
    future::Future as _,
    io,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use flate2::{Compress, Compression, FlushCompress, Status};
use tokio::{io::AsyncWrite, task::coop::consume_budget};

use super::{broken, spend, stream::CHUNK};

/// How much is compressed at once, at most.
const AT_ONCE: usize = 16 << 10;
/// How much is compressed for one unit of a task's budget, which has 128.
const PRICE: usize = 512;
/// How much room there is at first for compressed bytes.
const LEAST: usize = 256;
/// How much of it is kept while there are none.
const KEPT: usize = 1 << 10;

/// Compresses what goes out. It takes memory once something is written, not before.
#[derive(Default)]
pub(super) struct Outflow {
    deflater: Option<Compress>,
    /// Compressed bytes, from `written` on yet to be written.
    output: Vec<u8>,
    written: usize,
    /// Whether bytes were written that are not flushed.
    unflushed: bool,
    /// Whether the deflater had no space left the last time, so that it may hold output back.
    full: bool,
    finished: bool,
}

impl Outflow {
    /// Whether there is enough to write.
    pub(super) fn is_full(&self) -> bool {
        self.output.len() >= CHUNK
    }

    /// Compresses some of the bytes, and returns how many it took. It has a part in the task's
    /// budget, since the stream below is seldom written to where much becomes little.
    pub(super) fn poll_deflate(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(pin!(consume_budget()).poll(cx));
        let bytes = bytes.get(..AT_ONCE).unwrap_or(bytes);
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        self.make_room();
        self.unflushed = true;
        let (taken, _) = self.deflate(bytes, FlushCompress::None)?;
        spend(cx, taken / PRICE);
        Poll::Ready(Ok(taken))
    }

    /// Compresses bytes into the room that there is, and returns how many it took.
    fn deflate(&mut self, bytes: &[u8], flush: FlushCompress) -> io::Result<(usize, Status)> {
        let deflater =
            self.deflater.get_or_insert_with(|| Compress::new(Compression::default(), true));
        let before = deflater.total_in();
        let status = deflater.compress_vec(bytes, &mut self.output, flush).map_err(broken)?;
        self.full = self.output.len() == self.output.capacity();
        Ok(((deflater.total_in() - before) as usize, status))
    }

    /// Has the deflater hand out what it holds back. Returns whether it still does, for want of
    /// room.
    pub(super) fn flush(&mut self, flush: FlushCompress) -> io::Result<bool> {
        while self.unflushed && !self.is_full() {
            let was_full = self.full;
            self.make_room();
            if was_full && flush != FlushCompress::Finish {
                // A deflater that holds output back gives that, and leaves the rest for later. So
                // it is not known whether a flush that filled the output was all.
                self.deflate(&[], FlushCompress::None)?;
                continue;
            }
            let (_, status) = self.deflate(&[], flush)?;
            self.unflushed = self.full && status != Status::StreamEnd;
        }
        Ok(self.unflushed)
    }

    /// Ends the compressed stream with the next flush, if it has begun.
    pub(super) fn finish(&mut self) {
        if !self.finished {
            self.finished = true;
            self.unflushed = self.deflater.is_some();
        }
    }

    fn make_room(&mut self) {
        if self.output.len() == self.output.capacity() {
            self.output.reserve(self.output.len().max(LEAST));
        }
    }

    /// Writes all compressed bytes.
    pub(super) fn poll_drain<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while let Some(rest @ [_, ..]) = self.output.get(self.written..) {
            let count = ready!(Pin::new(&mut *stream).poll_write(cx, rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += count;
        }
        self.output.clear();
        self.output.shrink_to(KEPT);
        self.written = 0;
        Poll::Ready(Ok(()))
    }
}
