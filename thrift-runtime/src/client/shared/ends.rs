//! Sending the remaining calls, and closing.

use std::{
    mem,
    pin::pin,
    sync::{Arc, atomic::Ordering},
    task::Waker,
};

use super::{Closing, Shared, State};
use crate::{
    client::errors::lost,
    error::{Error, ErrorKind, Result},
    protocol::Protocol,
};

/// The reason why calls fail after a client was closed.
const CLOSED_HERE: &str = "this client has closed the connection";

impl<P: Protocol> Shared<P> {
    /// Waits until all accepted calls have been handed to the operating system.
    ///
    /// # Errors
    ///
    /// If the connection ended before.
    pub(in crate::client) async fn flush(&self) -> Result<()> {
        let (mark, task) = {
            let mut state = self.lock();
            (state.calls.mark(), mem::take(&mut state.idle).then(|| state.task.clone()))
        };
        if let Some(task) = task {
            task.wake();
        }
        let sent = |state: &State| match () {
            () if state.calls.are_sent(mark) => Some(true),
            () if state.has_ended() => Some(false),
            () => None,
        };
        if self.until(sent).await { Ok(()) } else { Err(self.closed()) }
    }

    /// Makes the task send the remaining calls, and end. Calls that wait for replies fail.
    pub(in crate::client) fn close(&self) {
        let (task, callers) = {
            let mut state = self.lock();
            let mut callers = Vec::new();
            if state.ended.is_none() {
                let cause = Arc::new(Error::new(ErrorKind::Closed, CLOSED_HERE));
                callers = state.calls.fail_unanswered(|sent| lost(&cause, sent));
                state.ended = Some(cause);
                state.closing = Closing::Begun;
            }
            // This is done under the lock, so that the task sees either both changes or neither.
            self.closing.store(true, Ordering::Release);
            (state.task.clone(), callers)
        };
        self.places.close();
        self.room.notify_waiters();
        callers.into_iter().for_each(Waker::wake);
        task.wake();
    }

    /// Waits until the connection is closed, after [`close`](Shared::close).
    ///
    /// # Errors
    ///
    /// If some of the accepted calls could not be sent.
    pub(in crate::client) async fn closing(&self) -> Result<()> {
        let closed = |state: &State| match state.closing {
            Closing::Begun => None,
            Closing::Failed => Some(false),
            // If the peer closed first, all callers have received the error.
            Closing::Done | Closing::No => Some(true),
        };
        if self.until(closed).await { Ok(()) } else { Err(self.closed()) }
    }

    pub(in crate::client) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    pub(in crate::client) fn is_ended(&self) -> bool {
        self.lock().ended.is_some()
    }

    /// Notes that everything was sent, and that the peer was told that no more will come.
    pub(in crate::client) fn closed_well(&self) {
        self.lock().closing = Closing::Done;
        self.room.notify_waiters();
    }

    /// Waits until the task has changed the state so that `look` returns a value.
    async fn until<T>(&self, look: impl Fn(&State) -> Option<T>) -> T {
        loop {
            let mut progress = pin!(self.room.notified());
            progress.as_mut().enable();
            {
                let mut state = self.lock();
                if let Some(found) = look(&state) {
                    return found;
                }
                state.flushing = true;
            }
            progress.await;
        }
    }
}
