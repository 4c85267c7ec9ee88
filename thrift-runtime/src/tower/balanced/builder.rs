//! The settings of a balanced channel.

use std::{fmt, hash::Hash, net::SocketAddr, ops::RangeInclusive, time::Duration};

use tower::{BoxError, ServiceBuilder, balance::p2c::Balance, buffer::Buffer, discover::Discover};
use tower_service::Service;

use super::{
    Balanced, Connect, discovery::Endpoints, endpoint::Maker, failure::LastFailure, keyed::Keyed,
    members::Members, resolved::Resolved,
};
use crate::{
    call::{BoxChannel, CallSettings, Response},
    layers::{OwnedRequest, RetryPolicy, ServiceChannel},
    protocol::{BinaryProtocol, Protocol},
};

/// How many calls may be on their way to the balance.
const QUEUE: usize = 1_024;

// The defaults.
const CONNECTIONS: usize = 4;
const RESOLVE_EVERY: Duration = Duration::from_secs(30);
const ATTEMPTS: u32 = 3;

/// The settings of a [`Balanced`] channel.
#[derive(Clone)]
#[must_use = "a builder does nothing until `to` or `discover` is called"]
pub struct BalancedBuilder<P: Protocol = BinaryProtocol> {
    protocol: P,
    connect: Connect<P>,
    connections: usize,
    backoff: Option<RangeInclusive<Duration>>,
    resolve_every: Duration,
    retry: RetryPolicy,
    by_key: bool,
}

impl<P: Protocol> BalancedBuilder<P> {
    pub(super) fn new(protocol: P, connect: Connect<P>) -> Self {
        BalancedBuilder {
            protocol,
            connect,
            connections: CONNECTIONS,
            backoff: None,
            resolve_every: RESOLVE_EVERY,
            retry: RetryPolicy::new(ATTEMPTS),
            by_key: false,
        }
    }

    /// Sets how many connections there are to each address at most, 4 by default: one at first, and
    /// another when all have calls in flight. A server that answers one call of a connection at a time,
    /// as most do, then has at most so many calls of this channel in progress.
    pub fn connections(mut self, count: usize) -> Self {
        self.connections = count.max(1);
        self
    }

    /// Sets the pauses between attempts to make a connection; see
    /// [`Reconnecting::backoff`](crate::Reconnecting::backoff).
    pub fn backoff(mut self, pauses: RangeInclusive<Duration>) -> Self {
        self.backoff = Some(pauses);
        self
    }

    /// Sets how often names are resolved again, 30 seconds by default.
    pub fn resolve_every(mut self, period: Duration) -> Self {
        self.resolve_every = period;
        self
    }

    /// Sets which calls are repeated, and how often.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Has calls with the same [key](crate::layers::HashKey) go to the same server, by consistent hashing:
    /// for servers that keep something for a key, such as a cache. When a server comes or goes, only its own
    /// keys move. While a server has no connection, others take its keys.
    ///
    /// Calls without a key go to the less busy of two servers.
    ///
    /// ```
    /// # use thrift_runtime::{BinaryProtocol, Client};
    /// use thrift_runtime::layers::{Balanced, BalancedBuilder, HashKey};
    ///
    /// fn settings() -> BalancedBuilder {
    ///     let connect = |address| Client::builder().framed().connect(address);
    ///     Balanced::builder(BinaryProtocol::STRICT, connect).by_key()
    /// }
    ///
    /// fn of_user(channel: &Balanced, user: &str) -> Balanced {
    ///     channel.with_key(HashKey::of(user))
    ///     // UsersClient::new(...)
    /// }
    /// ```
    pub fn by_key(mut self) -> Self {
        self.by_key = true;
        self
    }

    /// The channel to all addresses that these resolve to, each a name or an IP address with a port.
    /// While there are calls, names are resolved again. A name that cannot be resolved keeps its
    /// addresses.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    pub fn to(self, addresses: impl IntoIterator<Item = impl Into<String>>) -> Balanced<P> {
        let failure = LastFailure::default();
        let names = addresses.into_iter().map(Into::into).collect();
        let resolved = Resolved::new(names, self.resolve_every, failure.clone());
        self.discover_with(resolved, failure)
    }

    /// The channel to the addresses that are discovered. If `discover` ends, fails or panics, the
    /// addresses that it found before stay. A server that is found once more at the same address
    /// keeps its connections.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    pub fn discover<D>(self, discover: D) -> Balanced<P>
    where
        D: Discover<Service = SocketAddr, Key: Hash + Clone + Send, Error: Into<BoxError>>
            + Unpin
            + Send
            + 'static,
    {
        self.discover_with(discover, LastFailure::default())
    }

    fn discover_with<D>(self, discover: D, failure: LastFailure) -> Balanced<P>
    where
        D: Discover<Service = SocketAddr, Key: Hash + Clone + Send, Error: Into<BoxError>>
            + Unpin
            + Send
            + 'static,
    {
        let BalancedBuilder { protocol, connect, connections, backoff, retry, by_key, .. } = self;
        let members = Members::new();
        let (theirs, known) = (failure.clone(), members.clone());
        let maker = Maker { connect, connections, backoff, failure: theirs, members: known };
        let endpoints = Endpoints::new(discover, maker);
        let channel = match by_key {
            false => channel(Balance::new(endpoints), retry, protocol),
            true => channel(Keyed::new(endpoints), retry, protocol),
        };
        Balanced { channel, failure, members, settings: CallSettings::default(), key: None }
    }
}

/// The channel to a service that chooses among servers.
fn channel<P, S>(service: S, retry: RetryPolicy, protocol: P) -> BoxChannel<P>
where
    P: Protocol,
    S: Service<
            OwnedRequest,
            Response = Response<P>,
            Error: Into<BoxError> + Send + Sync,
            Future: Send,
        > + Send
        + 'static,
{
    let service = ServiceBuilder::new().retry(retry).service(Buffer::new(service, QUEUE));
    BoxChannel::new(ServiceChannel::new(service, protocol))
}

impl<P: Protocol> fmt::Debug for BalancedBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BalancedBuilder")
            .field("protocol", &self.protocol)
            .field("connections", &self.connections)
            .field("resolve_every", &self.resolve_every)
            .field("retry", &self.retry)
            .field("by_key", &self.by_key)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guide::rows::{check, time};

    #[test]
    fn the_guide_names_every_setting_with_its_default() {
        let rows = [
            ("connections", CONNECTIONS.to_string()),
            ("resolve_every", time(Some(RESOLVE_EVERY))),
            ("retry", ATTEMPTS.to_string()),
        ];
        check("Clients", rows);
    }
}
