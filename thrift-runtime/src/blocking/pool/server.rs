//! One server of a pool: the connections to it.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    blocking::BlockingClient,
    error::{Error, ErrorKind},
    protocol::Protocol,
    transport::{
        addresses::STAGGER,
        backoff::Backoff,
        usual::{Ended, Usual},
    },
};

/// A connection that ends so soon was not idle for too long.
const SOON: Duration = Duration::from_secs(1);

pub(super) struct Server<P: Protocol> {
    pub(super) address: SocketAddr,
    /// The connections that no call has, the last used at the end.
    idle: Vec<Idle<P>>,
    /// How many have a call.
    busy: usize,
    /// When the attempts to connect began that are in progress.
    attempts: Vec<Instant>,
    usual: Usual,
    backoff: Backoff,
    /// When it may be tried again after a failure.
    next: Option<Instant>,
    /// Why there is no connection, since no call was answered.
    failure: Option<Arc<Error>>,
}

struct Idle<P: Protocol> {
    client: BlockingClient<P>,
    since: Instant,
}

impl<P: Protocol> Server<P> {
    pub(super) fn new(address: SocketAddr, backoff: Backoff) -> Self {
        Server {
            address,
            idle: Vec::new(),
            busy: 0,
            attempts: Vec::new(),
            usual: Usual::default(),
            backoff,
            next: None,
            failure: None,
        }
    }

    pub(super) fn failure(&self) -> Option<&Arc<Error>> {
        self.failure.as_ref()
    }

    /// How long a call would wait that comes now.
    pub(super) fn wait(&self, now: Instant) -> f64 {
        self.usual.wait(now, self.busy + self.attempts.len())
    }

    pub(super) fn is_ejected(&self, now: Instant) -> bool {
        self.next.is_some_and(|next| next > now)
    }

    /// Whether there is a connection, in use or not.
    pub(super) fn is_open(&self) -> bool {
        self.busy > 0 || self.has_idle()
    }

    pub(super) fn has_idle(&self) -> bool {
        !self.idle.is_empty()
    }

    /// Whether there may be another connection. After a failure, one is tried at a time.
    pub(super) fn has_room(&self, most: usize) -> bool {
        let open = self.idle.len() + self.busy;
        match self.failure {
            Some(_) => self.attempts.is_empty() && open < most,
            None => open + self.attempts.len() < most,
        }
    }

    /// When something may have changed though nobody tells.
    pub(super) fn next(&self, now: Instant) -> Option<Instant> {
        let ends = self.attempts.iter().map(|begun| *begun + STAGGER);
        ends.chain(self.next).filter(|at| *at > now).min()
    }

    /// How many attempts to connect may well succeed at any moment.
    pub(super) fn fresh_attempts(&self, now: Instant) -> usize {
        self.attempts.iter().filter(|begun| now - **begun < STAGGER).count()
    }

    /// A connection for a call, if one is idle.
    pub(super) fn take(&mut self, now: Instant) -> Option<BlockingClient<P>> {
        while let Some(Idle { client, since }) = self.idle.pop() {
            if !client.has_ended() {
                self.busy += 1;
                return Some(client);
            }
            // A server may close idle connections.
            if now - since < SOON {
                self.lose(&client, now);
            }
        }
        None
    }

    /// Takes back a connection whose call has ended.
    pub(super) fn give_back(
        &mut self,
        client: BlockingClient<P>,
        begun: Instant,
        now: Instant,
        ended: Ended,
    ) {
        self.busy = self.busy.saturating_sub(1);
        self.usual.note(begun, now, ended);
        if matches!(ended, Ended::Answered | Ended::Failed) {
            self.backoff.succeed();
            (self.next, self.failure) = (None, None);
        }
        match client.is_closed() {
            true => self.lose(&client, now),
            false => self.idle.push(Idle { client, since: now }),
        }
    }

    /// Notes that an attempt to connect begins.
    pub(super) fn begin(&mut self, now: Instant) {
        self.attempts.push(now);
    }

    /// Notes what became of an attempt that began at some time.
    pub(super) fn connected(
        &mut self,
        begun: Instant,
        connected: Result<BlockingClient<P>, Error>,
        now: Instant,
    ) {
        if let Some(at) = self.attempts.iter().position(|other| *other == begun) {
            self.attempts.swap_remove(at);
        }
        match connected {
            Ok(client) if !client.is_closed() => {
                if !self.idle.iter().any(|idle| !idle.client.is_closed()) && self.busy == 0 {
                    // The server may be another one now.
                    self.usual = Usual::default();
                }
                self.idle.push(Idle { client, since: now });
            }
            Ok(client) => self.lose(&client, now),
            Err(error) => self.fail(error, now),
        }
    }

    /// Closes what has been idle since some time or before. Tells since when the next has been.
    pub(super) fn close_idle(&mut self, now: Instant, timeout: Duration) -> Option<Instant> {
        self.idle.retain(|idle| now - idle.since < timeout);
        self.idle.first().map(|idle| idle.since)
    }

    /// Notes that a connection was lost.
    fn lose(&mut self, client: &BlockingClient<P>, now: Instant) {
        if !client.has_answered() {
            let text = "the last connection was lost before a reply came";
            self.fail(Error::new(ErrorKind::Closed, text), now);
        }
    }

    fn fail(&mut self, error: Error, now: Instant) {
        self.idle.retain(|idle| !idle.client.has_ended());
        self.next = now.checked_add(self.backoff.fail());
        self.failure = Some(Arc::new(error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BinaryProtocol;

    #[test]
    fn a_pause_without_an_end_ejects_a_server() {
        let (address, now) = (([1, 1, 1, 1], 1).into(), Instant::now());
        let backoff = Backoff::new(Duration::MAX..=Duration::MAX);
        let mut server = Server::<BinaryProtocol>::new(address, backoff);
        server.begin(now);
        server.connected(now, Err(Error::new(ErrorKind::Io, "nobody is there")), now);
        assert!(server.is_ejected(now));
    }
}
