//! The servers of a pool, and which of them a call goes to.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use super::server::Server;
use crate::{
    blocking::BlockingClient, error::Error, protocol::Protocol, transport::backoff::Backoff,
};

pub(super) struct Servers<P: Protocol> {
    servers: Vec<Server<P>>,
    /// Which is the first among equals.
    turn: usize,
}

/// What a call may do.
pub(super) struct Choice<P: Protocol> {
    /// Call over a connection to this address.
    pub(super) connection: Option<(BlockingClient<P>, SocketAddr)>,
    /// Have a connection made, anyhow.
    pub(super) connect: Option<SocketAddr>,
}

impl<P: Protocol> Servers<P> {
    pub(super) fn new() -> Self {
        Servers { servers: Vec::new(), turn: 0 }
    }

    /// Sees to it that there are servers at these addresses, and no others.
    pub(super) fn update(&mut self, addresses: &[SocketAddr], backoff: &Backoff) {
        self.servers.retain(|server| addresses.contains(&server.address));
        for address in addresses {
            if self.at(*address).is_none() {
                self.servers.push(Server::new(*address, backoff.clone()));
            }
        }
    }

    pub(super) fn clear(&mut self) {
        self.servers.clear();
    }

    pub(super) fn at(&mut self, address: SocketAddr) -> Option<&mut Server<P>> {
        self.servers.iter_mut().find(|server| server.address == address)
    }

    /// What a call may do while so many others wait: it goes to the least busy server, but does not wait
    /// for a connection to that one if there is another.
    pub(super) fn choose(&mut self, now: Instant, most: usize, waiting: usize) -> Choice<P> {
        self.turn = self.turn.wrapping_add(1);
        let mut choice = Choice { connection: None, connect: None };
        while let Some(server) =
            self.least_busy(now, |server| server.has_idle() || server.has_room(most))
        {
            if let Some(client) = server.take(now) {
                choice.connection = Some((client, server.address));
                return choice;
            }
            // Those that were idle may turn out to be lost.
            if !server.is_ejected(now) && server.has_room(most) {
                let address = server.address;
                choice.connect = (self.fresh_attempts(now) <= waiting).then_some(address);
                break;
            }
        }
        while let Some(server) = self.least_busy(now, Server::has_idle) {
            if let Some(client) = server.take(now) {
                choice.connection = Some((client, server.address));
                break;
            }
        }
        choice
    }

    fn least_busy(
        &mut self,
        now: Instant,
        fits: impl Fn(&Server<P>) -> bool,
    ) -> Option<&mut Server<P>> {
        let at = self.turn.checked_rem(self.servers.len())?;
        let (before, after) = self.servers.split_at_mut(at);
        let fitting =
            after.iter_mut().chain(before).filter(|one| !one.is_ejected(now) && fits(one));
        fitting.min_by(|one, other| one.wait(now).total_cmp(&other.wait(now)))
    }

    fn fresh_attempts(&self, now: Instant) -> usize {
        self.servers.iter().map(|server| server.fresh_attempts(now)).sum()
    }

    /// When something may have changed though nobody tells.
    pub(super) fn next(&self, now: Instant) -> Option<Instant> {
        self.servers.iter().filter_map(|server| server.next(now)).min()
    }

    /// Whether there is any connection.
    pub(super) fn are_open(&self) -> bool {
        self.servers.iter().any(Server::is_open)
    }

    /// Why a connection could not be made, if that is known.
    pub(super) fn failure(&self) -> Option<&Arc<Error>> {
        self.servers.iter().find_map(Server::failure)
    }

    /// Closes what has been idle for so long. Tells when the next will have been.
    pub(super) fn close_idle(&mut self, now: Instant, timeout: Duration) -> Option<Instant> {
        let since = self.servers.iter_mut().filter_map(|server| server.close_idle(now, timeout));
        since.min()?.checked_add(timeout)
    }
}
