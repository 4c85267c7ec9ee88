//! Replies in frames that exceed the limits: the frames are skipped as they arrive, and only the calls
//! that they answer fail.

use super::driver::Driver;
#[cfg(feature = "header")]
use crate::transport::header;
use crate::{
    client::receive::identify,
    error::{Error, Result},
    protocol::Protocol,
    transport::framed::{self, MOST_OF_HEADER},
};

impl<P: Protocol, S> Driver<P, S> {
    /// Discards the part of a frame that is too large which has arrived. Returns whether that was the
    /// end of it.
    #[inline]
    pub(super) fn skip(&mut self) -> bool {
        if self.skipping == 0 {
            return true;
        }
        let count = self.skipping.min(self.input.data().len());
        self.input.consume(count);
        self.skipping -= count;
        self.skipping == 0
    }

    /// Fails the call that the frame at the start of the input answers, with `error`, which says that
    /// the frame is too large, and begins to skip the frame. Returns `false` if more bytes are needed
    /// to find out which call that is.
    ///
    /// # Errors
    ///
    /// If the call cannot be identified.
    #[cold]
    pub(super) fn refuse_frame(&mut self, error: Error) -> Result<bool> {
        let Driver { shared, input, callers, .. } = self;
        let Some((length, rest)) = framed::announced(input.data()) else { return Err(error) };
        let frame = rest.get(..length.min(rest.len())).unwrap_or_default();
        let seqid = match shared.framing {
            #[cfg(feature = "header")]
            framing if framing.style().is_some() => {
                header::seqid(frame).ok_or_else(Error::truncated)
            }
            _ => shared.protocol.read_header(frame, &shared.limits).and_then(|(header, _)| {
                shared.with_calls(|calls| identify(&header, calls)).map(|_| header.seqid)
            }),
        };
        let seqid = match seqid {
            Ok(seqid) => seqid,
            Err(cut) if cut.is_truncated() && frame.len() < length.min(MOST_OF_HEADER) => {
                return Ok(false);
            }
            Err(_) => return Err(error),
        };
        let refused = shared.with_calls(|calls| calls.refuse(seqid, error, callers))?;
        self.wake(usize::from(refused));
        self.skipping = framed::LENGTH + length;
        self.skip();
        Ok(true)
    }
}
