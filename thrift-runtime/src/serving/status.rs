//! What a connection and its server tell each other.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::Waker,
};

/// What a connection and its server tell each other.
#[derive(Debug, Default)]
pub(crate) struct Status {
    /// An [`Ending`], or 0.
    ending: AtomicU8,
    /// What waits for the peer, and has to know of the ending.
    task: Mutex<Option<Waker>>,
}

/// Why a server ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Ending {
    Shutdown = 1,
}

impl Status {
    /// Ends the connection after the calls that have arrived by now.
    pub(crate) fn end(&self, why: Ending) {
        let ended = self.ending.compare_exchange(0, why as u8, Ordering::AcqRel, Ordering::Relaxed);
        if ended.is_ok()
            && let Some(task) = self.task().take()
        {
            task.wake();
        }
    }

    /// Whether the server ends the connection.
    #[inline]
    pub(crate) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire) != 0
    }

    /// Has a task woken when the server ends the connection, unless it does so already.
    pub(crate) fn register(&self, task: &Waker) {
        *self.task() = Some(task.clone());
    }

    fn task(&self) -> MutexGuard<'_, Option<Waker>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
