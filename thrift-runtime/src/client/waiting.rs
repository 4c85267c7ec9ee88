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
    call::Request,
    error::{Error, ErrorKind},
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

/// Waits for `work` until a deadline. `None` if it passes.
pub(super) async fn in_time<T>(
    deadline: Option<Instant>,
    work: impl Future<Output = T>,
) -> Option<T> {
    match deadline {
        None => Some(work.await),
        Some(deadline) => timeout_at(deadline, work).await.ok(),
    }
}

/// The error for a call that has taken too long since it was accepted. It may still be sent.
#[cold]
pub(super) fn late<P>(request: &Request<'_, P>, timeout: Option<Duration>) -> Error {
    if request.is_oneway() {
        return unsent(request, timeout);
    }
    let (method, patience) = (request.method().name(), timeout.unwrap_or_default());
    Error::new(ErrorKind::Timeout, format!("no reply to {method} came within {patience:?}"))
}

/// The error for a call that could not be accepted in time.
#[cold]
pub(super) fn not_sent<P>(request: &Request<'_, P>, timeout: Option<Duration>) -> Error {
    unsent(request, timeout).not_sent()
}

fn unsent<P>(request: &Request<'_, P>, timeout: Option<Duration>) -> Error {
    let (method, patience) = (request.method().name(), timeout.unwrap_or_default());
    Error::new(ErrorKind::Timeout, format!("{method} was not sent within {patience:?}"))
}

/// The error for a call that was in flight when its connection ended. It may
/// have been `sent`.
#[cold]
pub(super) fn lost(cause: &Arc<Error>, sent: bool) -> Error {
    let kind = match cause.kind() {
        ErrorKind::Io | ErrorKind::Closed | ErrorKind::Timeout => ErrorKind::Closed,
        kind => kind,
    };
    let text = match (kind, sent) {
        (_, false) => "the connection was lost before the call was sent",
        (ErrorKind::Closed, true) => "the connection was lost before the reply came",
        (_, true) => "",
    };
    let error = Error::with_source(kind, text, Arc::clone(cause));
    if sent { error } else { error.not_sent() }
}
