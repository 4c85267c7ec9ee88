//! How many calls may be in flight, and who comes next.

use std::sync::atomic::Ordering;

use super::{Shared, State};
use crate::{error::Result, protocol::Protocol};

/// Callers that wait for a place among the calls in flight.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: usize,
    /// How many of them have got a place that they have not taken.
    granted: usize,
}

/// A caller in the queue. It leaves when this is dropped.
pub(super) struct Queued<'a, P: Protocol> {
    shared: &'a Shared<P>,
    granted: bool,
}

impl<P: Protocol> Shared<P> {
    /// Whether a call has to wait for a place: there is none, or others wait.
    #[inline]
    pub(super) fn is_crowded(&self, state: &State) -> bool {
        let Queue { waiting, granted } = state.queue;
        waiting > 0 || state.calls.unanswered() + granted >= self.max_in_flight
    }

    /// Passes the places of calls that were answered on, if somebody waits.
    #[inline]
    pub(in crate::client) fn pass_places_on(&self) {
        // Who began to wait before the calls were answered is seen: the state was locked for both.
        if self.crowded.load(Ordering::Relaxed) {
            self.change_queue(|_| ());
        }
    }

    /// Waits for a place, behind those that wait already.
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

    /// Changes the queue, and grants the places that are free to those who wait.
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
