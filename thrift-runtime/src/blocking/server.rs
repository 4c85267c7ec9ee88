//! The threaded server: a thread for each connection.

#[cfg(unix)]
use std::os::unix::net::SocketAddr as UnixAddr;
use std::{
    fmt, io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use super::{
    address, connection,
    open::{Open, Place},
    shutdown::{BlockingShutdownHandle, Listening},
    socket::Socket,
};
#[cfg(unix)]
use crate::transport::socket_file::{self, SocketFile};
use crate::{
    call::{About, Connection, Event, Load, PeerAddr, Processor, tell},
    error::{Error, Result},
    serving::{Opened, Settings, server_settings},
};

/// How long to wait after a failure to accept, such as for want of file descriptors.
const WAIT: Duration = Duration::from_millis(50);

/// How many connections, and so threads, there may be by default.
const MAX_CONNECTIONS: usize = 1000;

/// Serves calls at an address for ever, with a thread for each connection.
///
/// A [`BlockingServer`] has settings and a graceful shutdown.
///
/// ```no_run
/// # fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// // CalculatorServiceProcessor::blocking(handler)
/// thrift_runtime::serve_blocking("127.0.0.1:9090", processor)
/// # }
/// ```
///
/// # Errors
///
/// If the address cannot be bound.
pub fn serve_blocking(address: impl ToSocketAddrs, processor: impl Processor) -> Result<()> {
    BlockingServer::bind(address)?.serve(processor);
    Ok(())
}

/// A server for programs without an async runtime, with a thread for each connection.
///
/// It answers framed and unframed peers in every protocol that is built in, and with the features
/// `tls` and `sasl` those that speak TLS and SASL. THeader, zlib and HTTP need a [`Server`](crate::Server).
///
/// ```
/// # fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// use std::time::Duration;
/// use thrift_runtime::BlockingServer;
///
/// let server = BlockingServer::bind("127.0.0.1:0")?
///     .max_connections(200)
///     .idle_timeout(Duration::from_secs(600));
/// println!("listening on {}", server.local_addr()?);
/// server.serve(processor);
/// # Ok(())
/// # }
/// ```
#[must_use = "a server does nothing until one of its `serve` methods is called"]
pub struct BlockingServer {
    listener: Listener,
    settings: Settings,
    open: Arc<Open>,
}

#[derive(Debug)]
enum Listener {
    Tcp(TcpListener),
    /// Dropped in this order, so that nobody finds the file of a socket that no longer listens.
    #[cfg(unix)]
    Unix(Option<SocketFile>, std::os::unix::net::UnixListener),
}

impl BlockingServer {
    /// Listens at an address. Port 0 takes a free port, which
    /// [`local_addr`](BlockingServer::local_addr) returns.
    ///
    /// # Errors
    ///
    /// If the address cannot be resolved or bound.
    pub fn bind(address: impl ToSocketAddrs) -> Result<Self> {
        Ok(BlockingServer::from_listener(address::listen(address)?))
    }

    /// Takes a socket that listens already.
    pub fn from_listener(listener: TcpListener) -> Self {
        // An async runtime may have made it non-blocking.
        let _ = listener.set_nonblocking(false);
        BlockingServer::new(Listener::Tcp(listener))
    }

    /// Listens at a Unix socket, for peers on this machine.
    ///
    /// The socket's file is removed when the server ends. A file that a killed server left behind
    /// is replaced, since nobody listens there; of several servers that do so at once, one listens.
    /// The permissions of the folder and the umask of the process decide who may connect.
    ///
    /// # Errors
    ///
    /// If a server listens there already, something else has that path, or the file cannot be
    /// created.
    #[cfg(unix)]
    pub fn bind_unix(path: impl AsRef<std::path::Path>) -> Result<Self> {
        BlockingServer::listen_unix(path.as_ref(), None)
    }

    /// Like [`bind_unix`](BlockingServer::bind_unix), with the mode of the socket's file, such as `0o660`.
    /// Together with the permissions of the folder, it decides who may connect: on Linux, whoever may write
    /// to the file.
    ///
    /// # Errors
    ///
    /// As for [`bind_unix`](BlockingServer::bind_unix).
    #[cfg(unix)]
    pub fn bind_unix_with_mode(path: impl AsRef<std::path::Path>, mode: u32) -> Result<Self> {
        BlockingServer::listen_unix(path.as_ref(), Some(mode))
    }

    #[cfg(unix)]
    fn listen_unix(path: &std::path::Path, mode: Option<u32>) -> Result<Self> {
        let (listener, file) = socket_file::listen(path, mode)
            .map_err(|error| address::failed("cannot listen at", path, error))?;
        Ok(BlockingServer::new(Listener::Unix(file, listener)))
    }

    /// Takes a Unix socket that listens already. The server does not remove its file.
    #[cfg(unix)]
    pub fn from_unix_listener(listener: std::os::unix::net::UnixListener) -> Self {
        let _ = listener.set_nonblocking(false);
        BlockingServer::new(Listener::Unix(None, listener))
    }

    fn new(listener: Listener) -> Self {
        BlockingServer { listener, settings: Settings::new(MAX_CONNECTIONS), open: Arc::default() }
    }

    /// The address that the server listens at.
    ///
    /// # Errors
    ///
    /// If the operating system cannot tell, or, with the kind
    /// [`Unsupported`](crate::ErrorKind::Unsupported), if it is a Unix socket, which has none.
    pub fn local_addr(&self) -> Result<SocketAddr> {
        match &self.listener {
            Listener::Tcp(listener) => Ok(listener.local_addr()?),
            #[cfg(unix)]
            Listener::Unix(..) => Err(crate::Error::new(
                crate::ErrorKind::Unsupported,
                "a Unix socket has no IP address",
            )),
        }
    }

    server_settings!();

    /// Returns a handle that shuts the server down.
    pub fn shutdown_handle(&self) -> BlockingShutdownHandle {
        let listening = match &self.listener {
            Listener::Tcp(listener) => listener.local_addr().map(Listening::Tcp).ok(),
            #[cfg(unix)]
            Listener::Unix(file, listener) => {
                let path = file.as_ref().and_then(|file| UnixAddr::from_pathname(file.path()).ok());
                path.or_else(|| listener.local_addr().ok()).map(Listening::Unix)
            }
        };
        let listening = listening.unwrap_or(Listening::Nowhere);
        BlockingShutdownHandle::new(Arc::clone(&self.open), listening)
    }

    /// Serves until a [`BlockingShutdownHandle`] shuts the server down.
    pub fn serve(self, processor: impl Processor) {
        let BlockingServer { listener, settings, open } = self;
        let load = Arc::new(Load::new(settings.max_calls, settings.max_bytes));
        let shared = Arc::new(Serving { settings, load, processor });
        while !open.is_ending() {
            let (socket, peer) = match listener.accept() {
                Ok((socket, peer)) => (Arc::new(socket), peer),
                Err(error) => {
                    shared.accept_failed(error);
                    thread::sleep(WAIT);
                    continue;
                }
            };
            let place = match open.enter(&socket, peer, &shared.settings) {
                Ok(place) => place,
                Err(Some(why)) => {
                    drop(socket);
                    shared.tell(&Event::Refused { peer, why });
                    continue;
                }
                // This may be the connection that was made to wake this thread.
                Err(None) => break,
            };
            let theirs = Arc::clone(&shared);
            let thread = thread::Builder::new().name("thrift connection".into());
            let spawned = thread.spawn(move || theirs.serve(socket, peer, &place));
            // Without a thread, the connection is dropped.
            if let Err(error) = spawned {
                shared.accept_failed(error);
            }
        }
        drop(listener);
        open.wait_for_the_last();
    }
}

/// What the threads of all connections share.
struct Serving<T> {
    settings: Settings,
    load: Arc<Load>,
    processor: T,
}

impl<T: Processor> Serving<T> {
    fn serve(&self, socket: Arc<Socket>, peer: PeerAddr, place: &Place) {
        let options = &self.settings.connection;
        socket.prepare(&options.socket);
        let about = About::new(peer, Instant::now(), options.observer.clone());
        let known = Arc::new(about.with_load(&self.load));
        let opened = Opened::new(Connection::new(known));
        connection::serve(socket, opened, place, options, &self.processor);
    }

    fn accept_failed(&self, error: io::Error) {
        self.tell(&Event::AcceptFailed { error: &Error::from(error) });
    }

    fn tell(&self, event: &Event<'_>) {
        if let Some(observer) = &self.settings.connection.observer {
            tell(&**observer, event);
        }
    }
}

impl fmt::Debug for BlockingServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingServer")
            .field("listener", &self.listener)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Listener {
    fn accept(&self) -> io::Result<(Socket, PeerAddr)> {
        match self {
            Listener::Tcp(listener) => {
                let (stream, address) = listener.accept()?;
                Ok((Socket::Tcp(stream), PeerAddr::Tcp(address)))
            }
            #[cfg(unix)]
            Listener::Unix(_, listener) => Ok((Socket::Unix(listener.accept()?.0), PeerAddr::Unix)),
        }
    }
}
