//! A client over HTTP: each call is a request of its own.

mod server;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Request, StatusCode,
    body::Body,
    header::{ACCEPT, CONTENT_TYPE, HOST, HeaderName, HeaderValue},
};
use tokio::time::timeout;

use self::server::HttpServer;
#[cfg(feature = "tls")]
use crate::tls::ClientTls;
use crate::{
    channel::Channel,
    error::{Error, ErrorKind, Result, escaped},
    multiplexed::wire_name,
    protocol::{BinaryProtocol, Limits, MessageHeader, MessageType, Output, Protocol},
    reply,
    transport::{http, socket_options::SocketOptions},
    value::Struct,
};

/// A channel that posts each call to a URL, like `THttpClient`.
///
/// Connections are reused. Each carries one call at a time, so simultaneous calls open more of
/// them.
///
/// ```no_run
/// # fn run() -> thrift_runtime::Result<()> {
/// use std::time::Duration;
/// use thrift_runtime::HttpClient;
///
/// let client = HttpClient::new("http://127.0.0.1:9090/messages")?
///     .with_header("authorization", "Bearer 7f3a")?
///     .with_timeout(Duration::from_secs(5));
/// // let messages = MessageServiceClient::new(client);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Calls fail like those of a [`Client`](crate::Client), and with an error of kind
/// [`Status`](ErrorKind::Status) if the server answers with a status other than 200.
#[derive(Clone)]
pub struct HttpClient<P: Protocol = BinaryProtocol> {
    server: Arc<HttpServer>,
    protocol: P,
    limits: Limits,
    headers: HeaderMap,
    connect_timeout: Option<Duration>,
    socket: SocketOptions,
    timeout: Option<Duration>,
    service: Option<Arc<str>>,
}

impl HttpClient {
    /// A client that posts calls to a URL, in the binary protocol. It connects when the first call
    /// is made. A user and a password in the URL are not sent, nor ever shown.
    ///
    /// # Errors
    ///
    /// If it is not a URL with the scheme `http` or, with the feature `tls`, `https`.
    pub fn new(url: &str) -> Result<Self> {
        Ok(HttpClient {
            server: Arc::new(HttpServer::at(url)?),
            protocol: BinaryProtocol::STRICT,
            limits: Limits::default(),
            headers: HeaderMap::new(),
            connect_timeout: Some(Duration::from_secs(10)),
            socket: SocketOptions::default(),
            timeout: Some(Duration::from_secs(60)),
            service: None,
        })
    }
}

impl<P: Protocol> HttpClient<P> {
    /// Sets the protocol; by default [`BinaryProtocol::STRICT`].
    #[must_use = "this returns the client with the setting"]
    pub fn protocol<Q: Protocol>(self, protocol: Q) -> HttpClient<Q> {
        HttpClient {
            server: self.server,
            protocol,
            limits: self.limits,
            headers: self.headers,
            connect_timeout: self.connect_timeout,
            socket: self.socket,
            timeout: self.timeout,
            service: self.service,
        }
    }

    /// Sets the limits on replies.
    #[must_use = "this returns the client with the setting"]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets how long connecting may take, TLS handshake included; ten seconds by default. `None`
    /// leaves it to the timeout of the call.
    #[must_use = "this returns the client with the setting"]
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// Sets the options of the TCP sockets of new connections: by default, those whose peer is gone
    /// for two minutes are closed.
    #[must_use = "this returns the client with the setting"]
    pub fn socket_options(mut self, options: SocketOptions) -> Self {
        self.socket = options;
        self
    }

    /// Sets the TLS settings for `https`. By default the authorities of the operating system are
    /// trusted.
    #[cfg(feature = "tls")]
    #[must_use = "this returns the client with the setting"]
    pub fn tls(self, tls: ClientTls) -> Self {
        HttpClient { server: Arc::new(self.server.with_tls(tls)), ..self }
    }

    /// A client over the same connections whose calls carry a header, or another value of it.
    ///
    /// # Errors
    ///
    /// If HTTP does not allow the name or the value.
    pub fn with_header(&self, name: &str, value: &str) -> Result<Self> {
        let wrong = || {
            let text = format!("HTTP does not allow the header {name:?}, or its value");
            Error::new(ErrorKind::Unwritable, text)
        };
        let name = HeaderName::try_from(name).map_err(|_| wrong())?;
        let mut client = self.clone();
        client.headers.insert(name, HeaderValue::try_from(value).map_err(|_| wrong())?);
        Ok(client)
    }

    /// A client over the same connections with another timeout for calls, which is a minute by
    /// default; `None` waits for ever.
    #[must_use = "this returns another client and leaves this one as it is"]
    pub fn with_timeout(&self, timeout: impl Into<Option<Duration>>) -> Self {
        HttpClient { timeout: timeout.into(), ..self.clone() }
    }

    /// A client over the same connections for one of several services: those of a
    /// [`Multiplexed`](crate::Multiplexed) processor, or `TMultiplexedProcessor` elsewhere.
    #[must_use = "this returns another client and leaves this one as it is"]
    pub fn to_service(&self, service: impl Into<Arc<str>>) -> Self {
        HttpClient { service: Some(service.into()), ..self.clone() }
    }

    /// Posts a call and returns the body of the answer.
    async fn post<A: Struct>(
        &self,
        method: &'static str,
        kind: MessageType,
        seqid: i32,
        arguments: &A,
    ) -> Result<Bytes> {
        let name = wire_name(self.service.as_deref(), method);
        let mut message = Output::new();
        let header = MessageHeader::new(name, kind, seqid);
        self.protocol.write_message(&header, arguments, &mut message)?;
        let connected = AtomicBool::new(false);
        let exchange = self.exchange(message.into_vec().into(), kind, &connected);
        match self.timeout {
            None => exchange.await,
            Some(patience) => timeout(patience, exchange).await.unwrap_or_else(|_| {
                if !connected.load(Ordering::Relaxed) {
                    return Err(self.server.not_connected(patience));
                }
                let text = format!("no reply to {method} came within {patience:?}");
                Err(Error::new(ErrorKind::Timeout, text))
            }),
        }
    }

    /// Notes in `connected` that the call may have been sent.
    async fn exchange(
        &self,
        message: Bytes,
        kind: MessageType,
        connected: &AtomicBool,
    ) -> Result<Bytes> {
        let mut request = Request::post(self.server.path.clone());
        if let Some(headers) = request.headers_mut() {
            headers.clone_from(&self.headers);
            headers.insert(HOST, self.server.host.clone());
            let thrift = HeaderValue::from_static(http::CONTENT_TYPE);
            headers.insert(CONTENT_TYPE, thrift.clone());
            headers.insert(ACCEPT, thrift);
        }
        let unwritable = |error| Error::with_source(ErrorKind::Unwritable, "", error);
        let mut request = request.body(Full::from(message)).map_err(unwritable)?;
        let (mut sender, response) = loop {
            let connecting = self.server.connection(self.connect_timeout, &self.socket);
            let (mut sender, fresh) = connecting.await?;
            connected.store(true, Ordering::Relaxed);
            match sender.try_send_request(request).await {
                Ok(response) => break (sender, response),
                Err(mut error) => match error.take_message() {
                    // The server has closed an idle connection; nothing was sent.
                    Some(unsent) if !fresh => request = unsent,
                    _ => return Err(http::failed(error.into_error())),
                },
            }
        };
        let status = response.status();
        let body = response.into_body();
        // A body without a length lasts until the server closes, which may run the call before.
        let ends_late = body.size_hint().exact().is_none();
        if kind == MessageType::Oneway && status == StatusCode::OK && ends_late {
            return Ok(Bytes::new());
        }
        let body = http::read_body(body, self.limits.message_size, None).await?;
        if status != StatusCode::OK {
            let text = escaped(body.trim_ascii()).up_to(200);
            let text = format!("the HTTP server answered {status}: {text}");
            return Err(Error::new(ErrorKind::Status, text));
        }
        if sender.ready().await.is_ok() {
            self.server.keep(sender);
        }
        Ok(body)
    }
}

impl<P: Protocol> Channel for HttpClient<P> {
    async fn call<A, R>(&self, method: &'static str, arguments: &A) -> Result<R>
    where
        A: Struct + Sync,
        R: Struct + Send,
    {
        let seqid = self.server.next_seqid.fetch_add(1, Ordering::Relaxed) & i32::MAX;
        let message = self.post(method, MessageType::Call, seqid, arguments).await?;
        reply::read(self.protocol, &message, method, seqid, &self.limits)
    }

    async fn call_oneway<A>(&self, method: &'static str, arguments: &A) -> Result<()>
    where
        A: Struct + Sync,
    {
        self.post(method, MessageType::Oneway, 0, arguments).await.map(drop)
    }
}

impl<P: Protocol> fmt::Debug for HttpClient<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("address", &self.server.address)
            .field("path", &self.server.path.path())
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}
