//! The server: it accepts connections, and answers the calls that arrive on them.

mod accept;
mod answer;
mod concurrent;
mod connection;
#[cfg(feature = "header")]
mod header;
#[cfg(feature = "http")]
mod http;
mod listener;
mod options;
#[cfg(feature = "http")]
mod paced;
mod serve;
mod shutdown;
#[cfg(unix)]
mod unix;
mod wrapped;

use std::{fmt, future::Future, marker::PhantomData, net::SocketAddr, pin::pin, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, ToSocketAddrs},
};

use crate::{
    context::Peer,
    error::{Error, Result},
    processor::Processor,
    protocol::{AnyProtocol, Limits, Protocol},
    transport::{
        Framing,
        peer_addr::{OnError, PeerAddr},
    },
};

use self::listener::Listener;
pub use self::{options::ConnectionOptions, shutdown::ShutdownHandle};

/// Connections that a server has open at once, unless it is told otherwise.
const MAX_CONNECTIONS: usize = 10_000;

/// Answers calls at an address, in every dialect that is built in, until its future is dropped.
///
/// [`Server`] has the settings, and a shutdown that finishes what was begun.
///
/// ```no_run
/// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// thrift_runtime::serve("127.0.0.1:9090", processor).await
/// # }
/// ```
///
/// # Errors
///
/// Where the address cannot be bound. Failures of connections, and of accepting them, do not end the
/// server.
pub async fn serve(address: impl ToSocketAddrs, processor: impl Processor) -> Result<()> {
    Server::bind(address).await?.serve(processor).await;
    Ok(())
}

/// Answers the calls that arrive on one stream, until the peer ends it.
///
/// ```
/// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// use thrift_runtime::{Client, ConnectionOptions, serve_connection};
///
/// let (ours, theirs) = tokio::io::duplex(4096);
/// let client = Client::from_stream(ours);
/// serve_connection(theirs, processor, &ConnectionOptions::default()).await
/// # }
/// ```
///
/// # Errors
///
/// Where the peer speaks no dialect that is built in, sends what is no message, exceeds a limit or
/// a timeout, or the stream fails. What could be answered was answered.
pub async fn serve_connection<S, T>(
    stream: S,
    processor: T,
    options: &ConnectionOptions,
) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: Processor,
{
    let shutdown = ShutdownHandle::new();
    let (peer, processor) = (Peer::default(), Arc::new(processor));
    let signal = shutdown.signal();
    serve::serve::<AnyProtocol, _, _>(stream, peer, &processor, options, signal).await
}

/// A listening socket and how its connections are served.
///
/// ```no_run
/// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// use std::time::Duration;
/// use thrift_runtime::Server;
///
/// let server = Server::bind("127.0.0.1:0")
///     .await?
///     .max_connections(1_000)
///     .idle_timeout(Duration::from_secs(600))
///     .on_error(|peer, error| eprintln!("{peer}: {error}"));
/// println!("listening on {}", server.local_addr()?);
/// server.serve(processor).await;
/// # Ok(())
/// # }
/// ```
#[must_use = "a server does nothing until it serves"]
pub struct Server<P = AnyProtocol> {
    listener: Listener,
    options: ConnectionOptions,
    max_connections: usize,
    on_error: Option<Arc<OnError>>,
    shutdown: ShutdownHandle,
    protocol: PhantomData<fn() -> P>,
}

impl Server {
    /// Listens at an address; port 0 takes a free one, which [`local_addr`](Server::local_addr)
    /// tells.
    ///
    /// # Errors
    ///
    /// Where the address cannot be resolved or bound.
    pub async fn bind(address: impl ToSocketAddrs) -> Result<Self> {
        Ok(Server::from_listener(TcpListener::bind(address).await?))
    }

    /// Serves a socket that listens already.
    pub fn from_listener(listener: TcpListener) -> Self {
        Server::new(Listener::Tcp(listener))
    }

    /// Listens at a Unix socket, for peers on this machine.
    ///
    /// The socket's file is removed when the server ends. One that a killed server has left behind,
    /// so that nobody listens there, is replaced. Who may connect is decided by the permissions of
    /// the folder.
    ///
    /// ```no_run
    /// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
    /// thrift_runtime::Server::bind_unix("/run/messages.sock")?.serve(processor).await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Where a server listens there already, the path is another file's, or cannot be made.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[cfg(unix)]
    pub fn bind_unix(path: impl AsRef<std::path::Path>) -> Result<Self> {
        let listener = unix::UnixListener::bind(path.as_ref())?;
        Ok(Server::new(Listener::Unix(listener)))
    }

    /// Serves a Unix socket that listens already. Its file is left to whoever made it.
    #[cfg(unix)]
    pub fn from_unix_listener(listener: tokio::net::UnixListener) -> Self {
        Server::new(Listener::Unix(unix::UnixListener::from_listener(listener)))
    }

    fn new(listener: Listener) -> Self {
        Server {
            listener,
            options: ConnectionOptions::default(),
            max_connections: MAX_CONNECTIONS,
            on_error: None,
            shutdown: ShutdownHandle::new(),
            protocol: PhantomData,
        }
    }
}

impl<P: Protocol> Server<P> {
    /// Answers in one protocol only, so that a program has the code of no other; peers that speak
    /// another are refused.
    ///
    /// ```no_run
    /// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
    /// use thrift_runtime::{BinaryProtocol, Server};
    ///
    /// Server::bind("127.0.0.1:9090").await?.only::<BinaryProtocol>().serve(processor).await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn only<Q: Protocol>(self) -> Server<Q> {
        let Server { listener, options, max_connections, on_error, shutdown, protocol: _ } = self;
        let protocol = PhantomData;
        Server { listener, options, max_connections, on_error, shutdown, protocol }
    }

    /// The address it listens at.
    ///
    /// # Errors
    ///
    /// If the operating system cannot tell, or, with the kind
    /// [`Unsupported`](crate::ErrorKind::Unsupported), if it is a Unix socket, which has none.
    pub fn local_addr(&self) -> Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Sets all of the connections' options.
    pub fn connection_options(mut self, options: ConnectionOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets the bounds on what is read.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.options.limits = limits;
        self
    }

    /// Takes one framing only, instead of what each peer begins with.
    pub fn framing(mut self, framing: Framing) -> Self {
        self.options.framing = Some(framing);
        self
    }

    /// Sets how many calls of one connection are answered at once, and out of their order; see
    /// [`ConnectionOptions::concurrent_calls`].
    pub fn concurrent_calls(mut self, count: usize) -> Self {
        self.options.concurrent_calls = count;
        self
    }

    /// Closes connections that rest between calls for so long; by default they may for ever.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<std::time::Duration>>) -> Self {
        self.options.idle_timeout = timeout.into();
        self
    }

    /// Closes connections on which not a byte moves for so long within a call or an answer; a minute
    /// by default.
    pub fn stall_timeout(mut self, timeout: impl Into<Option<std::time::Duration>>) -> Self {
        self.options.stall_timeout = timeout.into();
        self
    }

    /// Answers peers that speak TLS with a certificate, beside those that do not.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: crate::tls::ServerTls) -> Self {
        self.options.tls = Some(tls);
        self
    }

    /// Sets how many connections may be open at once: 10,000 by default, and at least 1. Further ones
    /// wait in the operating system's queue until another closes.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.max_connections = count.max(1);
        self
    }

    /// Calls `tell` with the reason when a connection fails, that is, when it ends otherwise than by
    /// the peer closing it between calls.
    pub fn on_error(mut self, tell: impl Fn(PeerAddr, &Error) + Send + Sync + 'static) -> Self {
        self.on_error = Some(Arc::new(tell));
        self
    }

    /// Gives a handle that ends the server.
    pub fn shutdown_handle(&self) -> ShutdownHandle {
        self.shutdown.clone()
    }

    /// Serves until a [`ShutdownHandle`] ends it. If the future is dropped, so are all connections.
    pub async fn serve(self, processor: impl Processor) {
        accept::run(self, Arc::new(processor)).await;
    }

    /// Serves until `signal` is ready, then finishes the calls that have arrived.
    ///
    /// ```no_run
    /// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
    /// let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    /// let server = thrift_runtime::Server::bind("127.0.0.1:9090").await?;
    /// server.serve_until(processor, async { _ = stopped.await }).await;
    /// # drop(stop);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn serve_until(self, processor: impl Processor, signal: impl Future<Output = ()>) {
        let shutdown = self.shutdown_handle();
        let mut serving = pin!(self.serve(processor));
        tokio::select! {
            () = &mut serving => return,
            () = signal => shutdown.begin(),
        }
        serving.await;
    }
}

impl<P> fmt::Debug for Server<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("listener", &self.listener)
            .field("options", &self.options)
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}
