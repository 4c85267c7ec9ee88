//! A client over HTTP: each call is a request of its own.

mod answers;
mod authorization;
mod connection;
mod idle;
mod pool;
mod posting;

use std::{fmt, sync::Arc, time::Duration};

use hyper::header::HeaderValue;

use self::{authorization::Cookies, pool::Pool};
#[cfg(feature = "tls")]
use crate::tls::ClientTls;
use crate::{
    call::{CallSettings, Channel, ReplyLimits, Request, Response, call_settings},
    error::Result,
    protocol::{BinaryProtocol, Limits, Protocol},
    transport::{media_type::ContentType, socket_options::SocketOptions},
};

/// How long a oneway call waits for a response after it was sent, if nothing else is set.
const ONEWAY_WAIT: Duration = Duration::from_secs(1);

/// A channel that posts each call to a URL, like `THttpClient`.
///
/// Connections are reused. Each carries one call at a time, so simultaneous calls open more of
/// them, up to [`max_connections`](HttpClient::max_connections); further ones wait. With the feature
/// `http2`, a client can be told to speak HTTP/2, in which calls share one connection.
///
/// ```no_run
/// # fn run() -> thrift_runtime::Result<()> {
/// use std::time::Duration;
/// use thrift_runtime::HttpClient;
///
/// let client = HttpClient::new("http://127.0.0.1:9090/messages")?
///     .with_header("authorization", "Bearer 7f3a")
///     .with_timeout(Duration::from_secs(5));
/// // let messages = MessageServiceClient::new(client);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Calls fail like those of a [`Client`](crate::Client), and with an error of kind
/// [`Status`](crate::ErrorKind::Status) if the server answers with a status other than 200.
#[derive(Clone)]
pub struct HttpClient<P: Protocol = BinaryProtocol> {
    pool: Arc<Pool>,
    protocol: P,
    limits: ReplyLimits,
    connect_timeout: Option<Duration>,
    socket: SocketOptions,
    content_type: ContentType,
    /// Whether messages are put into THeader's frames.
    #[cfg(feature = "header")]
    enveloped: bool,
    /// How long a oneway call waits for a response after it was sent.
    oneway_wait: Option<Duration>,
    /// The value of the header `authorization`, if it is the same for all calls.
    authorization: Option<HeaderValue>,
    cookies: Option<Arc<Cookies>>,
    settings: CallSettings,
}

impl HttpClient {
    /// Makes a client that posts calls to a URL, in the binary protocol. It connects when the first
    /// call is made. A user and a password in the URL are neither sent nor ever shown.
    ///
    /// # Errors
    ///
    /// If it is not a URL with the scheme `http` or, with the feature `tls`, `https`.
    pub fn new(url: &str) -> Result<Self> {
        Ok(HttpClient {
            pool: Arc::new(Pool::at(url)?),
            protocol: BinaryProtocol::STRICT,
            limits: ReplyLimits::default(),
            connect_timeout: Some(Duration::from_secs(10)),
            socket: SocketOptions::default(),
            content_type: ContentType::default(),
            #[cfg(feature = "header")]
            enveloped: false,
            oneway_wait: Some(ONEWAY_WAIT),
            authorization: None,
            cookies: None,
            settings: CallSettings::default(),
        })
    }
}

impl<P: Protocol> HttpClient<P> {
    /// Sets the protocol; by default [`BinaryProtocol::STRICT`].
    #[must_use = "only the returned client has the setting"]
    pub fn protocol<Q: Protocol>(self, protocol: Q) -> HttpClient<Q> {
        HttpClient {
            pool: self.pool,
            protocol,
            limits: self.limits,
            connect_timeout: self.connect_timeout,
            socket: self.socket,
            content_type: self.content_type,
            #[cfg(feature = "header")]
            enveloped: self.enveloped,
            oneway_wait: self.oneway_wait,
            authorization: self.authorization,
            cookies: self.cookies,
            settings: self.settings,
        }
    }

    /// Sets the content type of calls, and which one is accepted: by default, plain
    /// `application/x-thrift`. Some servers determine the protocol from it.
    ///
    /// ```no_run
    /// # fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::{ContentType, HttpClient};
    ///
    /// // As `application/vnd.apache.thrift.binary`.
    /// let client = HttpClient::new("http://127.0.0.1:14268/api/traces")?
    ///     .content_type(ContentType::Registered);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "only the returned client has the setting"]
    pub fn content_type(mut self, content_type: ContentType) -> Self {
        self.content_type = content_type;
        self
    }

    /// Posts messages in THeader's frames, for servers that have a `THeaderTransport` behind HTTP.
    /// The headers of calls go into the frame as well as into the request.
    #[cfg(feature = "header")]
    #[must_use = "only the returned client has the setting"]
    pub fn header(mut self) -> Self {
        self.enveloped = true;
        self
    }

    /// Sets the limits on replies.
    #[must_use = "only the returned client has the setting"]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits.into();
        self
    }

    /// Sets how long connecting may take, TLS handshake included; ten seconds by default. `None`
    /// leaves it to the timeout of the call.
    #[must_use = "only the returned client has the setting"]
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// Sets how long a oneway call waits for the response after it was sent, a second by default. If
    /// none has come by then, the call has succeeded. Most servers answer at once, and if they answer
    /// with an error, the call fails with it; those of Apache Thrift for C++ and Node.js never answer.
    /// `None` waits for as long as the call may take, and then fails it.
    ///
    /// ```no_run
    /// # fn run() -> thrift_runtime::Result<()> {
    /// use std::time::Duration;
    /// use thrift_runtime::HttpClient;
    ///
    /// let client = HttpClient::new("http://127.0.0.1:9090/")?.oneway_wait(Duration::ZERO);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "only the returned client has the setting"]
    pub fn oneway_wait(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.oneway_wait = time.into();
        self
    }

    /// Sets the options of the TCP sockets of new connections: by default, those whose peer is gone
    /// for two minutes are closed.
    #[must_use = "only the returned client has the setting"]
    pub fn socket_options(mut self, options: SocketOptions) -> Self {
        self.socket = options;
        self
    }

    /// Sets how many connections there are at most, 100 by default. Further calls wait.
    #[must_use = "only the returned client has the setting"]
    pub fn max_connections(self, count: usize) -> Self {
        HttpClient { pool: Arc::new(self.pool.with_most(count)), ..self }
    }

    /// Sets how long a connection waits for another call before it is closed, a minute by default;
    /// `None` leaves that to the server.
    #[must_use = "only the returned client has the setting"]
    pub fn idle_timeout(self, timeout: impl Into<Option<Duration>>) -> Self {
        HttpClient { pool: Arc::new(self.pool.with_idle_timeout(timeout.into())), ..self }
    }

    /// Sets the TLS settings for `https`. By default the authorities of the operating system are
    /// trusted.
    #[cfg(feature = "tls")]
    #[must_use = "only the returned client has the setting"]
    pub fn tls(self, tls: ClientTls) -> Self {
        HttpClient { pool: Arc::new(self.pool.with_tls(tls)), ..self }
    }

    /// Speaks HTTP/2. Calls then share one connection, and [`max_connections`] says how many may be in
    /// flight at once. With `https`, the server chooses between HTTP/2 and HTTP/1.1, by ALPN; with
    /// `http`, it must be known to speak HTTP/2 from the first byte.
    ///
    /// ```no_run
    /// # fn run() -> thrift_runtime::Result<()> {
    /// use thrift_runtime::HttpClient;
    ///
    /// let client = HttpClient::new("http://127.0.0.1:8080/calculator")?.http2();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`max_connections`]: HttpClient::max_connections
    #[cfg(feature = "http2")]
    #[must_use = "only the returned client has the setting"]
    pub fn http2(self) -> Self {
        HttpClient { pool: Arc::new(self.pool.with_http2()), ..self }
    }

    /// Does nothing: when a oneway call returns, it has been answered, or was sent a while ago. All
    /// clients have this method.
    ///
    /// # Errors
    ///
    /// None.
    pub async fn flush(&self) -> Result<()> {
        Ok(())
    }

    /// Closes the idle connections of all clones and waits until they are, for five seconds at most.
    /// Calls in progress go on; every further one fails.
    ///
    /// # Errors
    ///
    /// None.
    pub async fn close(&self) -> Result<()> {
        self.pool.close().await;
        Ok(())
    }
}

call_settings!(HttpClient);

impl<P: Protocol> Channel for HttpClient<P> {
    type Protocol = P;

    async fn send(&self, request: Request<'_, P>) -> Result<Response<P>> {
        self.post(&request).await
    }
}

impl<P: Protocol> fmt::Debug for HttpClient<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("address", &self.pool.address)
            .field("path", &self.pool.target.path.path())
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}
