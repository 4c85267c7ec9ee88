//! A client over HTTP: each call is a request of its own.

mod answers;
mod connection;
mod idle;
mod pool;

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
    HeaderMap, StatusCode,
    body::Body,
    header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue},
};
use tokio::time::timeout;

use self::{
    answers::{is_refusal, is_text, is_thrift, not_thrift},
    pool::Pool,
};
#[cfg(feature = "tls")]
use crate::tls::ClientTls;
#[cfg(feature = "header")]
use crate::{
    call::Headers,
    client::enveloped,
    transport::{
        framed,
        header::{self, Envelope, Style},
    },
};
use crate::{
    call::{CallSettings, Channel, Reply, Request, Response, call_settings},
    error::{Delivery, Error, ErrorKind, Result, escaped},
    protocol::{BinaryProtocol, Limits, MessageHeader, MessageType, Output, Protocol},
    transport::{http, media_type::ContentType, socket_options::SocketOptions},
};

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
/// [`Status`](ErrorKind::Status) if the server answers with a status other than 200.
#[derive(Clone)]
pub struct HttpClient<P: Protocol = BinaryProtocol> {
    pool: Arc<Pool>,
    protocol: P,
    limits: Arc<Limits>,
    connect_timeout: Option<Duration>,
    socket: SocketOptions,
    content_type: ContentType,
    /// Whether messages go in THeader's frames.
    #[cfg(feature = "header")]
    enveloped: bool,
    settings: CallSettings,
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
            pool: Arc::new(Pool::at(url)?),
            protocol: BinaryProtocol::STRICT,
            limits: Arc::default(),
            connect_timeout: Some(Duration::from_secs(10)),
            socket: SocketOptions::default(),
            content_type: ContentType::default(),
            #[cfg(feature = "header")]
            enveloped: false,
            settings: CallSettings::default(),
        })
    }
}

impl<P: Protocol> HttpClient<P> {
    /// Sets the protocol; by default [`BinaryProtocol::STRICT`].
    #[must_use = "this returns the client with the setting"]
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
            settings: self.settings,
        }
    }

    /// Sets what the calls' content type says, and which one is accepted: by default, plain
    /// `application/x-thrift`. Some servers take the protocol from there.
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
    #[must_use = "this returns the client with the setting"]
    pub fn content_type(mut self, content_type: ContentType) -> Self {
        self.content_type = content_type;
        self
    }

    /// Posts messages in THeader's frames, for servers that have a `THeaderTransport` behind HTTP.
    /// The headers of calls go into the frame as well as into the request.
    #[cfg(feature = "header")]
    #[must_use = "this returns the client with the setting"]
    pub fn header(mut self) -> Self {
        self.enveloped = true;
        self
    }

    /// Sets the limits on replies.
    #[must_use = "this returns the client with the setting"]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Arc::new(limits);
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

    /// Sets how many connections there are at most, 100 by default. Further calls wait.
    #[must_use = "this returns the client with the setting"]
    pub fn max_connections(self, count: usize) -> Self {
        HttpClient { pool: Arc::new(self.pool.with_most(count)), ..self }
    }

    /// Sets how long a connection waits for another call before it is closed, a minute by default;
    /// `None` leaves that to the server.
    #[must_use = "this returns the client with the setting"]
    pub fn idle_timeout(self, timeout: impl Into<Option<Duration>>) -> Self {
        HttpClient { pool: Arc::new(self.pool.with_idle_timeout(timeout.into())), ..self }
    }

    /// Sets the TLS settings for `https`. By default the authorities of the operating system are
    /// trusted.
    #[cfg(feature = "tls")]
    #[must_use = "this returns the client with the setting"]
    pub fn tls(self, tls: ClientTls) -> Self {
        HttpClient { pool: Arc::new(self.pool.with_tls(tls)), ..self }
    }

    /// Speaks HTTP/2. Calls then share one connection, and [`max_connections`] says how many may be in
    /// flight at once. With `https`, the server chooses between HTTP/2 and HTTP/1.1, by ALPN; with
    /// `http`, it has to speak HTTP/2 from the first byte, as it is known to.
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
    #[must_use = "this returns the client with the setting"]
    pub fn http2(self) -> Self {
        HttpClient { pool: Arc::new(self.pool.with_http2()), ..self }
    }

    /// Does nothing: a oneway call that returned has been answered. All clients have this.
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

    /// Posts a call, and returns the response.
    async fn post(&self, request: &Request<'_, P>) -> Result<Response<P>> {
        let (method, protocol) = (request.method(), self.protocol);
        let (kind, seqid) = match request.is_oneway() {
            true => (MessageType::Oneway, 0),
            false => {
                let seqid = self.pool.next_seqid.fetch_add(1, Ordering::Relaxed) & i32::MAX;
                (MessageType::Call, seqid)
            }
        };
        let headers = self.headers(request)?;
        let mut message = Output::new();
        let name = method.wire_name(self.settings.service(request));
        let header = MessageHeader::new(name, kind, seqid);
        let written = request.arguments().write(protocol, &header, &mut message);
        written.map_err(Error::not_sent)?;
        #[cfg(feature = "header")]
        if self.enveloped {
            let headers = self.settings.headers(request);
            let style = Style::Header { in_frame: false };
            let envelope = Envelope { seqid, headers, ..Envelope::new(style, protocol.encoding()) };
            let mut plain = std::mem::take(&mut message);
            header::seal(&envelope, &mut plain, &mut message).map_err(Error::not_sent)?;
        }
        let connected = AtomicBool::new(false);
        let exchange = self.exchange(message.into_vec().into(), headers, kind, &connected);
        let (message, headers) = match self.settings.patience(request) {
            None => exchange.await?,
            Some(patience) => timeout(patience, exchange).await.unwrap_or_else(|_| {
                if !connected.load(Ordering::Relaxed) {
                    return Err(self.pool.not_connected(patience));
                }
                self.pool.idle.clear();
                let text = format!("no reply to {} came within {patience:?}", method.name());
                Err(Error::new(ErrorKind::Timeout, text))
            })?,
        };
        if request.is_oneway() {
            return Ok(Response::oneway(protocol));
        }
        #[cfg(feature = "header")]
        let (message, within) = match framed::frame_end(&message, &self.limits) {
            Ok(Some(end)) if self.enveloped && end == message.len() => {
                let frame = message.slice(framed::LENGTH..);
                enveloped::open(frame, protocol.encoding(), &self.limits)?
            }
            _ => (message, Headers::default()),
        };
        let reply = Reply::to(protocol, message.clone(), method.name(), seqid, &self.limits);
        let mut reply = reply.map_err(|error| match is_thrift(&headers) || !error.is_decode() {
            true => error,
            false => not_thrift(&headers, &message),
        })?;
        let headers = http::headers(&headers);
        #[cfg(feature = "header")]
        let headers = headers.and(&within);
        reply.headers = (!headers.is_empty()).then(|| Box::new(headers));
        Ok(Response::new(protocol, request, reply, &self.limits))
    }

    /// The headers of a request to the server. Those that a gateway hands on though they are not
    /// about its own message are left out.
    fn headers(&self, request: &Request<'_, P>) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        for (name, value) in self.settings.headers(request).iter() {
            let wrong = || {
                let text = format!("HTTP does not allow the header {name:?}, or its value");
                Error::new(ErrorKind::Unwritable, text).not_sent()
            };
            let key = HeaderName::try_from(name).map_err(|_| wrong())?;
            let mut value = HeaderValue::try_from(value).map_err(|_| wrong())?;
            value.set_sensitive(true);
            if !http::is_of_one_message(&key) {
                headers.insert(key, value);
            }
        }
        let thrift = self.content_type.value(self.protocol.encoding());
        headers.insert(CONTENT_TYPE, thrift.clone());
        headers.insert(ACCEPT, thrift);
        Ok(headers)
    }

    /// Posts a message, and returns the message that comes back, with its headers. Notes in
    /// `connected` that the call may have been sent.
    async fn exchange(
        &self,
        message: Bytes,
        headers: HeaderMap,
        kind: MessageType,
        connected: &AtomicBool,
    ) -> Result<(Bytes, HeaderMap)> {
        let mut request = hyper::Request::new(Full::from(message));
        *request.method_mut() = hyper::Method::POST;
        *request.headers_mut() = headers;
        let _place = self.pool.place().await.map_err(Error::not_sent)?;
        let (mut connection, response) = loop {
            let connecting = self.pool.connection(self.connect_timeout, &self.socket);
            let (mut connection, fresh) = connecting.await.map_err(Error::not_sent)?;
            connected.store(true, Ordering::Relaxed);
            match connection.send(request, &self.pool.target).await {
                Ok(response) => break (connection, response),
                Err(mut error) => {
                    self.pool.idle.clear_after(&connection);
                    match error.take_message() {
                        // The server has closed an idle connection; nothing was sent.
                        Some(unsent) if !fresh => request = unsent,
                        Some(_) => return Err(http::failed(error.into_error()).not_sent()),
                        None => return Err(http::failed(error.into_error())),
                    }
                }
            }
        };
        let (head, body) = response.into_parts();
        let status = head.status;
        // A body without a length lasts until the server closes, which may run the call before.
        let ends_late = body.size_hint().exact().is_none();
        if kind == MessageType::Oneway && status == StatusCode::OK && ends_late {
            return match is_text(&head.headers) {
                true => Err(not_thrift(&head.headers, b"")),
                false => Ok((Bytes::new(), head.headers)),
            };
        }
        let body = http::read_body(body, self.limits.message_size).await?;
        if status != StatusCode::OK {
            let text = escaped(body.trim_ascii()).up_to(200);
            let text = format!("the HTTP server answered {status}: {text}");
            let error = Error::new(ErrorKind::Status, text);
            return Err(match is_refusal(status, &head.headers) {
                true => error.with_delivery(Delivery::Refused),
                false => error,
            });
        }
        // One that others may use, too, is kept already.
        if connection.share().is_none() && connection.ready().await {
            self.pool.keep(connection);
        }
        if kind == MessageType::Oneway && !body.is_empty() && is_text(&head.headers) {
            return Err(not_thrift(&head.headers, &body));
        }
        Ok((body, head.headers))
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
