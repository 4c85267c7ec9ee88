//! The client: calls from many tasks over one connection.

mod alarm;
mod builder;
mod calls;
mod driver;
#[cfg(feature = "header")]
mod enveloped;
mod errors;
#[cfg(feature = "http")]
mod http;
#[cfg(all(test, thrift_runtime_orders))]
mod orders;
mod oversized;
mod receive;
mod reconnecting;
#[cfg(feature = "sasl")]
mod sasl;
mod sending;
mod several;
mod shared;
mod silence;
mod sync;
mod waiting;

use std::{fmt, future::Future, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::ToSocketAddrs,
    time::Instant,
};

use self::shared::Shared;
use crate::{
    call::{CallSettings, Channel, Request, Response, call_settings},
    error::{Error, ErrorKind, Result},
    protocol::{BinaryProtocol, Protocol},
};

pub(crate) use self::alarm::in_time;
pub use self::builder::ClientBuilder;
#[cfg(feature = "http")]
pub use self::http::HttpClient;
pub use self::reconnecting::Reconnecting;

/// How long closing takes at most.
const LONGEST_CLOSE: Duration = Duration::from_secs(10);

/// A connection to a server, shared by its clones.
///
/// Many tasks may call at once, and each call gets its own reply. Dropping a call's future cancels
/// the call: its reply is discarded when it comes, and no other call is affected. A oneway call is
/// done when its bytes have been handed to the operating system. [`close`](Client::close) closes
/// the connection and waits for that; when the last clone is dropped, the connection is closed in
/// the background.
///
/// The generated `XxxClient` wraps it:
///
/// ```ignore
/// let client = CalculatorServiceClient::connect("127.0.0.1:9090").await?;
/// assert_eq!(client.add(5, 3).await?, 8);
/// ```
///
/// The defaults are the binary protocol, no frames, and a minute for each call. Anything else is
/// set on a [`ClientBuilder`]:
///
/// ```no_run
/// # async fn run() -> thrift_runtime::Result<()> {
/// use std::time::Duration;
/// use thrift_runtime::Client;
///
/// let client = Client::builder().framed().connect("127.0.0.1:9090").await?;
/// let patient = client.with_timeout(Duration::from_secs(600));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// A call fails with an error of kind
/// - [`Application`](crate::ErrorKind::Application) if the server answered with an application
///   exception;
/// - [`Timeout`](crate::ErrorKind::Timeout) if no reply came in time; the connection stays open;
/// - one of those that [`is_decode`](crate::Error::is_decode) names if the reply could not be read,
///   or [`Unwritable`](crate::ErrorKind::Unwritable) if the arguments could not be written; the
///   connection stays open;
/// - [`Closed`](crate::ErrorKind::Closed) if the connection was lost, during the call or before;
/// - [`WrongReply`](crate::ErrorKind::WrongReply) or [`Dialect`](crate::ErrorKind::Dialect) if the
///   peer sent something else than replies to calls in flight; they all fail, and the connection is
///   closed.
///
/// A connection that was lost stays closed. [`Reconnecting`] makes another.
pub struct Client<P: Protocol = BinaryProtocol> {
    connection: Arc<Handle<P>>,
    settings: CallSettings,
}

/// Shared by all clones. When the last is dropped, the connection's task ends.
struct Handle<P: Protocol>(Arc<Shared<P>>);

impl<P: Protocol> Drop for Handle<P> {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Client {
    /// Connects to an address, with the defaults of [`ClientBuilder`].
    ///
    /// # Errors
    ///
    /// If the address cannot be resolved, or no connection is made within ten seconds.
    pub async fn connect(address: impl ToSocketAddrs) -> Result<Self> {
        Client::builder().connect(address).await
    }

    /// Connects to a Unix socket, with the defaults of [`ClientBuilder`].
    ///
    /// # Errors
    ///
    /// If nobody listens there, or the path's permissions forbid it.
    #[cfg(unix)]
    pub async fn connect_unix(path: impl AsRef<std::path::Path>) -> Result<Self> {
        Client::builder().connect_unix(path).await
    }

    /// Uses a connected stream, with the defaults of [`ClientBuilder`].
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    pub fn from_stream<S>(stream: S) -> Self
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        Client::builder().over(stream)
    }

    /// A builder with the defaults.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new(BinaryProtocol::STRICT)
    }
}

impl<P: Protocol> Client<P> {
    /// Whether the connection is closed. If so, every further call fails.
    pub fn is_closed(&self) -> bool {
        self.connection.0.is_ended()
    }

    /// Whether the peer has ever answered a call.
    fn has_answered(&self) -> bool {
        self.connection.0.has_answered()
    }

    /// Waits until all calls that were made before have been handed to the operating system, including
    /// those whose callers no longer wait.
    ///
    /// # Errors
    ///
    /// If the connection is lost before, or this takes longer than a call may.
    pub async fn flush(&self) -> Result<()> {
        let timeout = self.settings.timeout.unwrap_or(CallSettings::TIMEOUT);
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        alarm::in_time(deadline, self.connection.0.flush()).await.unwrap_or_else(|| {
            let text = format!("the calls were not sent within {:?}", timeout.unwrap_or_default());
            Err(Error::new(ErrorKind::Timeout, text))
        })
    }

    /// Closes the connection for all clones: sends what was accepted, tells the peer that no more
    /// comes, and waits until that is done, for ten seconds at most. Calls that wait for replies
    /// fail, and so does every further one.
    ///
    /// ```no_run
    /// # async fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::Client;
    ///
    /// let client = Client::connect("127.0.0.1:9090").await?;
    /// // let messages = MessageServiceClient::new(client.clone());
    /// client.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the peer does not accept the remaining calls, or the connection's runtime does not run.
    pub async fn close(&self) -> Result<()> {
        let shared = &self.connection.0;
        shared.close();
        // The connection's task ends within this time, unless its runtime has stopped.
        let deadline = shared.is_elsewhere().then(|| Instant::now() + LONGEST_CLOSE);
        alarm::in_time(deadline, shared.closing()).await.unwrap_or_else(|| {
            let text = format!("the connection was not closed within {LONGEST_CLOSE:?}");
            Err(Error::new(ErrorKind::Timeout, text))
        })
    }
}

call_settings!(Client);

/// Used by layers around the client.
#[cfg(feature = "tower")]
impl<P: Protocol> Client<P> {
    pub(crate) fn protocol(&self) -> P {
        self.connection.0.protocol
    }

    /// How long a call may take.
    pub(crate) fn timeout(&self) -> Option<std::time::Duration> {
        self.settings.timeout.unwrap_or(CallSettings::TIMEOUT)
    }
}

impl<P: Protocol> Channel for Client<P> {
    type Protocol = P;

    fn send(&self, request: Request<'_, P>) -> impl Future<Output = Result<Response<P>>> + Send {
        sending::send(&self.connection.0, &self.settings, request)
    }
}

impl<P: Protocol> Clone for Client<P> {
    fn clone(&self) -> Self {
        Client { connection: Arc::clone(&self.connection), settings: self.settings.clone() }
    }
}

impl<P: Protocol> fmt::Debug for Client<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("protocol", &self.connection.0.protocol)
            .field("framing", &self.connection.0.framing)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
