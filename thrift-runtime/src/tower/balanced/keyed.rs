//! Calls with the same key, to the same server.

use std::{
    collections::HashMap,
    future::{self, Future},
    hash::{BuildHasher, Hash, RandomState},
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use tokio::time::{Instant, timeout_at};
use tower::{
    BoxError,
    discover::{Change, Discover},
    load::Load,
};
use tower_service::Service;

use super::{
    discovery::Endpoints,
    endpoint::{Endpoint, lost},
    ring::Ring,
};
use crate::{
    call::Response,
    error::{Error, Result},
    layers::{HashKey, OwnedRequest, channel_service::send},
    protocol::Protocol,
};

/// For so long, calls wait for the first connection to a new server whose keys they have.
const SETTLE: Duration = Duration::from_secs(1);

/// Servers that calls go to by their keys. Those without one go to the less busy of two.
pub(super) struct Keyed<D: Discover, P: Protocol> {
    discover: Endpoints<D, P>,
    servers: HashMap<D::Key, Endpoint<P>>,
    ring: Ring<D::Key>,
    /// The end of the wait for servers that have just come, whose keys are not for others.
    settled: Option<Instant>,
    random: RandomState,
    calls: u64,
}

impl<D, P> Keyed<D, P>
where
    D: Discover<Service = SocketAddr, Key: Hash + Clone, Error: Into<BoxError>> + Unpin,
    P: Protocol,
{
    pub(super) fn new(discover: Endpoints<D, P>) -> Self {
        Keyed {
            discover,
            servers: HashMap::new(),
            ring: Ring::new(),
            settled: None,
            random: RandomState::new(),
            calls: 0,
        }
    }

    fn note_changes(&mut self, cx: &mut Context<'_>) {
        while let Poll::Ready(Some(Ok(change))) = Pin::new(&mut self.discover).poll_next(cx) {
            let (Change::Insert(key, _) | Change::Remove(key)) = &change;
            self.ring.remove(key);
            match change {
                Change::Insert(key, endpoint) => {
                    self.ring.add(&key, endpoint.address());
                    self.servers.insert(key, endpoint);
                    // If there is a wait for other servers already, do not prolong it: servers may
                    // keep coming.
                    self.settled.get_or_insert_with(|| Instant::now() + SETTLE);
                }
                Change::Remove(key) => drop(self.servers.remove(&key)),
            }
        }
    }

    /// The server whose keys begin at or before a place, and until when it is waited for, if it has
    /// just come and is not connected yet.
    fn awaited(&mut self, place: u64) -> Option<(&Endpoint<P>, Instant)> {
        let until = self.settled?;
        if until <= Instant::now() || !self.servers.values().any(Endpoint::is_new) {
            self.settled = None;
            return None;
        }
        let server = self.servers.get(self.ring.from(place).next()?)?;
        (server.is_new() && !server.is_open()).then_some((server, until))
    }

    /// The first server at or after a place that has a connection.
    fn at(&self, place: u64) -> Option<&D::Key> {
        self.ring.from(place).find(|key| self.servers.get(*key).is_some_and(Endpoint::is_open))
    }

    /// The less busy of two servers at random.
    fn any(&mut self) -> Option<&D::Key> {
        self.calls = self.calls.wrapping_add(2);
        let [one, other] = [self.calls, self.calls | 1].map(|seed| self.random.hash_one(seed));
        let busy = |key: &&D::Key| self.servers.get(*key).map_or(f64::INFINITY, Load::load);
        let two = [self.at(one), self.at(other)].into_iter().flatten();
        two.min_by(|one, other| busy(one).total_cmp(&busy(other)))
    }
}

impl<D, P> Service<OwnedRequest> for Keyed<D, P>
where
    D: Discover<Service = SocketAddr, Key: Hash + Clone, Error: Into<BoxError>> + Unpin,
    P: Protocol,
{
    type Response = Response<P>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<P>>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.note_changes(cx);
        let mut ready = false;
        for server in self.servers.values_mut() {
            ready |= server.poll_ready(cx).is_ready();
        }
        if ready { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    fn call(&mut self, request: OwnedRequest) -> Self::Future {
        let place = request.extensions().get().map(|key| HashKey::place(*key));
        let key = match place {
            Some(place) => self.at(place),
            None => self.any(),
        };
        let key = key.cloned();
        if let Some(place) = place
            && let Some((server, until)) = self.awaited(place)
            && let Some(channel) = server.first()
        {
            let other = key.and_then(|key| self.servers.get(&key)?.client().cloned());
            return Box::pin(async move {
                match timeout_at(until, channel.client()).await {
                    Ok(Ok(client)) => send(client, request).await,
                    // The server is lost, and its keys go to the next one on the ring.
                    _ => send(other.ok_or_else(lost)?, request).await,
                }
            });
        }
        match key.and_then(|key| self.servers.get_mut(&key)) {
            Some(server) => server.call(request),
            None => Box::pin(future::ready(Err(lost()))),
        }
    }
}
