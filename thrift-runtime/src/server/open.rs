//! The open connections of a server.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use super::status::{Phase, Status};
use crate::{
    call::PeerAddr,
    serving::{Addresses, Ending, LEAST_REST},
};

/// The open connections of a server.
#[derive(Debug, Default)]
pub(crate) struct Open {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    connections: HashMap<u64, Entry>,
    addresses: Addresses,
    next: u64,
}

#[derive(Debug)]
struct Entry {
    status: Arc<Status>,
    /// The phase in which it was last seen, and since when it has been in that phase.
    phase: u64,
    since: Instant,
}

/// The place of a connection among the open ones.
#[derive(Debug)]
pub(crate) struct Place {
    open: Arc<Open>,
    number: u64,
    peer: PeerAddr,
}

impl Open {
    /// Counts a connection from an address, unless the address has reached its limit.
    pub(crate) fn admit(&self, peer: PeerAddr, most: Option<usize>) -> bool {
        self.lock().addresses.enter(peer, most)
    }

    /// Undoes the counting by [`admit`](Open::admit).
    pub(crate) fn turn_away(&self, peer: PeerAddr) {
        self.lock().addresses.leave(peer);
    }

    /// Adds a connection that was admitted.
    pub(crate) fn enter(self: &Arc<Self>, status: Arc<Status>, peer: PeerAddr) -> Place {
        let mut state = self.lock();
        state.next += 1;
        let number = state.next;
        let (phase, since) = (status.phase_number(), status.opened);
        state.connections.insert(number, Entry { status, phase, since });
        Place { open: Arc::clone(self), number, peer }
    }

    /// How many connections are open.
    pub(crate) fn count(&self) -> usize {
        self.lock().connections.len()
    }

    /// Notes which connections have made no progress since the last check. They need no clock of their
    /// own for it.
    pub(crate) fn look(&self, now: Instant) {
        self.lock().look(now);
    }

    /// Ends the connection that has been idle for longest, to make room for another. Returns whether
    /// there was one.
    pub(crate) fn displace(&self, now: Instant) -> bool {
        let mut state = self.lock();
        state.look(now);
        let resting = state.connections.iter().filter(|(_, entry)| entry.may_be_displaced(now));
        let longest = resting.min_by_key(|(number, entry)| (entry.since, **number));
        longest.is_some_and(|(_, entry)| {
            entry.status.end(Ending::Displaced);
            true
        })
    }

    /// Ends every connection after the calls that have arrived by now.
    pub(crate) fn end(&self, why: Ending) {
        self.lock().connections.values().for_each(|entry| entry.status.end(why));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn look(&mut self, now: Instant) {
        for Entry { status, phase, since } in self.connections.values_mut() {
            let number = status.phase_number();
            if number != *phase {
                (*phase, *since) = (number, now);
            }
        }
    }
}

impl Entry {
    fn may_be_displaced(&self, now: Instant) -> bool {
        matches!(Phase::of(self.phase), Phase::First | Phase::Rest)
            && !self.status.is_ending()
            && now.saturating_duration_since(self.since) >= LEAST_REST
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.open.lock();
        state.connections.remove(&self.number);
        state.addresses.leave(self.peer);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::call::About;

    #[test]
    fn the_connection_that_has_rested_the_longest_makes_room() {
        let (open, start) = (Arc::new(Open::default()), Instant::now());
        let [one, two, three] =
            [(); 3].map(|()| Arc::new(Status::new(About::new(PeerAddr::Unknown, start, None))));
        let _places =
            [&one, &two, &three].map(|status| open.enter(Arc::clone(status), PeerAddr::Unknown));
        let at = |seconds| start + Duration::from_secs(seconds);
        for status in [&one, &two, &three] {
            status.begin(Phase::Rest);
        }
        assert!(!open.displace(at(1)), "none has rested for long");
        one.begin(Phase::Rest);
        three.begin(Phase::Busy);
        open.look(at(2));
        assert!(open.displace(at(3)));
        let ended = [&one, &two, &three].map(|status| status.ending());
        assert_eq!(ended, [None, Some(Ending::Displaced), None]);
        assert!(open.displace(at(3)) && !open.displace(at(100)));
        assert_eq!(one.ending(), Some(Ending::Displaced));
        assert_eq!(three.ending(), None);
    }
}
