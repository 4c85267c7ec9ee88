//! Limits the number of calls in flight, and orders the callers that wait.

use std::sync::atomic::Ordering;

use super::{Shared, State};
use crate::{error::Result, protocol::Protocol};

/// Callers that wait for a place among the calls in flight.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: usize,
    /// How many of them have been granted a place that they have not taken yet.
    granted: usize,
}

/// A caller in the queue. It leaves when this is dropped.
pub(super) struct Queued<'a, P: Protocol> {
    shared: &'a Shared<P>,
    granted: bool,
}

impl<P: Protocol> Shared<P> {
    /// Whether a call has to wait for a place: none is free, or others are waiting already.
    #[inline]
    pub(super) fn is_crowded(&self, state: &State) -> bool {
        let Queue { waiting, granted } = state.queue;
        waiting > 0 || state.calls.unanswered() + granted >= self.max_in_flight
    }

    /// Passes on the places of calls that were answered, if somebody is waiting.
    #[inline]
    pub(in crate::client) fn pass_places_on(&self) {
        // A caller that began to wait before the calls were answered is seen, as the state was locked
        // for both.
        if self.crowded.load(Ordering::Relaxed) {
            self.change_queue(|_| ());
        }
    }

    /// Waits for a place, after those that are waiting already.
    ///
    /// # Errors
    ///
    /// If the connection has ended.
    pub(super) async fn place(&self) -> Result<Queued<'_, P>> {
        self.change_queue(|queue| queue.waiting += 1);
        let mut waiting = Queued { shared: self, granted: false };
        let Ok(permit) = self.places.acquire().await else { return Err(self.closed()) };
        permit.forget();
        waiting.granted = true;
        Ok(waiting)
    }

    /// Changes the queue, and grants the free places to those who wait.
    #[cold]
    fn change_queue(&self, change: impl FnOnce(&mut Queue)) {
        let count = {
            let mut state = self.lock();
            let unanswered = state.calls.unanswered();
            let queue = &mut state.queue;
            change(queue);
            self.crowded.store(queue.waiting > 0, Ordering::Relaxed);
            let free = self.max_in_flight.saturating_sub(unanswered + queue.granted);
            let count = free.min(queue.waiting.saturating_sub(queue.granted));
            queue.granted += count;
            count
        };
        self.places.add_permits(count);
    }
}

impl<P: Protocol> Drop for Queued<'_, P> {
    fn drop(&mut self) {
        self.shared.change_queue(|queue| {
            queue.waiting -= 1;
            queue.granted -= usize::from(self.granted);
        });
    }
}
