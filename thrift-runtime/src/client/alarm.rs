//! Timers of callers.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll},
};

use tokio::{
    runtime::Handle,
    time::{Instant, Sleep, sleep_until},
};

#[cfg(feature = "blocking")]
use crate::blocking::wake_at;

/// Wakes a caller at a given time, whether or not it runs in a runtime.
pub(super) enum Alarm {
    Runtime(Pin<Box<Sleep>>),
    /// Without a runtime: the function that blocks the thread on a future does the waking.
    Thread(Instant),
}

impl Alarm {
    pub(super) fn new(at: Instant) -> Self {
        match Handle::try_current() {
            Ok(_) => Alarm::Runtime(Box::pin(sleep_until(at))),
            Err(_) => Alarm::Thread(at),
        }
    }

    /// Ready when the time has come.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Alarm::Runtime(sleep) => sleep.as_mut().poll(cx),
            Alarm::Thread(at) if std::time::Instant::now() >= at.into_std() => Poll::Ready(()),
            Alarm::Thread(at) => {
                let _at = at.into_std();
                #[cfg(feature = "blocking")]
                wake_at(_at);
                Poll::Pending
            }
        }
    }
}

/// Waits for `work` until a deadline. `None` if the deadline passes first.
pub(crate) async fn in_time<T>(
    deadline: Option<Instant>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let Some(deadline) = deadline else { return Some(work.await) };
    let mut alarm = Alarm::new(deadline);
    let mut work = pin!(work);
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => alarm.poll(cx).map(|()| None),
    })
    .await
}
