//! How busy a server is, by what is known of it here.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::transport::usual::{Ended, Usual};

/// The calls of a server that are in flight, and how long they take usually.
#[derive(Debug, Clone, Default)]
pub(super) struct Busy(Arc<Mutex<Usual>>);

/// A call in flight.
#[derive(Debug)]
pub(super) struct InFlight {
    busy: Busy,
    begun: Instant,
    ended: Ended,
}

impl Busy {
    /// How long a call would wait.
    pub(super) fn wait(&self) -> f64 {
        let in_flight = Arc::strong_count(&self.0) - 1;
        self.lock().wait(Instant::now().into_std(), in_flight)
    }

    pub(super) fn begin(&self) -> InFlight {
        InFlight { busy: self.clone(), begun: Instant::now(), ended: Ended::Late }
    }

    /// Forgets how long calls took: the server may be another one now.
    pub(super) fn forget(&self) {
        *self.lock() = Usual::default();
    }

    fn lock(&self) -> MutexGuard<'_, Usual> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InFlight {
    /// Notes how the call ends. One that is dropped before that is late.
    pub(super) fn end(mut self, ended: Ended) {
        self.ended = ended;
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let (begun, now) = (self.begun.into_std(), Instant::now().into_std());
        self.busy.lock().note(begun, now, self.ended);
    }
}
