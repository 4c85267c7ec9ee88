//! What goes on while a call waits.

use std::{
    future::{Future, poll_fn},
    mem,
    pin::Pin,
    task::Poll,
};

use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    ahead::{Ahead, abandoned},
    status::Status,
};
use crate::{
    call::{InProgress, Peer},
    error::Result,
    transport::write_buffer::WriteBuffer,
};

/// While a call waits, it is counted, earlier replies are sent, and somebody may want to
/// know whether the caller is still there.
pub(super) struct Meanwhile<'a, S> {
    pub(super) stream: &'a mut Ahead<S>,
    pub(super) output: &'a mut WriteBuffer,
    pub(super) in_progress: &'a mut InProgress,
    pub(super) peer: &'a Peer,
    pub(super) status: &'a Status,
    /// Whether the call is cancelled here if the caller leaves.
    pub(super) cancels: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Meanwhile<'_, S> {
    /// Runs a call that was polled just now to its end.
    ///
    /// # Errors
    ///
    /// If it is cancelled.
    pub(super) async fn run<F: Future + Unpin>(self, mut process: F) -> Result<F::Output> {
        let Meanwhile { stream, output, in_progress, peer, status, cancels } = self;
        in_progress.begin();
        // Until it is woken, there is nothing new.
        let mut polled = true;
        let mut failed = false;
        let processed = poll_fn(|cx| {
            if !mem::take(&mut polled)
                && let Poll::Ready(processed) = Pin::new(&mut process).poll(cx)
            {
                return Poll::Ready(Ok(processed));
            }
            if !failed {
                // The handler runs to its end even if the peer is gone. The next write will fail again.
                failed = matches!(output.poll_flush(stream, cx), Poll::Ready(Err(_)));
            }
            if failed {
                // The peer cannot be reached any more: tell those who watch whether the caller is
                // still there.
                peer.connection().presence().leave();
            }
            match failed || stream.poll_gone(peer, status, cancels, cx).is_ready() {
                true if cancels => Poll::Ready(Err(abandoned())),
                _ => Poll::Pending,
            }
        })
        .await;
        in_progress.end();
        processed
    }
}

/// Polls a future, whatever comes of it.
#[inline]
pub(super) fn poll_once<F: Future + Unpin>(
    future: &mut F,
) -> impl Future<Output = Poll<F::Output>> {
    poll_fn(move |cx| Poll::Ready(Pin::new(&mut *future).poll(cx)))
}
