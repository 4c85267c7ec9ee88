//! A blocking channel over several connections, to one address or several.

mod addresses;
mod attempts;
mod builder;
mod lease;
mod server;
mod servers;
mod shared;

use std::{
    fmt,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

pub use self::builder::BlockingPoolBuilder;
use self::{attempts::Attempts, shared::Shared};
use super::{BlockingChannel, BlockingClient};
use crate::{
    call::{CallSettings, Request, Response, call_settings, ended},
    error::Result,
    protocol::{BinaryProtocol, Protocol},
};

/// A blocking channel for many threads over several connections, to one server or several: a call goes to
/// the least busy server, over a connection that no other call has meanwhile.
///
/// ```no_run
/// use thrift_runtime::{BlockingClient, BlockingPool};
///
/// let channel =
///     BlockingPool::builder(|address| BlockingClient::builder().framed().connect(address))
///         .connections(8)
///         .to(["users-1.example.com:9090", "users-2.example.com:9090"]);
/// // let users = UsersBlockingClient::new(channel.clone());
/// ```
///
/// How busy a server is follows from the number of its calls in progress, and how long its calls
/// took lately; one that refuses calls, or fails with internal errors, counts as slow.
///
/// Connections are made when calls need them, up to a number for each server, and closed when they have
/// been idle for a minute. A call that finds all in use waits, as long as it may take. A server gets no
/// calls while no connection to it can be made, or while connections to it end before any reply. The pool
/// tries again after longer and longer pauses; if there is no other server, calls wait until an attempt
/// succeeds.
///
/// A call that fails on the way is made again, elsewhere if there are others, if it was never sent, if the
/// server has refused it because it is [overloaded](crate::ApplicationErrorKind::OVERLOADED), or if it is
/// [idempotent](Request::is_idempotent): by default, there are three attempts at most. How many calls are
/// made again is bounded, too, by how many succeed.
///
/// # Errors
///
/// A call fails as with a [`BlockingClient`]; [`Error::delivery`](crate::Error::delivery) is about all of its
/// attempts. If no connection was free in time, its error is of kind [`Timeout`](crate::ErrorKind::Timeout);
/// if none could be made, it is of kind [`ConnectTimeout`](crate::ErrorKind::ConnectTimeout), and says why.
pub struct BlockingPool<P: Protocol = BinaryProtocol> {
    shared: Arc<Shared<P>>,
    settings: CallSettings,
}

impl<P: Protocol> BlockingPool<P> {
    /// The settings of a pool that calls `connect` for each connection.
    pub fn builder(
        connect: impl Fn(SocketAddr) -> Result<BlockingClient<P>> + Send + Sync + 'static,
    ) -> BlockingPoolBuilder<P> {
        BlockingPoolBuilder::new(Arc::new(connect))
    }

    /// Does nothing: the bytes of a call that has returned were already handed to the operating
    /// system. All clients have this method.
    ///
    /// # Errors
    ///
    /// None.
    pub fn flush(&self) -> Result<()> {
        Ok(())
    }

    /// Closes the connections, those in use when their calls have ended, and makes no others: every
    /// further call fails.
    ///
    /// # Errors
    ///
    /// None.
    pub fn close(&self) -> Result<()> {
        self.shared.close();
        Ok(())
    }
}

call_settings!(BlockingPool);

impl<P: Protocol> BlockingChannel for BlockingPool<P> {
    type Protocol = P;

    fn send(&self, mut request: Request<'_, P>) -> Result<Response<P>> {
        self.settings.add_to(&mut request);
        let patience = request.patience(CallSettings::TIMEOUT);
        let end = patience.and_then(|patience| Instant::now().checked_add(patience));
        let mut attempts = Attempts::new(&self.shared.settings);
        loop {
            let taken = self.shared.take(end, patience);
            let mut lease = taken.map_err(|error| attempts.judge(error))?;
            if lease.has_waited {
                end.into_iter().for_each(|end| request.set_deadline(end));
            }
            let sent = match lease.client.try_send(&request) {
                Ok(Ok(response)) => Ok(response),
                // The connection has ended since it was taken.
                Ok(Err(_)) => continue,
                Err(error) => Err(error),
            };
            lease.ended = ended(&sent, request.is_oneway());
            drop(lease);
            match attempts.pause(&self.shared.budget, &request, &sent, end) {
                None => return sent.map_err(|error| attempts.judge(error)),
                Some(pause) => std::thread::sleep(pause),
            }
            end.into_iter().for_each(|end| request.set_deadline(end));
        }
    }
}

impl<P: Protocol> Clone for BlockingPool<P> {
    fn clone(&self) -> Self {
        let BlockingPool { shared, settings } = self;
        BlockingPool { shared: Arc::clone(shared), settings: settings.clone() }
    }
}

impl<P: Protocol> fmt::Debug for BlockingPool<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingPool")
            .field("addresses", &self.shared.addresses())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// How connections are made.
type Connect<P> = dyn Fn(SocketAddr) -> Result<BlockingClient<P>> + Send + Sync;

/// What a pool is told once.
#[derive(Debug, Clone)]
struct Settings {
    connections: usize,
    idle_timeout: Option<Duration>,
    resolve_every: Duration,
    attempts: u32,
    backoff: crate::transport::backoff::Backoff,
}
