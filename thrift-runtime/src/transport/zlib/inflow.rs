//! What comes in on a compressed stream.

use std::{
    future::Future as _,
    io,
    pin::pin,
    task::{Context, Poll, ready},
};

use flate2::{Decompress, FlushDecompress, Status};
use tokio::{io::ReadBuf, task::coop::consume_budget};

use super::{broken, spend};

/// The bytes that begin every compressed stream and say nothing of what is in it.
const PREFIX: usize = 2;
/// What ends a flush: an empty block. All before it is inflated.
const FLUSHED: [u8; 4] = [0, 0, 0xff, 0xff];
/// How much is inflated for one unit of a task's budget, which has 128.
const PRICE: usize = 2 << 10;

/// Inflates what comes in. It takes memory once there is something to inflate, not before.
#[derive(Default)]
pub(super) struct Inflow {
    inflater: Option<Decompress>,
    /// Compressed bytes, from `read` on yet to be inflated.
    input: Vec<u8>,
    read: usize,
    /// The last bytes that have come.
    last: [u8; FLUSHED.len()],
    /// Whether the inflater may hold bytes for which there was no space.
    withheld: bool,
    /// Whether the compressed stream, or the stream below it, has ended.
    ended: bool,
    /// What is wrong behind what was inflated last.
    wrong: Option<io::Error>,
}

impl Inflow {
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether something has come since the last flush, or is not inflated.
    pub(super) fn is_within(&self) -> bool {
        self.last != FLUSHED || self.withheld || self.read < self.input.len()
    }

    /// Takes compressed bytes, now that those before are inflated. None are the end of the stream: a
    /// peer may close without ending its compressed stream.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.ended |= bytes.is_empty();
        self.input.extend_from_slice(bytes);
        let come = bytes.get(bytes.len().saturating_sub(self.last.len())..).unwrap_or_default();
        self.last.rotate_left(come.len());
        let kept = self.last.len() - come.len();
        self.last.get_mut(kept..).into_iter().for_each(|end| end.copy_from_slice(come));
    }

    /// Inflates what has come into `buf`, which stays as it is if nothing has. It has a part in the
    /// task's budget, since the stream below is seldom read where little inflates to much, and other
    /// tasks would wait for long.
    ///
    /// # Errors
    ///
    /// If something is wrong with the stream, after what came out of it before. (The inflater may
    /// hold back some KiB before the fault.)
    pub(super) fn poll_inflate(
        &mut self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Inflow { inflater, input, read, withheld, ended, wrong, last: _ } = self;
        if let Some(error) = wrong.take() {
            return Poll::Ready(Err(error));
        }
        if *ended || inflater.is_none() && input.len() <= PREFIX {
            return Poll::Ready(Ok(()));
        }
        ready!(pin!(consume_budget()).poll(cx));
        let inflater = inflater.get_or_insert_with(|| Decompress::new(true));
        let filled = buf.filled().len();
        while buf.remaining() > 0 && (*withheld || *read < input.len()) {
            let (before_in, before_out) = (inflater.total_in(), inflater.total_out());
            let compressed = input.get(*read..).unwrap_or_default();
            let space = buf.initialize_unfilled();
            let status = inflater.decompress(compressed, space, FlushDecompress::None);
            let taken = (inflater.total_in() - before_in) as usize;
            let inflated = (inflater.total_out() - before_out) as usize;
            buf.advance(inflated);
            *read += taken;
            *withheld = buf.remaining() == 0;
            spend(cx, inflated / PRICE);
            let failure = match status {
                Ok(Status::StreamEnd) => {
                    *ended = true;
                    break;
                }
                Ok(_) if taken == 0 && inflated == 0 && *read < input.len() => {
                    broken("decompression makes no progress")
                }
                Ok(_) => continue,
                Err(error) => broken(error),
            };
            if buf.filled().len() == filled {
                return Poll::Ready(Err(failure));
            }
            *wrong = Some(failure);
            break;
        }
        if *ended || *read == input.len() {
            (*input, *read) = (Vec::new(), 0);
        }
        Poll::Ready(Ok(()))
    }
}
