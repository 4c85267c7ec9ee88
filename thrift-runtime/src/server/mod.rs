//! The server: it accepts connections, and answers the calls that arrive on them.

mod accept;
mod acceptor;
mod ahead;
mod concurrent;
mod connection;
#[cfg(feature = "header")]
mod header;
#[cfg(feature = "http")]
mod http;
mod last_bytes;
#[cfg(any(feature = "sasl", feature = "tls", feature = "zlib"))]
mod layer;
mod link;
mod listener;
mod meanwhile;
mod open;
#[cfg(any(feature = "sasl", feature = "tls"))]
mod records;
mod sequential;
mod serve;
mod shutdown;
mod status;
#[cfg(unix)]
mod unix;
#[cfg(any(feature = "http", feature = "sasl", feature = "tls", feature = "zlib"))]
mod wrapped;

use std::{fmt, future::Future, marker::PhantomData, net::SocketAddr, pin::pin, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, ToSocketAddrs},
    time::Instant,
};

use crate::{
    call::{About, PeerAddr, Processor},
    error::Result,
    protocol::{AnyProtocol, Protocol},
    serving::{ConnectionOptions, Ending, Settings, server_settings},
    transport::connect,
};

#[cfg(feature = "http")]
pub use self::http::{HttpBody, HttpService};
pub use self::shutdown::ShutdownHandle;
use self::{listener::Listener, status::Status};

/// How many connections may be open by default.
const MAX_CONNECTIONS: usize = 10_000;

/// Serves calls at an address, in every protocol and transport that is built in, until the future
/// is dropped.
///
/// A [`Server`] has settings and a graceful shutdown.
///
/// ```no_run
/// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// thrift_runtime::serve("127.0.0.1:9090", processor).await
/// # }
/// ```
///
/// # Errors
///
/// If the address cannot be bound. The server goes on if connections, or accepting them, fail.
pub async fn serve(address: impl ToSocketAddrs, processor: impl Processor) -> Result<()> {
    Server::bind(address).await?.serve(processor).await;
    Ok(())
}

/// Serves the calls that arrive on one stream, until the peer ends it.
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
/// If the peer speaks no protocol or transport that is built in, sends something that is not a
/// message, exceeds a limit or a timeout, or if the stream fails. What could be answered has been
/// answered.
pub async fn serve_connection<S, T>(
    stream: S,
    processor: T,
    options: &ConnectionOptions,
) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: Processor,
{
    let (processor, status) = (Arc::new(processor), alone(options));
    serve::serve::<AnyProtocol, _, _>(stream, &processor, options, status).await
}

/// Serves the calls that arrive on one stream until the peer ends it, or until `signal` is ready.
/// Then it answers the calls that have arrived, and closes.
///
/// ```
/// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// use thrift_runtime::{Client, ConnectionOptions, serve_connection_until};
///
/// let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
/// let (ours, theirs) = tokio::io::duplex(4096);
/// let client = Client::from_stream(ours);
/// let options = ConnectionOptions::default();
/// serve_connection_until(theirs, processor, &options, async { _ = stopped.await }).await
/// # }
/// ```
///
/// # Errors
///
/// Like [`serve_connection`].
pub async fn serve_connection_until<S, T>(
    stream: S,
    processor: T,
    options: &ConnectionOptions,
    signal: impl Future<Output = ()>,
) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: Processor,
{
    let (processor, status) = (Arc::new(processor), alone(options));
    let theirs = Arc::clone(&status);
    let mut serving = pin!(serve::serve::<AnyProtocol, _, _>(stream, &processor, options, theirs));
    tokio::select! {
        biased;
        served = &mut serving => return served,
        () = signal => status.end(Ending::Shutdown),
    }
    serving.await
}

/// The status of a connection without a server.
fn alone(options: &ConnectionOptions) -> Arc<Status> {
    let opened = Instant::now().into_std();
    let about = About::new(PeerAddr::Unknown, opened, options.observer.clone());
    Arc::new(Status::new(about))
}

/// A listening socket, and the settings for its connections.
///
/// ```no_run
/// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// use std::time::Duration;
/// use thrift_runtime::{Event, Server};
///
/// let server = Server::bind("127.0.0.1:0")
///     .await?
///     .max_connections(1_000)
///     .idle_timeout(Duration::from_secs(600))
///     .observer(|event: &Event<'_>| println!("{event}"));
/// println!("listening on {}", server.local_addr()?);
/// server.serve(processor).await;
/// # Ok(())
/// # }
/// ```
#[must_use = "a server does nothing until one of its `serve` methods is called"]
pub struct Server<P = AnyProtocol> {
    listener: Listener,
    settings: Settings,
    shutdown: ShutdownHandle,
    protocol: PhantomData<fn() -> P>,
}

impl Server {
    /// Listens at an address. Port 0 takes a free port, which [`local_addr`](Server::local_addr)
    /// returns.
    ///
    /// # Errors
    ///
    /// If the address cannot be resolved or bound.
    pub async fn bind(address: impl ToSocketAddrs) -> Result<Self> {
        Ok(Server::from_listener(connect::listen(address).await?))
    }

    /// Takes a socket that listens already.
    pub fn from_listener(listener: TcpListener) -> Self {
        Server::new(Listener::Tcp(listener))
    }

    /// Listens at a Unix socket, for peers on this machine.
    ///
    /// The socket's file is removed when the server ends. A file that a killed server left behind
    /// is replaced, since nobody listens there; of several servers that do so at once, one listens.
    /// The permissions of the folder and the umask of the process decide who may connect.
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
    /// If a server listens there already, something else has that path, or the file cannot be
    /// created.
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    #[cfg(unix)]
    pub fn bind_unix(path: impl AsRef<std::path::Path>) -> Result<Self> {
        Server::listen_unix(path.as_ref(), None)
    }

    /// Like [`bind_unix`](Server::bind_unix), with the mode of the socket's file, such as `0o660`.
    /// Together with the permissions of the folder, it decides who may connect: on Linux, whoever may
    /// write to the file.
    ///
    /// # Errors
    ///
    /// As for [`bind_unix`](Server::bind_unix).
    ///
    /// # Panics
    ///
    /// If called outside of a tokio runtime.
    #[cfg(unix)]
    pub fn bind_unix_with_mode(path: impl AsRef<std::path::Path>, mode: u32) -> Result<Self> {
        Server::listen_unix(path.as_ref(), Some(mode))
    }

    #[cfg(unix)]
    fn listen_unix(path: &std::path::Path, mode: Option<u32>) -> Result<Self> {
        let listener = unix::UnixListener::bind(path, mode).map_err(|error| {
            crate::Error::io(format!("cannot listen at {}", path.display()), error)
        })?;
        Ok(Server::new(Listener::Unix(listener)))
    }

    /// Takes a Unix socket that listens already. The server does not remove its file.
    #[cfg(unix)]
    pub fn from_unix_listener(listener: tokio::net::UnixListener) -> Self {
        Server::new(Listener::Unix(unix::UnixListener::from_listener(listener)))
    }

    fn new(listener: Listener) -> Self {
        Server {
            listener,
            settings: Settings::new(MAX_CONNECTIONS),
            shutdown: ShutdownHandle::new(),
            protocol: PhantomData,
        }
    }
}

impl<P: Protocol> Server<P> {
    /// Serves only one protocol, and refuses peers that use another, so that the program contains no
    /// code for the other protocols.
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
        let Server { listener, settings, shutdown, protocol: _ } = self;
        Server { listener, settings, shutdown, protocol: PhantomData }
    }

    /// The address on which the server listens.
    ///
    /// # Errors
    ///
    /// If the operating system cannot tell; or, with the kind
    /// [`Unsupported`](crate::ErrorKind::Unsupported), if the socket is a Unix socket, which has no
    /// such address.
    pub fn local_addr(&self) -> Result<SocketAddr> {
        self.listener.local_addr()
    }

    server_settings!();

    /// Sets how many calls of one connection are handled at once, 1 by default. With more, replies
    /// may come out of order; see [`ConnectionOptions::concurrent_calls`].
    pub fn concurrent_calls(mut self, count: usize) -> Self {
        self.settings.connection.concurrent_calls = count;
        self
    }

    /// Sets whether calls are cancelled when their caller has left. By default, they are not; see
    /// [`ConnectionOptions::cancel_abandoned_calls`].
    pub fn cancel_abandoned_calls(mut self, cancel: bool) -> Self {
        self.settings.connection.cancel_abandoned_calls = cancel;
        self
    }

    /// Sets how long the shutdown of [`serve_until`](Server::serve_until) may take, 30 seconds by
    /// default. After that, the remaining connections are dropped, along with their calls in progress.
    pub fn shutdown_timeout(mut self, timeout: impl Into<Option<std::time::Duration>>) -> Self {
        self.settings.shutdown_timeout = timeout.into();
        self
    }

    /// Returns a handle that shuts the server down.
    pub fn shutdown_handle(&self) -> ShutdownHandle {
        self.shutdown.clone()
    }

    /// Serves until a [`ShutdownHandle`] shuts the server down. Dropping the future drops all
    /// connections.
    pub async fn serve(self, processor: impl Processor) {
        accept::run(self, Arc::new(processor)).await;
    }

    /// Serves until `signal` is ready, then shuts down and finishes the calls that have arrived,
    /// within the [shutdown timeout](Server::shutdown_timeout).
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
        let (shutdown, patience) = (self.shutdown_handle(), self.settings.shutdown_timeout);
        let mut serving = pin!(self.serve(processor));
        tokio::select! {
            () = &mut serving => return,
            () = signal => match patience {
                Some(patience) => shutdown.begin_within(patience),
                None => shutdown.begin(),
            },
        }
        serving.await;
    }
}

impl<P> fmt::Debug for Server<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("listener", &self.listener)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
