//! A channel over several connections, to one address or several.

mod busy;
mod discovery;
mod endpoint;
mod resolved;

use std::{
    fmt,
    future::Future,
    net::SocketAddr,
    ops::RangeInclusive,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tower::{BoxError, ServiceBuilder, balance::p2c::Balance, buffer::Buffer, discover::Discover};

use self::{discovery::Endpoints, endpoint::Maker, resolved::Resolved};
use super::{RetryPolicy, ServiceChannel};
use crate::{
    call::{BoxChannel, CallSettings, Channel, Request, Response, call_settings},
    client::Client,
    error::{Delivery, Error, ErrorKind, Result},
    protocol::{BinaryProtocol, Protocol},
};

/// How many calls may be on their way to the balance.
const QUEUE: usize = 1_024;

// The defaults.
const CONNECTIONS: usize = 4;
const RESOLVE_EVERY: Duration = Duration::from_secs(30);
const ATTEMPTS: u32 = 3;

/// A channel over several servers, with several connections to each: a call goes to the less busy of two
/// servers, picked at random, and there over the connection with the fewest calls in flight.
///
/// ```no_run
/// # async fn run() -> thrift_runtime::Result<()> {
/// use thrift_runtime::{BinaryProtocol, Client, layers::Balanced};
///
/// let channel = Balanced::builder(BinaryProtocol::STRICT, |address| {
///     Client::builder().framed().connect(address)
/// })
/// .connections(2)
/// .to(["users-1.example.com:9090", "users-2.example.com:9090"]);
/// // let users = UsersClient::new(channel);
/// # Ok(())
/// # }
/// ```
///
/// How busy a server is says the number of its calls in flight, times how long its calls take of late; one
/// that refuses calls counts as slow. So a slow one gets few calls, and is tried again after some seconds.
///
/// Connections are made when there are calls. One that is lost gets none until it was made again, with
/// the pauses of a [`Reconnecting`](crate::Reconnecting), and neither does a server that has none. A call
/// for which there is no connection at all waits, as long as it may take, for the first that is made. It
/// is repeated as a [`RetryPolicy`] says: by default, at most three
/// attempts are made.
///
/// # Errors
///
/// Like those of a [`ServiceChannel`]. If no connection was made in time, the error is of kind
/// [`ConnectTimeout`](ErrorKind::ConnectTimeout) and says why the last attempt failed.
pub struct Balanced<P: Protocol = BinaryProtocol> {
    channel: BoxChannel<P>,
    failure: LastFailure,
    settings: CallSettings,
}

type Connecting<P> = Pin<Box<dyn Future<Output = Result<Client<P>>> + Send>>;
type Connect<P> = Arc<dyn Fn(SocketAddr) -> Connecting<P> + Send + Sync>;

/// The settings of a [`Balanced`] channel.
#[derive(Clone)]
#[must_use = "a builder does nothing until it has addresses"]
pub struct BalancedBuilder<P: Protocol = BinaryProtocol> {
    protocol: P,
    connect: Connect<P>,
    connections: usize,
    backoff: Option<RangeInclusive<Duration>>,
    resolve_every: Duration,
    retry: RetryPolicy,
}

impl<P: Protocol> Balanced<P> {
    /// The settings of a channel that calls `connect` for each connection, in the protocol of those.
    pub fn builder<F>(
        protocol: P,
        connect: impl Fn(SocketAddr) -> F + Send + Sync + 'static,
    ) -> BalancedBuilder<P>
    where
        F: Future<Output = Result<Client<P>>> + Send + 'static,
    {
        BalancedBuilder {
            protocol,
            connect: Arc::new(move |address| Box::pin(connect(address)) as Connecting<P>),
            connections: CONNECTIONS,
            backoff: None,
            resolve_every: RESOLVE_EVERY,
            retry: RetryPolicy::new(ATTEMPTS),
        }
    }
}

impl<P: Protocol> BalancedBuilder<P> {
    /// Sets how many connections there are to each address, 4 by default. A server that answers one call
    /// of a connection at a time, as most do, has so many in progress.
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

    /// The channel to the addresses that are discovered. If `discover` ends, or fails, those stay that
    /// it has found.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    pub fn discover<D>(self, discover: D) -> Balanced<P>
    where
        D: Discover<
                Service = SocketAddr,
                Key: std::hash::Hash + Clone + Send,
                Error: Into<BoxError>,
            > + Unpin
            + Send
            + 'static,
    {
        self.discover_with(discover, LastFailure::default())
    }

    fn discover_with<D>(self, discover: D, failure: LastFailure) -> Balanced<P>
    where
        D: Discover<
                Service = SocketAddr,
                Key: std::hash::Hash + Clone + Send,
                Error: Into<BoxError>,
            > + Unpin
            + Send
            + 'static,
    {
        let BalancedBuilder { protocol, connect, connections, backoff, retry, .. } = self;
        let maker = Maker { connect, connections, backoff, failure: failure.clone() };
        let balance = Balance::new(Endpoints::new(discover, maker));
        let service = ServiceBuilder::new().retry(retry).service(Buffer::new(balance, QUEUE));
        let channel = BoxChannel::new(ServiceChannel::new(service, protocol));
        Balanced { channel, failure, settings: CallSettings::default() }
    }
}

call_settings!(Balanced);

impl<P: Protocol> Channel for Balanced<P> {
    type Protocol = P;

    async fn send(&self, mut request: Request<'_, P>) -> Result<Response<P>> {
        self.settings.add_to(&mut request);
        self.channel.send(request).await.map_err(|error| self.failure.explain(error))
    }
}

/// Why no connection could be made lately.
#[derive(Debug, Clone, Default)]
struct LastFailure(Arc<Mutex<Option<Arc<Error>>>>);

impl LastFailure {
    fn set(&self, error: Option<Error>) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = error.map(Arc::new);
    }

    /// Adds why there was no connection to the error of a call that waited for one.
    #[cold]
    fn explain(&self, error: Error) -> Error {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match (error.kind(), error.delivery(), last) {
            (ErrorKind::Timeout, Delivery::NotSent, Some(last)) => {
                let text = error.to_string();
                Error::with_source(ErrorKind::ConnectTimeout, text, last).not_sent()
            }
            _ => error,
        }
    }
}

impl<P: Protocol> Clone for Balanced<P> {
    fn clone(&self) -> Self {
        let Balanced { channel, failure, settings } = self;
        Balanced { channel: channel.clone(), failure: failure.clone(), settings: settings.clone() }
    }
}

impl<P: Protocol> fmt::Debug for Balanced<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Balanced").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl<P: Protocol> fmt::Debug for BalancedBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BalancedBuilder")
            .field("protocol", &self.protocol)
            .field("connections", &self.connections)
            .field("resolve_every", &self.resolve_every)
            .field("retry", &self.retry)
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
