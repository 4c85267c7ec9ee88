//! What is counted without the program.

use std::sync::atomic::{AtomicI64, Ordering};
#[cfg(any(feature = "blocking", feature = "tokio"))]
use std::sync::{Mutex, PoisonError, Weak};

#[cfg(any(feature = "blocking", feature = "tokio"))]
use crate::call::{Connection, Load};
use crate::call::{Event, Outcome};

/// What is counted of a server's calls and connections.
#[derive(Default)]
pub(super) struct Figures {
    calls: AtomicI64,
    failed: AtomicI64,
    refused: AtomicI64,
    lost: AtomicI64,
    in_progress: AtomicI64,
    open: AtomicI64,
    opened: AtomicI64,
    broken: AtomicI64,
    turned_away: AtomicI64,
    failures: AtomicI64,
    /// What the servers have in hand.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    loads: Mutex<Vec<Weak<Load>>>,
}

fn add(counter: &AtomicI64, count: i64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

impl Figures {
    /// All of them, by their names.
    pub(super) fn all(&self) -> [(&'static str, i64); 11] {
        let of = |counter: &AtomicI64| counter.load(Ordering::Relaxed);
        [
            ("bytes.held", self.held()),
            ("calls", of(&self.calls)),
            ("calls.failed", of(&self.failed)),
            ("calls.in_progress", of(&self.in_progress)),
            ("calls.lost", of(&self.lost)),
            ("calls.refused", of(&self.refused)),
            ("connections", of(&self.open)),
            ("connections.failed", of(&self.broken)),
            ("connections.opened", of(&self.opened)),
            ("connections.refused", of(&self.turned_away)),
            ("events.failed", of(&self.failures)),
        ]
    }

    pub(super) fn one(&self, name: &str) -> Option<i64> {
        self.all().into_iter().find_map(|(known, count)| (known == name).then_some(count))
    }

    /// Notes that a call begins.
    pub(super) fn begin(&self) {
        add(&self.in_progress, 1);
    }

    /// Notes how a call has ended.
    pub(super) fn end(&self, outcome: Outcome) {
        add(&self.in_progress, -1);
        add(&self.calls, 1);
        match outcome {
            Outcome::Returned | Outcome::Declared { .. } => {}
            Outcome::Failed(_) => add(&self.failed, 1),
            Outcome::Refused(_) => add(&self.refused, 1),
            Outcome::Lost => add(&self.lost, 1),
        }
    }

    /// Notes an event.
    pub(super) fn note(&self, event: &Event<'_>) {
        match event {
            #[cfg_attr(not(any(feature = "blocking", feature = "tokio")), allow(unused_variables))]
            Event::Opened { connection } => {
                add(&self.open, 1);
                add(&self.opened, 1);
                #[cfg(any(feature = "blocking", feature = "tokio"))]
                self.meet(connection);
            }
            Event::Closed { .. } => {
                add(&self.open, -1);
                add(&self.broken, i64::from(event.is_failure()));
            }
            Event::Refused { .. } => add(&self.turned_away, 1),
            // It counts among the calls.
            Event::Failed { .. } => {}
            event => add(&self.failures, i64::from(event.is_failure())),
        }
    }

    /// Notes which server a connection is of.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    fn meet(&self, connection: &Connection) {
        let Some(load) = connection.load() else { return };
        let mut loads = self.loads.lock().unwrap_or_else(PoisonError::into_inner);
        let met = loads.iter().any(|known| std::ptr::eq(known.as_ptr(), &*load));
        if !met {
            loads.retain(|known| known.strong_count() > 0);
            loads.push(std::sync::Arc::downgrade(&load));
        }
    }

    #[cfg(any(feature = "blocking", feature = "tokio"))]
    fn held(&self) -> i64 {
        let loads = self.loads.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = loads.iter().filter_map(Weak::upgrade).map(|load| load.bytes()).sum::<usize>();
        i64::try_from(bytes).unwrap_or(i64::MAX)
    }

    #[cfg(not(any(feature = "blocking", feature = "tokio")))]
    fn held(&self) -> i64 {
        0
    }
}
