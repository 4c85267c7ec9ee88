//! Waiting for a reply.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::Instant;

use super::{alarm::in_time, calls::Ended, shared::Shared};
use crate::protocol::Protocol;

/// A call in flight. Dropping it cancels the call.
pub(super) struct InFlight<'a, P: Protocol> {
    shared: &'a Shared<P>,
    seqid: i32,
    done: bool,
}

impl<'a, P: Protocol> InFlight<'a, P> {
    pub(super) fn new(shared: &'a Shared<P>, seqid: i32) -> Self {
        InFlight { shared, seqid, done: false }
    }
}

impl<P: Protocol> Future for InFlight<'_, P> {
    type Output = Option<Ended>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Ended>> {
        let polled = self.shared.poll_call(self.seqid, cx.waker());
        self.done = polled.is_ready();
        polled
    }
}

impl<P: Protocol> Drop for InFlight<'_, P> {
    #[inline]
    fn drop(&mut self) {
        if !self.done {
            let given_up = self.shared.with_calls(|calls| calls.give_up(self.seqid));
            // Dropped here, outside the lock.
            drop(given_up);
        }
    }
}

/// A caller times its call out later than the connection's task does, by this part of the timeout, up
/// to a maximum. If that task is running, it should come first, since it counts the calls that the
/// peer has not answered in time.
const PART: u32 = 16;
const MOST: Duration = Duration::from_millis(50);

/// Waits for a call in flight whose caller is in a different runtime from the connection's task. That
/// task may be delayed, or its runtime may not be driven.
#[cold]
pub(super) async fn wait_elsewhere<P: Protocol>(
    call: InFlight<'_, P>,
    timeout: Option<Duration>,
) -> Option<Ended> {
    let end = timeout.and_then(|timeout| {
        let later = (timeout / PART).min(MOST);
        Instant::now().checked_add(timeout.saturating_add(later))
    });
    in_time(end, call).await.unwrap_or(Some(Ended::TimedOut))
}
