//! Graceful shutdown of a blocking server.

#[cfg(unix)]
use std::os::unix::net::{SocketAddr as UnixAddr, UnixStream};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    sync::Arc,
    time::{Duration, Instant},
};

use super::open::Open;

/// How long to try to wake the server by connecting to it.
const WAKING: Duration = Duration::from_secs(1);

/// Shuts a [`BlockingServer`](crate::BlockingServer) down, from any thread.
///
/// The server stops accepting connections, closes idle ones, finishes the calls that have arrived
/// whole and sends their replies. Then [`BlockingServer::serve`](crate::BlockingServer::serve)
/// returns.
///
/// ```
/// # fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
/// let server = thrift_runtime::BlockingServer::bind("127.0.0.1:0")?;
/// let shutdown = server.shutdown_handle();
/// let serving = std::thread::spawn(move || server.serve(processor));
///
/// shutdown.begin_within(std::time::Duration::from_secs(5));
/// serving.join().unwrap();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct BlockingShutdownHandle {
    open: Arc<Open>,
    listening: Listening,
}

/// Where a server listens, so that connecting to it can wake it.
#[derive(Debug, Clone)]
pub(super) enum Listening {
    Tcp(SocketAddr),
    #[cfg(unix)]
    Unix(UnixAddr),
    /// Unknown.
    Nowhere,
}

impl BlockingShutdownHandle {
    pub(super) fn new(open: Arc<Open>, listening: Listening) -> Self {
        BlockingShutdownHandle { open, listening }
    }

    /// Begins the shutdown. It takes as long as the slowest call in progress.
    pub fn begin(&self) {
        self.open.end(None);
        self.listening.wake();
    }

    /// Begins the shutdown, or bounds one that has begun. After `patience`, the remaining
    /// connections are closed and the server returns. A handler that is still running goes on in
    /// its thread, since threads cannot be stopped, and its reply is discarded.
    pub fn begin_within(&self, patience: Duration) {
        self.open.end(Instant::now().checked_add(patience));
        self.listening.wake();
    }

    /// Whether the shutdown has begun.
    pub fn has_begun(&self) -> bool {
        self.open.is_ending()
    }
}

impl Listening {
    /// Connects once, to wake a server that waits for connections.
    fn wake(&self) {
        match self {
            Listening::Tcp(address) => {
                let mut address = *address;
                match address.ip() {
                    IpAddr::V4(ip) if ip.is_unspecified() => {
                        address.set_ip(Ipv4Addr::LOCALHOST.into());
                    }
                    IpAddr::V6(ip) if ip.is_unspecified() => {
                        address.set_ip(Ipv6Addr::LOCALHOST.into());
                    }
                    _ => {}
                }
                let _ = TcpStream::connect_timeout(&address, WAKING);
            }
            #[cfg(unix)]
            Listening::Unix(address) => {
                let _ = UnixStream::connect_addr(address);
            }
            Listening::Nowhere => {}
        }
    }
}
