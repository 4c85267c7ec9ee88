//! The state through which a connection and its server communicate.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, AtomicU64, Ordering},
    },
    task::Waker,
    time::Instant,
};

use crate::{
    call::{About, Known, Load},
    serving::Ending,
};

/// The state through which a connection and its server communicate.
#[derive(Debug)]
pub(crate) struct Status {
    /// When the connection was accepted.
    pub(crate) opened: Instant,
    about: About,
    /// A [`Phase`] in the lowest bits; above them, how many phases have begun.
    phase: AtomicU64,
    /// The layers that hold a part of a record.
    #[cfg(any(feature = "http", feature = "sasl", feature = "tls", feature = "zlib"))]
    parts: AtomicU8,
    /// An [`Ending`], or 0.
    ending: AtomicU8,
    /// The task that waits for the peer, and must be woken if the connection is to end.
    task: Mutex<Option<Waker>>,
}

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// Nothing has arrived yet.
    First,
    /// A TLS handshake or a SASL negotiation, which has its own timeout.
    Handshake,
    /// Nothing has arrived since the last call was answered.
    Rest,
    /// A message has begun to arrive.
    Within,
    /// Calls are in progress, and the peer may be silent.
    Busy,
    /// Calls are in progress, and input is read ahead, which has to wait until they end.
    Ahead,
}

impl Phase {
    /// The phase in a phase number.
    #[inline]
    pub(crate) fn of(number: u64) -> Self {
        match number % (1 << PHASE) {
            0 => Phase::First,
            1 => Phase::Handshake,
            2 => Phase::Rest,
            3 => Phase::Within,
            4 => Phase::Busy,
            _ => Phase::Ahead,
        }
    }
}

/// How many bits a phase takes.
const PHASE: u32 = 3;

impl Status {
    pub(crate) fn new(about: About) -> Self {
        Status {
            opened: about.opened(),
            about,
            phase: AtomicU64::new(0),
            #[cfg(any(feature = "http", feature = "sasl", feature = "tls", feature = "zlib"))]
            parts: AtomicU8::new(0),
            ending: AtomicU8::new(0),
            task: Mutex::new(None),
        }
    }

    /// The total amount of work that the server has in progress.
    pub(crate) fn load(&self) -> Option<&Arc<Load>> {
        self.about.load()
    }

    /// Begins a phase, or the same one again, and returns its number.
    #[inline]
    pub(crate) fn begin(&self, phase: Phase) -> u64 {
        // Only the connection writes it, so that reading and storing need not be one atomic step.
        let before = self.phase_number() >> PHASE;
        let number = before.wrapping_add(1) << PHASE | phase as u64;
        self.phase.store(number, Ordering::Relaxed);
        number
    }

    /// A number that identifies a phase of this connection.
    #[inline]
    pub(crate) fn phase_number(&self) -> u64 {
        self.phase.load(Ordering::Relaxed)
    }

    /// The current phase of the connection.
    #[inline]
    pub(crate) fn phase(&self) -> Phase {
        Phase::of(self.phase_number())
    }

    /// Notes whether a layer, which has a bit of its own, holds a part of a record.
    #[cfg(any(feature = "sasl", feature = "tls"))]
    #[inline]
    pub(super) fn hold(&self, layer: u8, part: bool) {
        // Only the connection writes it, too.
        let before = self.parts.load(Ordering::Relaxed);
        let parts = if part { before | layer } else { before & !layer };
        if parts != before {
            self.parts.store(parts, Ordering::Relaxed);
        }
    }

    /// Goes back to rest if what has come since was no part of a message, but something that a layer
    /// has for itself, and returns whether it does.
    #[cfg(any(feature = "http", feature = "sasl", feature = "tls", feature = "zlib"))]
    pub(super) fn rest_again(&self) -> bool {
        let again = self.phase() == Phase::Within && self.parts.load(Ordering::Relaxed) == 0;
        if again {
            self.begin(Phase::Rest);
        }
        again
    }

    /// Ends the connection after the calls that have arrived by now.
    pub(crate) fn end(&self, why: Ending) {
        let ended = self.ending.compare_exchange(0, why as u8, Ordering::AcqRel, Ordering::Relaxed);
        if ended.is_ok()
            && let Some(task) = self.task().take()
        {
            task.wake();
        }
    }

    /// Why the server ends the connection, if it does.
    pub(crate) fn ending(&self) -> Option<Ending> {
        match self.ending.load(Ordering::Acquire) {
            0 => None,
            1 => Some(Ending::Shutdown),
            2 => Some(Ending::Age),
            _ => Some(Ending::Displaced),
        }
    }

    /// Whether the server ends the connection.
    #[inline]
    pub(crate) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire) != 0
    }

    /// Has a task woken when the server ends the connection. If it has done so already, the task is
    /// not woken.
    pub(crate) fn register(&self, task: &Waker) {
        *self.task() = Some(task.clone());
    }

    fn task(&self) -> MutexGuard<'_, Option<Waker>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known for Status {
    fn about(&self) -> &About {
        &self.about
    }
}
