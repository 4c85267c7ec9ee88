//! Waiting for a reply, and the errors if none comes.

use std::{
    future::Future,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Instant, timeout_at};

use super::{calls::Ended, shared::Shared};
use crate::{
    error::{Error, ErrorKind, Result},
    protocol::Protocol,
};

/// A call in flight. Dropping it cancels the call.
pub(super) struct InFlight<'a, P: Protocol> {
    shared: &'a Shared<P>,
    seqid: i32,
    /// Whether it was polled before. The waker was noted when the call was sent, so the first poll
    /// does not need to look.
    seen: bool,
    done: bool,
}

impl<'a, P: Protocol> InFlight<'a, P> {
    pub(super) fn new(shared: &'a Shared<P>, seqid: i32) -> Self {
        InFlight { shared, seqid, seen: false, done: false }
    }
}

impl<P: Protocol> Future for InFlight<'_, P> {
    type Output = Option<Ended>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Ended>> {
        if !mem::replace(&mut self.seen, true) {
            return Poll::Pending;
        }
        let polled = self.shared.with_calls(|calls| calls.poll(self.seqid, cx.waker()));
        self.done = polled.is_ready();
        polled
    }
}

impl<P: Protocol> Drop for InFlight<'_, P> {
    fn drop(&mut self) {
        if !self.done {
            let given_up = self.shared.with_calls(|calls| calls.give_up(self.seqid));
            // Dropped here, outside the lock.
            drop(given_up);
        }
    }
}

/// Waits for `work` until a deadline.
pub(super) async fn in_time<T>(
    method: &str,
    timeout: Option<Duration>,
    deadline: Option<Instant>,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    match deadline {
        None => work.await,
        Some(deadline) => {
            timeout_at(deadline, work).await.unwrap_or_else(|_| Err(no_reply(method, timeout)))
        }
    }
}

#[cold]
pub(super) fn no_reply(method: &str, timeout: Option<Duration>) -> Error {
    let patience = timeout.unwrap_or_default();
    Error::new(ErrorKind::Timeout, format!("no reply to {method} came within {patience:?}"))
}

/// The error for a call that was in flight when its connection ended.
#[cold]
pub(super) fn lost(cause: &Arc<Error>) -> Error {
    let (kind, text) = match cause.kind() {
        ErrorKind::Io | ErrorKind::Closed | ErrorKind::Timeout => {
            (ErrorKind::Closed, "the connection was lost before the reply came")
        }
        kind => (kind, ""),
    };
    Error::with_source(kind, text, Arc::clone(cause))
}
