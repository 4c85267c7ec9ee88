//! A channel over several connections, to one address or several.

mod builder;
mod busy;
mod discovery;
mod endpoint;
mod failure;
mod keyed;
mod members;
mod resolved;
mod ring;

use std::{fmt, future::Future, net::SocketAddr, pin::Pin, sync::Arc};

pub use self::builder::BalancedBuilder;
use self::{
    failure::LastFailure,
    members::{Members, closed},
};
use super::HashKey;
use crate::{
    call::{BoxChannel, CallSettings, Channel, Request, Response, call_settings},
    client::Client,
    error::Result,
    protocol::{BinaryProtocol, Protocol},
};

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
/// How busy a server is follows from the number of its calls in flight, and how long its calls took
/// lately; one that refuses calls, or fails with internal errors, counts as slow. So a slow one
/// gets few calls, and is tried again after some seconds.
///
/// Connections are made when there are calls. A connection that is lost gets no calls until it has been
/// made again, with the pauses of a [`Reconnecting`](crate::Reconnecting), and a server without
/// connections gets none either. While there is no connection at all, calls wait, for as long as they may
/// take, until the first is made. Calls are repeated as a [`RetryPolicy`](super::RetryPolicy) says: by
/// default, at most three attempts are made.
///
/// # Errors
///
/// Like those of a [`ServiceChannel`](super::ServiceChannel). If no connection was made in time, the error
/// is of kind [`ConnectTimeout`](crate::ErrorKind::ConnectTimeout) and says why the last attempt failed.
pub struct Balanced<P: Protocol = BinaryProtocol> {
    channel: BoxChannel<P>,
    failure: LastFailure,
    members: Members<P>,
    settings: CallSettings,
    key: Option<HashKey>,
}

type Connecting<P> = Pin<Box<dyn Future<Output = Result<Client<P>>> + Send>>;
type Connect<P> = Arc<dyn Fn(SocketAddr) -> Connecting<P> + Send + Sync>;

impl<P: Protocol> Balanced<P> {
    /// The settings of a channel that calls `connect` for each connection, in the protocol of those. If it
    /// panics, that is a failure to connect.
    pub fn builder<F>(
        protocol: P,
        connect: impl Fn(SocketAddr) -> F + Send + Sync + 'static,
    ) -> BalancedBuilder<P>
    where
        F: Future<Output = Result<Client<P>>> + Send + 'static,
    {
        let connect = move |address| Box::pin(connect(address)) as Connecting<P>;
        BalancedBuilder::new(protocol, Arc::new(connect))
    }

    /// A channel over the same connections whose calls have a [key](HashKey), unless they bring one: for a
    /// channel that was told to go [by keys](BalancedBuilder::by_key).
    #[must_use = "this returns a new channel and does not change this one"]
    pub fn with_key(&self, key: HashKey) -> Self {
        Balanced { key: Some(key), ..self.clone() }
    }

    /// Does nothing: the bytes of a oneway call that has returned were already handed to the
    /// operating system. All clients have this method.
    ///
    /// # Errors
    ///
    /// None.
    pub async fn flush(&self) -> Result<()> {
        Ok(())
    }

    /// Closes the connections for all clones, as [`Client::close`] does, and makes no others: calls in
    /// progress fail, and so does every further one. It must be called in a tokio runtime.
    ///
    /// # Errors
    ///
    /// If a peer does not take what is left.
    pub async fn close(&self) -> Result<()> {
        self.members.close().await
    }
}

call_settings!(Balanced);

impl<P: Protocol> Channel for Balanced<P> {
    type Protocol = P;

    async fn send(&self, mut request: Request<'_, P>) -> Result<Response<P>> {
        self.settings.add_to(&mut request);
        if let Some(key) = self.key
            && request.extensions().get::<HashKey>().is_none()
        {
            request.extensions_mut().insert(key);
        }
        let mut closing = self.members.closed();
        if *closing.borrow() {
            return Err(closed().not_sent());
        }
        tokio::select! {
            biased;
            sent = self.channel.send(request) => sent.map_err(|error| self.failure.explain(error)),
            _ = closing.wait_for(|closed| *closed) => Err(closed()),
        }
    }
}

impl<P: Protocol> Clone for Balanced<P> {
    fn clone(&self) -> Self {
        Balanced {
            channel: self.channel.clone(),
            failure: self.failure.clone(),
            members: self.members.clone(),
            settings: self.settings.clone(),
            key: self.key,
        }
    }
}

impl<P: Protocol> fmt::Debug for Balanced<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Balanced")
            .field("settings", &self.settings)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
