//! The threaded server: a thread for each connection.

use std::{
    fmt, io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    sync::Arc,
    thread,
    time::Duration,
};

use super::{
    address, connection,
    shutdown::{BlockingShutdownHandle, Listening, Open},
    socket::Socket,
};
#[cfg(unix)]
use crate::transport::socket_file::{self, SocketFile};
use crate::{
    context::Connection as Peer,
    error::{Error, ErrorKind, Result},
    processor::Processor,
    protocol::Limits,
    transport::peer::PeerAddr,
};

/// How long to wait after a failure to accept, as when there are no more file descriptors.
const WAIT: Duration = Duration::from_millis(50);

/// Answers calls at an address with a thread for each connection, for ever.
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
/// Where the address cannot be bound.
pub fn serve_blocking(address: impl ToSocketAddrs, processor: impl Processor) -> Result<()> {
    BlockingServer::bind(address)?.serve(processor);
    Ok(())
}

/// A server for programs without an async runtime: it has a thread for each connection, which
/// answers in every plain dialect that is built in.
pub struct BlockingServer {
    listener: Listener,
    options: Options,
    max_connections: usize,
    on_error: Option<Box<OnError>>,
    open: Arc<Open>,
}

type OnError = dyn Fn(PeerAddr, &Error) + Send + Sync;

/// How a connection is treated.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) limits: Limits,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) stall_timeout: Option<Duration>,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<crate::tls::ServerTls>,
}

#[derive(Debug)]
enum Listener {
    Tcp(TcpListener),
    /// In this order: while the file is there, whoever connects is to find someone who listens.
    #[cfg(unix)]
    Unix(Option<SocketFile>, std::os::unix::net::UnixListener),
}

impl BlockingServer {
    /// Listens at an address; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// Where the address cannot be resolved or bound.
    pub fn bind(address: impl ToSocketAddrs) -> Result<Self> {
        Ok(BlockingServer::from_listener(address::listen(address)?))
    }

    /// Serves a socket that listens already.
    pub fn from_listener(listener: TcpListener) -> Self {
        BlockingServer::new(Listener::Tcp(listener))
    }

    /// Listens at a Unix socket, whose file is removed in the end. The file of a server that was
    /// killed, at which nobody listens, is replaced.
    ///
    /// # Errors
    ///
    /// Where somebody listens there, anything else stands there, or the file cannot be made.
    #[cfg(unix)]
    pub fn bind_unix(path: impl AsRef<std::path::Path>) -> Result<Self> {
        let bind = |path: &std::path::Path| std::os::unix::net::UnixListener::bind(path);
        let path = path.as_ref();
        let (listener, file) = socket_file::listen(path, bind)
            .map_err(|error| Error::io(format!("cannot listen at {}", path.display()), error))?;
        Ok(BlockingServer::new(Listener::Unix(file, listener)))
    }

    fn new(listener: Listener) -> Self {
        let options = Options {
            limits: Limits::default(),
            idle_timeout: None,
            stall_timeout: Some(Duration::from_secs(60)),
            #[cfg(feature = "tls")]
            tls: None,
        };
        let open = Arc::default();
        BlockingServer { listener, options, max_connections: 1000, on_error: None, open }
    }

    /// The address it listens at.
    ///
    /// # Errors
    ///
    /// Of a Unix socket, which has none.
    pub fn local_addr(&self) -> Result<SocketAddr> {
        match &self.listener {
            Listener::Tcp(listener) => Ok(listener.local_addr()?),
            #[cfg(unix)]
            Listener::Unix(..) => {
                Err(Error::new(ErrorKind::Unsupported, "a Unix socket has no IP address"))
            }
        }
    }

    /// Sets the bounds on what is read.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.options.limits = limits;
        self
    }

    /// Sets how many connections, and so threads, there are at once, 1,000 by default. Above it, new
    /// ones wait until another closes.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.max_connections = count.max(1);
        self
    }

    /// Closes connections that rest between calls for so long; by default they may for ever.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.options.idle_timeout = timeout.into();
        self
    }

    /// Closes connections on which not a byte moves for so long within a call or an answer; a minute
    /// by default.
    pub fn stall_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.options.stall_timeout = timeout.into();
        self
    }

    /// Answers peers that speak TLS, beside those that do not, or [`only`](crate::tls::ServerTls::only)
    /// them.
    ///
    /// ```no_run
    /// # fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
    /// use thrift_runtime::{BlockingServer, tls::ServerTls};
    ///
    /// let tls = ServerTls::new(&std::fs::read("server.pem")?, &std::fs::read("server.key")?)?;
    /// BlockingServer::bind("0.0.0.0:9090")?.tls(tls.only()).serve(processor);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: crate::tls::ServerTls) -> Self {
        self.options.tls = Some(tls);
        self
    }

    /// Sets what is told why a connection was closed, where that was not the peer's wish.
    ///
    /// ```no_run
    /// # fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
    /// thrift_runtime::BlockingServer::bind("127.0.0.1:9090")?
    ///     .on_error(|peer, error| eprintln!("{peer}: {error}"))
    ///     .serve(processor);
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_error(mut self, tell: impl Fn(PeerAddr, &Error) + Send + Sync + 'static) -> Self {
        self.on_error = Some(Box::new(tell));
        self
    }

    /// Gives a handle that ends the server.
    pub fn shutdown_handle(&self) -> BlockingShutdownHandle {
        let listening = match &self.listener {
            Listener::Tcp(listener) => listener.local_addr().map(Listening::Tcp).ok(),
            #[cfg(unix)]
            Listener::Unix(file, _) => {
                file.as_ref().map(|file| Listening::Unix(file.path().to_owned()))
            }
        };
        let listening = listening.unwrap_or(Listening::Nowhere);
        BlockingShutdownHandle::new(Arc::clone(&self.open), listening)
    }

    /// Serves until a [`BlockingShutdownHandle`] ends it.
    pub fn serve(self, processor: impl Processor) {
        let BlockingServer { listener, options, max_connections, on_error, open } = self;
        let shared = Arc::new((options, on_error, processor));
        while let Some(place) = open.enter(max_connections) {
            let Ok((socket, peer)) = listener.accept() else {
                thread::sleep(WAIT);
                continue;
            };
            // What was woken by has nothing to say, and nobody else is served any more.
            if open.is_ending() {
                break;
            }
            let shared = Arc::clone(&shared);
            // Where no thread can be made, the connection is dropped.
            let _ = thread::Builder::new().name("thrift connection".into()).spawn(move || {
                let (options, on_error, processor) = &*shared;
                let known = Peer { peer: peer.address(), ..Peer::default() };
                let served = connection::serve(socket, known, &place, options, processor);
                if let (Err(error), Some(tell)) = (served, on_error) {
                    tell(peer, &error);
                }
            });
        }
        drop(listener);
        open.wait_for_the_last();
    }
}

impl fmt::Debug for BlockingServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingServer")
            .field("listener", &self.listener)
            .field("options", &self.options)
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

impl Listener {
    fn accept(&self) -> io::Result<(Socket, PeerAddr)> {
        match self {
            Listener::Tcp(listener) => {
                let (stream, address) = listener.accept()?;
                let _ = stream.set_nodelay(true);
                Ok((Socket::Tcp(stream), PeerAddr::Tcp(address)))
            }
            #[cfg(unix)]
            Listener::Unix(_, listener) => Ok((Socket::Unix(listener.accept()?.0), PeerAddr::Unix)),
        }
    }
}
