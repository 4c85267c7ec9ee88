//! The work that goes on while a call is in progress.

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

/// While a call is in progress, it is counted, earlier replies are sent, and the caller is watched if
/// somebody wants to know whether it is still connected.
pub(super) struct Meanwhile<'a, S> {
    pub(super) stream: &'a mut Ahead<S>,
    pub(super) output: &'a mut WriteBuffer,
    pub(super) in_progress: &'a mut InProgress,
    pub(super) peer: &'a Peer,
    pub(super) status: &'a Status,
    /// Whether to cancel the call here if the caller leaves.
    pub(super) cancels: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Meanwhile<'_, S> {
    /// Runs a call, which has just been polled once, to its end.
    ///
    /// # Errors
    ///
    /// If it is cancelled.
    pub(super) async fn run<F: Future + Unpin>(self, mut process: F) -> Result<F::Output> {
        let Meanwhile { stream, output, in_progress, peer, status, cancels } = self;
        in_progress.begin();
        // Until the call is woken, polling it again has no effect.
        let mut polled = true;
        let mut failed = false;
        let processed = poll_fn(|cx| {
            if !mem::take(&mut polled)
                && let Poll::Ready(processed) = Pin::new(&mut process).poll(cx)
            {
                return Poll::Ready(Ok(processed));
            }
            if !failed {
                // The handler runs to its end even if the peer is gone. The next write will fail, too.
                failed = matches!(output.poll_flush(stream, cx), Poll::Ready(Err(_)));
            }
            if failed {
                // The peer cannot be reached any more: tell those who watch whether the caller is
                // still connected.
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

/// Polls a future once, whether or not it becomes ready.
#[inline]
pub(super) fn poll_once<F: Future + Unpin>(
    future: &mut F,
) -> impl Future<Output = Poll<F::Output>> {
    poll_fn(move |cx| Poll::Ready(Pin::new(&mut *future).poll(cx)))
}
