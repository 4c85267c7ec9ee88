//! The open connections of a blocking server, and whether there may be more.

use std::{
    collections::HashMap,
    mem,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use super::socket::Socket;
use crate::{
    call::{PeerAddr, Refusal},
    serving::{Addresses, Ending, FULL, LEAST_REST, LEAVING, Settings},
};

/// The connections that are open, and whether there may be more.
#[derive(Debug, Default)]
pub(super) struct Open {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    phase: Phase,
    seats: HashMap<u64, Arc<Seat>>,
    addresses: Addresses,
    /// How many places are taken, also after their sockets were closed.
    places: usize,
    /// Since when there has been none.
    full_since: Option<Instant>,
    next: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Phase {
    #[default]
    Running,
    /// After the deadline, remaining connections are closed.
    Ending { deadline: Option<Instant> },
}

/// What is known of an open connection.
#[derive(Debug)]
struct Seat {
    socket: Arc<Socket>,
    /// Since when no call is under way.
    resting: Mutex<Option<Instant>>,
    is_displaced: AtomicBool,
}

/// A connection's place among those that are open.
#[derive(Debug)]
pub(super) struct Place {
    open: Arc<Open>,
    number: u64,
    peer: PeerAddr,
    seat: Arc<Seat>,
}

impl Open {
    /// Finds a place for a connection, for which another one may have to end.
    ///
    /// # Errors
    ///
    /// If there is none, for a reason, or, without one, if the server is to end.
    pub(super) fn enter(
        self: &Arc<Self>,
        socket: &Arc<Socket>,
        peer: PeerAddr,
        settings: &Settings,
    ) -> Result<Place, Option<Refusal>> {
        let mut state = self.lock();
        if !state.addresses.enter(peer, settings.per_address) {
            return Err(Some(Refusal::Address));
        }
        let waits = state.places >= settings.max_connections && !state.is_ending();
        if waits {
            state = self.wait_for_a_place(state, settings.max_connections);
        }
        if state.is_ending() {
            state.addresses.leave(peer);
            return Err(waits.then_some(Refusal::Shutdown));
        }
        if state.places >= settings.max_connections {
            state.addresses.leave(peer);
            return Err(Some(Refusal::Full));
        }
        state.full_since = None;
        state.places += 1;
        state.next += 1;
        let number = state.next;
        let (socket, resting) = (Arc::clone(socket), Mutex::default());
        let seat = Arc::new(Seat { socket, resting, is_displaced: AtomicBool::new(false) });
        state.seats.insert(number, Arc::clone(&seat));
        Ok(Place { open: Arc::clone(self), number, peer, seat })
    }

    /// Waits until there are fewer than `most`, or it has taken too long.
    fn wait_for_a_place<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        most: usize,
    ) -> MutexGuard<'a, State> {
        let full_since = *state.full_since.get_or_insert_with(Instant::now);
        let (mut until, mut displaces) = (full_since + FULL, false);
        while state.places >= most && !state.is_ending() {
            let now = Instant::now();
            if !displaces && state.displace(now) {
                (until, displaces) = (now + LEAVING, true);
            }
            let left = until.saturating_duration_since(now);
            if left.is_zero() {
                break;
            }
            // Then there may be a connection that has rested for long enough.
            let again = if displaces { left } else { left.min(LEAST_REST) };
            let waited = self.changed.wait_timeout(state, again);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state
    }

    pub(super) fn is_ending(&self) -> bool {
        self.lock().is_ending()
    }

    pub(super) fn end(&self, deadline: Option<Instant>) {
        let mut state = self.lock();
        state.phase = match (state.phase, deadline) {
            (Phase::Ending { deadline }, None) => Phase::Ending { deadline },
            _ => Phase::Ending { deadline },
        };
        state.seats.values().for_each(|seat| seat.socket.end_reading());
        drop(state);
        self.changed.notify_all();
    }

    /// Waits until all connections are closed or the deadline has passed, then closes the rest.
    pub(super) fn wait_for_the_last(&self) {
        let mut state = self.lock();
        while state.places > 0 {
            let Phase::Ending { deadline: Some(deadline) } = state.phase else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        mem::take(&mut state.seats).into_values().for_each(|seat| seat.socket.close());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_ending(&self) -> bool {
        self.phase != Phase::Running
    }

    /// Ends the connection that has rested the longest. Returns whether there was any.
    fn displace(&self, now: Instant) -> bool {
        let resting = self.seats.values().filter_map(|seat| {
            let since = (*seat.resting())?;
            let may_be = now.saturating_duration_since(since) >= LEAST_REST
                && !seat.is_displaced.load(Ordering::Relaxed);
            may_be.then_some((since, seat))
        });
        let longest = resting.min_by_key(|(since, _)| *since);
        longest.is_some_and(|(_, seat)| {
            seat.is_displaced.store(true, Ordering::Release);
            seat.socket.end_reading();
            true
        })
    }
}

impl Seat {
    fn resting(&self) -> MutexGuard<'_, Option<Instant>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Why the connection is to end, if it is.
    pub(super) fn ending(&self) -> Option<Ending> {
        if self.seat.is_displaced.load(Ordering::Acquire) {
            return Some(Ending::Displaced);
        }
        self.open.is_ending().then_some(Ending::Shutdown)
    }

    /// Whether the server has closed the connection, as the time of a shutdown was over.
    pub(super) fn is_cut(&self) -> bool {
        !self.open.lock().seats.contains_key(&self.number)
    }

    /// Tells whether the peer is gone. That is unknown once reading has ended.
    #[cfg(unix)]
    pub(super) fn watch(&self) -> impl Fn() -> bool + Send + Sync + 'static {
        let (open, seat) = (Arc::clone(&self.open), Arc::downgrade(&self.seat));
        move || {
            // In this order, since it is noted first that reading ends.
            let is_gone = |seat: Arc<Seat>| {
                seat.socket.is_ended() && !seat.is_displaced.load(Ordering::Acquire)
            };
            seat.upgrade().is_none_or(is_gone) && !open.is_ending()
        }
    }

    /// Does what may take long while no call is under way.
    pub(super) fn rest<T>(&self, wait: impl FnOnce() -> T) -> T {
        *self.seat.resting() = Some(Instant::now());
        let waited = wait();
        *self.seat.resting() = None;
        waited
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.open.lock();
        state.seats.remove(&self.number);
        state.addresses.leave(self.peer);
        state.places -= 1;
        drop(state);
        self.open.changed.notify_all();
    }
}
