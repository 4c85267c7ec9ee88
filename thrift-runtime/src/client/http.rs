//! A client over HTTP: each call is a request of its own.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, Request, StatusCode, Uri,
    body::Body,
    client::conn::http1::{SendRequest, handshake},
    header::{ACCEPT, CONTENT_TYPE, HOST, HeaderName, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};

use super::builder::in_time;
#[cfg(feature = "tls")]
use crate::tls::ClientTls;
use crate::{
    channel::Channel,
    error::{Error, ErrorKind, Result},
    multiplexed::SERVICE_SEPARATOR,
    protocol::{BinaryProtocol, Limits, MessageHeader, MessageType, Output, Protocol},
    transport::{http, socket::Socket},
    value::Struct,
    whole,
};

/// Connections that are kept for later calls.
const MOST_IDLE: usize = 32;

/// A channel over HTTP, as `THttpClient` is: it posts each call to a URL.
///
/// Connections are kept for further calls; calls at the same time have one each.
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
/// A call fails as one over a [`Client`](crate::Client) does, and with an error of kind
/// [`Status`](ErrorKind::Status) where the server's answer is none of Thrift's.
#[derive(Clone)]
pub struct HttpClient<P: Protocol = BinaryProtocol> {
    server: Arc<HttpServer>,
    protocol: P,
    limits: Limits,
    headers: HeaderMap,
    connect_timeout: Option<Duration>,
    timeout: Option<Duration>,
    service: Option<Arc<str>>,
}

/// Where the calls go, and the connections there.
struct HttpServer {
    address: String,
    host: HeaderValue,
    path: Uri,
    secure: bool,
    #[cfg(feature = "tls")]
    tls: Option<ClientTls>,
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
    next_seqid: AtomicI32,
}

impl HttpClient {
    /// Posts calls to a URL, in the binary protocol. Nothing is connected before the first call.
    ///
    /// # Errors
    ///
    /// Where it is no URL, neither of `http` nor, with the feature `tls`, of `https`.
    pub fn new(url: &str) -> Result<Self> {
        let wrong = || Error::new(ErrorKind::Dialect, format!("{url:?} is no URL of HTTP"));
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong());
        };
        let secure = match scheme {
            "http" => false,
            "https" if cfg!(feature = "tls") => true,
            _ => return Err(wrong()),
        };
        let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let host = match authority.port() {
            Some(_) => format!("{}:{port}", authority.host()),
            None => authority.host().to_owned(),
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let server = HttpServer {
            address: format!("{}:{port}", authority.host()),
            host: HeaderValue::try_from(host).map_err(|_| wrong())?,
            path: path.parse().map_err(|_| wrong())?,
            secure,
            #[cfg(feature = "tls")]
            tls: None,
            idle: Mutex::default(),
            next_seqid: AtomicI32::new(0),
        };
        Ok(HttpClient {
            server: Arc::new(server),
            protocol: BinaryProtocol::STRICT,
            limits: Limits::default(),
            headers: HeaderMap::new(),
            connect_timeout: Some(Duration::from_secs(10)),
            timeout: Some(Duration::from_secs(60)),
            service: None,
        })
    }
}

impl<P: Protocol> HttpClient<P> {
    /// A client that speaks another protocol.
    pub fn protocol<Q: Protocol>(self, protocol: Q) -> HttpClient<Q> {
        HttpClient {
            server: self.server,
            protocol,
            limits: self.limits,
            headers: self.headers,
            connect_timeout: self.connect_timeout,
            timeout: self.timeout,
            service: self.service,
        }
    }

    /// Sets the bounds on replies.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets how long connecting may take, TLS included, ten seconds by default; `None` is as long as
    /// the call may take.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.connect_timeout = timeout.into();
        self
    }

    /// Sets whom to trust, for a URL of `https`; by default whom the operating system does.
    #[cfg(feature = "tls")]
    pub fn tls(self, tls: ClientTls) -> Self {
        let server = HttpServer {
            address: self.server.address.clone(),
            host: self.server.host.clone(),
            path: self.server.path.clone(),
            secure: self.server.secure,
            tls: Some(tls),
            idle: Mutex::default(),
            next_seqid: AtomicI32::new(0),
        };
        HttpClient { server: Arc::new(server), ..self }
    }

    /// A client over the same connections, whose calls carry a header more, or another value of it.
    ///
    /// # Errors
    ///
    /// Where HTTP has no such name or value.
    pub fn with_header(&self, name: &str, value: &str) -> Result<Self> {
        let wrong = || {
            let text = format!("HTTP has no header {name:?} of value {value:?}");
            Error::new(ErrorKind::Unwritable, text)
        };
        let name = HeaderName::try_from(name).map_err(|_| wrong())?;
        let mut client = self.clone();
        client.headers.insert(name, HeaderValue::try_from(value).map_err(|_| wrong())?);
        Ok(client)
    }

    /// A client over the same connections, whose calls have so much time; `None` is for ever.
    pub fn with_timeout(&self, timeout: impl Into<Option<Duration>>) -> Self {
        HttpClient { timeout: timeout.into(), ..self.clone() }
    }

    /// A client whose calls go to one of the services that a server with a
    /// [`Multiplexed`](crate::Multiplexed) processor has.
    pub fn to_service(&self, service: impl Into<Arc<str>>) -> Self {
        HttpClient { service: Some(service.into()), ..self.clone() }
    }

    /// Posts a call, and gives the body of the answer.
    async fn post<A: Struct>(
        &self,
        method: &str,
        kind: MessageType,
        seqid: i32,
        arguments: &A,
    ) -> Result<Bytes> {
        let name = match &self.service {
            None => method.as_bytes().to_vec(),
            Some(service) => [service, SERVICE_SEPARATOR, method].concat().into_bytes(),
        };
        let mut message = Output::new();
        let header = MessageHeader::new(name, kind, seqid);
        self.protocol.write_message(&header, arguments, &mut message)?;
        let exchange = self.exchange(message.into_vec().into(), kind);
        match self.timeout {
            None => exchange.await,
            Some(patience) => timeout(patience, exchange).await.unwrap_or_else(|_| {
                let text = format!("no reply to {method} came within {patience:?}");
                Err(Error::new(ErrorKind::Timeout, text))
            }),
        }
    }

    async fn exchange(&self, message: Bytes, kind: MessageType) -> Result<Bytes> {
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
            let (mut sender, fresh) = self.server.connection(self.connect_timeout).await?;
            match sender.try_send_request(request).await {
                Ok(response) => break (sender, response),
                Err(mut error) => match error.take_message() {
                    // The server has closed a connection that rested; nothing was sent.
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
            let text = String::from_utf8_lossy(body.get(..200).unwrap_or(&body));
            let text = format!("the HTTP server answered {status}: {}", text.trim());
            return Err(Error::new(ErrorKind::Status, text));
        }
        if sender.ready().await.is_ok() {
            self.server.keep(sender);
        }
        Ok(body)
    }
}

impl HttpServer {
    /// A connection, and whether it is fresh.
    async fn connection(
        &self,
        patience: Option<Duration>,
    ) -> Result<(SendRequest<Full<Bytes>>, bool)> {
        loop {
            let Some(sender) = self.lock().pop() else { break };
            if sender.is_ready() {
                return Ok((sender, false));
            }
        }
        Ok((in_time(patience, self.connect()).await?, true))
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>> {
        let socket = Socket::Tcp(TcpStream::connect(&self.address).await?);
        socket.prepare();
        if !self.secure {
            return connected(socket).await;
        }
        #[cfg(feature = "tls")]
        {
            let system;
            let tls = match &self.tls {
                Some(tls) => tls,
                None => {
                    system = ClientTls::new()?;
                    &system
                }
            };
            let host = self.address.rsplit_once(':').map_or(&*self.address, |(host, _)| host);
            let host = host.trim_start_matches('[').trim_end_matches(']');
            connected(tls.connect(host, socket).await?).await
        }
        #[cfg(not(feature = "tls"))]
        Err(Error::new(ErrorKind::Dialect, "thrift-runtime was built without its feature `tls`"))
    }

    fn keep(&self, sender: SendRequest<Full<Bytes>>) {
        let mut idle = self.lock();
        if idle.len() < MOST_IDLE {
            idle.push(sender);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<SendRequest<Full<Bytes>>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn connected<S>(stream: S) -> Result<SendRequest<Full<Bytes>>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(http::failed)?;
    // What goes wrong there, the call that is under way hears too.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

impl<P: Protocol> Channel for HttpClient<P> {
    async fn call<A, R>(&self, method: &'static str, arguments: &A) -> Result<R>
    where
        A: Struct + Sync,
        R: Struct + Send,
    {
        let seqid = self.server.next_seqid.fetch_add(1, Ordering::Relaxed) & i32::MAX;
        let message = self.post(method, MessageType::Call, seqid, arguments).await?;
        whole::read_reply(self.protocol, &message, method, seqid, &self.limits)
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
            .field("path", &self.server.path)
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}
