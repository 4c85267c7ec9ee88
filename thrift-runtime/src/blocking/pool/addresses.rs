//! Where the servers of a pool are, now and later.

use std::{
    mem,
    net::{SocketAddr, ToSocketAddrs},
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    error::{Error, Result},
    transport::backoff::{Backoff, FOREVER},
};

pub(super) type Find = Box<dyn FnMut() -> Result<Vec<SocketAddr>> + Send>;

/// Addresses, which are looked for again from time to time.
pub(super) struct Addresses {
    known: Vec<SocketAddr>,
    find: Looking,
    every: Duration,
    /// When they are looked for again.
    next: Option<Instant>,
    backoff: Backoff,
    /// Why they were not found.
    failure: Option<Arc<Error>>,
}

enum Looking {
    /// They do not change.
    Never,
    /// Some thread does.
    Now,
    Later(Find),
}

impl Addresses {
    pub(super) fn of_names(names: Vec<String>, every: Duration) -> Self {
        // Addresses that are numbers do not wait for a resolver.
        let known: Vec<_> = names.iter().filter_map(|name| name.parse().ok()).collect();
        let find = match known.len() == names.len() {
            true => Looking::Never,
            false => Looking::Later(resolving(names)),
        };
        Addresses::new(known, find, every)
    }

    pub(super) fn found(find: Find, every: Duration) -> Self {
        Addresses::new(Vec::new(), Looking::Later(find), every)
    }

    fn new(known: Vec<SocketAddr>, find: Looking, every: Duration) -> Self {
        let backoff = Backoff::default();
        let every = every.clamp(Duration::from_millis(1), FOREVER);
        let mut addresses =
            Addresses { known: Vec::new(), find, every, next: None, backoff, failure: None };
        addresses.know(known);
        addresses
    }

    pub(super) fn known(&self) -> &[SocketAddr] {
        &self.known
    }

    pub(super) fn failure(&self) -> Option<&Arc<Error>> {
        self.failure.as_ref()
    }

    /// When they are to be looked for.
    pub(super) fn next(&self) -> Option<Instant> {
        self.next.filter(|_| matches!(self.find, Looking::Later(_)))
    }

    /// How they are found, if it is time for that. It is [given back](Addresses::note).
    pub(super) fn look(&mut self, now: Instant) -> Option<Find> {
        if self.next.is_some_and(|next| next > now) {
            return None;
        }
        match mem::replace(&mut self.find, Looking::Now) {
            Looking::Later(find) => Some(find),
            other => {
                self.find = other;
                None
            }
        }
    }

    /// Notes what was found, if anything.
    pub(super) fn note(&mut self, find: Find, found: Result<Vec<SocketAddr>>, now: Instant) {
        self.find = Looking::Later(find);
        match found {
            Ok(found) => {
                self.know(found);
                self.backoff.succeed();
                (self.failure, self.next) = (None, now.checked_add(self.every));
            }
            Err(error) => {
                let pause = match self.known.is_empty() {
                    true => self.backoff.fail(),
                    false => self.every,
                };
                (self.failure, self.next) = (Some(Arc::new(error)), now.checked_add(pause));
            }
        }
    }

    fn know(&mut self, mut known: Vec<SocketAddr>) {
        known.sort();
        known.dedup();
        self.known = known;
    }
}

/// Resolves names. One that cannot be resolved keeps its addresses.
fn resolving(names: Vec<String>) -> Find {
    let mut names: Vec<_> = names.into_iter().map(|name| (name, Vec::new())).collect();
    Box::new(move || {
        let mut failure = None;
        for (name, known) in &mut names {
            match name.to_socket_addrs() {
                Ok(addresses) => *known = addresses.collect(),
                Err(error) => {
                    failure = Some(Error::io(format!("{name} cannot be resolved"), error));
                }
            }
        }
        let all: Vec<_> = names.iter().flat_map(|(_, known)| known).copied().collect();
        match failure {
            Some(failure) if all.is_empty() => Err(failure),
            _ => Ok(all),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_stays_when_nothing_is() {
        let (every, now) = (Duration::from_secs(30), Instant::now());
        let address = SocketAddr::from(([1, 1, 1, 1], 1));
        let mut addresses = Addresses::found(Box::new(|| Ok(vec![])), every);
        let find = addresses.look(now).unwrap();
        assert!(addresses.look(now).is_none() && addresses.next().is_none());
        let failure = || Error::new(crate::ErrorKind::Io, "nowhere");
        addresses.note(find, Err(failure()), now);
        assert!(addresses.next().is_some_and(|next| next - now < every));
        let find = addresses.look(now + every).unwrap();
        addresses.note(find, Ok(vec![address, address]), now);
        assert_eq!((addresses.known(), addresses.next()), (&[address][..], Some(now + every)));
        let find = addresses.look(now + every).unwrap();
        addresses.note(find, Err(failure()), now);
        assert_eq!((addresses.known(), addresses.next()), (&[address][..], Some(now + every)));
        assert!(addresses.failure().is_some());
    }

    #[test]
    fn however_long_or_short_the_period_is_they_are_not_looked_for_without_end() {
        for every in [Duration::ZERO, Duration::MAX] {
            let now = Instant::now();
            let mut addresses = Addresses::found(Box::new(|| Ok(vec![])), every);
            let find = addresses.look(now).unwrap();
            addresses.note(find, Ok(vec![SocketAddr::from(([1, 1, 1, 1], 1))]), now);
            assert!(addresses.look(now).is_none(), "{every:?}");
        }
    }

    #[test]
    fn names_are_resolved_and_addresses_are_not() {
        let every = Duration::from_secs(30);
        let mut fixed = Addresses::of_names(vec!["1.1.1.1:1".into(), "[::1]:2".into()], every);
        assert_eq!(fixed.known().len(), 2);
        assert!(fixed.look(Instant::now()).is_none() && fixed.next().is_none());
        let mut named = Addresses::of_names(vec!["localhost:1".into(), "no port".into()], every);
        let found = named.look(Instant::now()).unwrap()().unwrap();
        assert!(!found.is_empty() && found.iter().all(|address| address.ip().is_loopback()));
        let both = Addresses::of_names(vec!["1.1.1.1:1".into(), "localhost:1".into()], every);
        assert_eq!(both.known(), ["1.1.1.1:1".parse().unwrap()]);
        let error = resolving(vec!["no port".into()])().unwrap_err();
        assert!(error.to_string().starts_with("no port cannot be resolved: "), "{error}");
    }
}
