//! The client: calls from many tasks over one connection.

mod builder;
mod calls;
mod driver;
#[cfg(feature = "http")]
mod http;
mod receive;
mod request;
mod shared;
mod waiting;

use std::{fmt, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::ToSocketAddrs,
};

use self::{calls::Reply, request::Method, shared::Shared};
use crate::{
    channel::Channel,
    error::{ApplicationException, Error, Result},
    protocol::{BinaryProtocol, MessageType, Protocol},
    transport::input,
    value::Struct,
};

pub use self::builder::ClientBuilder;
#[cfg(feature = "http")]
pub use self::http::HttpClient;

/// A connection to a server, shared by its clones.
///
/// Many tasks may call at once, and each call gets its own reply. Dropping a call's future cancels
/// the call: its reply is discarded when it comes, and no other call is affected. When the last
/// clone is dropped, pending oneway calls are sent and the connection is closed.
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
pub struct Client<P: Protocol = BinaryProtocol> {
    connection: Arc<Handle<P>>,
    timeout: Option<Duration>,
    service: Option<Arc<str>>,
    #[cfg(feature = "header")]
    headers: Option<Arc<crate::Headers>>,
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
    /// A client over the same connection with another timeout for calls; `None` waits for ever.
    #[must_use = "this returns another client and leaves this one as it is"]
    pub fn with_timeout(&self, timeout: impl Into<Option<Duration>>) -> Self {
        Client { timeout: timeout.into(), ..self.clone() }
    }

    /// A client over the same connection for one of several services: those of a
    /// [`Multiplexed`](crate::Multiplexed) processor, or `TMultiplexedProcessor` elsewhere.
    ///
    /// ```
    /// # fn clients(client: thrift_runtime::Client) {
    /// // CalculatorServiceClient::new(client.to_service("Calculator"))
    /// let calculator = client.to_service("Calculator");
    /// let messages = client.to_service("Messages");
    /// # }
    /// ```
    #[must_use = "this returns another client and leaves this one as it is"]
    pub fn to_service(&self, service: impl Into<Arc<str>>) -> Self {
        Client { service: Some(service.into()), ..self.clone() }
    }

    /// A client over the same connection whose calls carry a header, or another value of it.
    /// Handlers find it in their [`Context`](crate::Context). Only [THeader](ClientBuilder::header)
    /// sends headers; other transports ignore them.
    ///
    /// ```no_run
    /// # async fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::Client;
    ///
    /// let client = Client::builder().header().connect("127.0.0.1:9090").await?;
    /// let traced = client.with_header("trace", "7f3a");
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "header")]
    #[must_use = "this returns another client and leaves this one as it is"]
    pub fn with_header(&self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let mut headers = self.headers.as_deref().cloned().unwrap_or_default();
        headers.set(name.into(), value.into());
        Client { headers: Some(Arc::new(headers)), ..self.clone() }
    }

    fn method<'a>(&'a self, name: &'static str) -> Method<'a> {
        Method {
            service: self.service.as_deref(),
            name,
            #[cfg(feature = "header")]
            headers: self.headers.as_deref(),
        }
    }

    /// Whether the connection is closed. If so, every further call fails.
    pub fn is_closed(&self) -> bool {
        self.connection.0.is_ended()
    }
}

impl<P: Protocol> Channel for Client<P> {
    async fn call<A, R>(&self, method: &'static str, arguments: &A) -> Result<R>
    where
        A: Struct + Sync,
        R: Struct + Send,
    {
        let shared = &*self.connection.0;
        let reply = shared.call(self.method(method), arguments, self.timeout).await?;
        read(shared, &reply)
    }

    async fn call_oneway<A>(&self, method: &'static str, arguments: &A) -> Result<()>
    where
        A: Struct + Sync,
    {
        self.connection.0.call_oneway(self.method(method), arguments, self.timeout).await
    }
}

/// Reads the body of a reply, in the caller's task.
fn read<P: Protocol, R: Struct>(shared: &Shared<P>, reply: &Reply) -> Result<R> {
    if reply.kind == MessageType::Exception {
        return Err(exception(shared, reply));
    }
    let mut result = R::default();
    let input = input(&reply.message);
    shared.protocol.read_body(input, reply.body, &shared.limits, &mut result)?;
    Ok(result)
}

/// The exception in a reply, or the reason why it cannot be read.
#[cold]
fn exception<P: Protocol>(shared: &Shared<P>, reply: &Reply) -> Error {
    let mut exception = ApplicationException::default();
    let input = input(&reply.message);
    match shared.protocol.read_body(input, reply.body, &shared.limits, &mut exception) {
        Ok(_) => exception.into(),
        Err(error) => error,
    }
}

impl<P: Protocol> Clone for Client<P> {
    fn clone(&self) -> Self {
        Client {
            connection: Arc::clone(&self.connection),
            timeout: self.timeout,
            service: self.service.clone(),
            #[cfg(feature = "header")]
            headers: self.headers.clone(),
        }
    }
}

impl<P: Protocol> fmt::Debug for Client<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("protocol", &self.connection.0.protocol)
            .field("framing", &self.connection.0.framing)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
