//! Graceful shutdown of a blocking server, which needs to know its open connections.

#[cfg(unix)]
use std::os::unix::net::{SocketAddr as UnixAddr, UnixStream};
use std::{
    collections::HashMap,
    mem,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::socket::Socket;

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

/// The connections that are open, and whether there may be more.
#[derive(Debug, Default)]
pub(super) struct Open {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    phase: Phase,
    sockets: HashMap<u64, Arc<Socket>>,
    /// How many places are taken, with or without a socket.
    places: usize,
    next: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Phase {
    #[default]
    Running,
    /// After the deadline, remaining connections are closed.
    Ending { deadline: Option<Instant> },
}

/// A connection's place among those that are open.
#[derive(Debug)]
pub(super) struct Place {
    open: Arc<Open>,
    number: u64,
}

impl Open {
    /// Waits until there are fewer than `most`; returns `None` if the server is to end.
    pub(super) fn enter(self: &Arc<Self>, most: usize) -> Option<Place> {
        let mut state = self.wait_while(|state| !state.is_ending() && state.places >= most);
        if state.is_ending() {
            return None;
        }
        state.places += 1;
        state.next += 1;
        Some(Place { number: state.next, open: Arc::clone(self) })
    }

    pub(super) fn is_ending(&self) -> bool {
        self.lock().is_ending()
    }

    fn end(&self, deadline: Option<Instant>) {
        let mut state = self.lock();
        state.phase = match (state.phase, deadline) {
            (Phase::Ending { deadline }, None) => Phase::Ending { deadline },
            _ => Phase::Ending { deadline },
        };
        state.sockets.values().for_each(|socket| socket.end_reading());
        drop(state);
        self.changed.notify_all();
    }

    /// Waits until all connections are closed or the deadline has passed, then closes the rest.
    pub(super) fn wait_for_the_last(&self) {
        let mut state = self.lock();
        while state.places > 0 {
            let Phase::Ending { deadline: Some(deadline) } = state.phase else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        mem::take(&mut state.sockets).into_values().for_each(|socket| socket.close());
    }

    fn wait_while(&self, condition: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let waited = self.changed.wait_while(self.lock(), |state| condition(state));
        waited.unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_ending(&self) -> bool {
        self.phase != Phase::Running
    }
}

impl Place {
    /// Takes the place with a socket. During a shutdown, its reading ends at once.
    pub(super) fn take(&self, socket: &Arc<Socket>) {
        let mut state = self.open.lock();
        state.sockets.insert(self.number, Arc::clone(socket));
        if state.is_ending() {
            socket.end_reading();
        }
    }

    /// Whether the server is to end.
    pub(super) fn is_ending(&self) -> bool {
        self.open.is_ending()
    }

    /// Tells whether the peer is gone. During a shutdown that is unknown, since reading has ended.
    #[cfg(unix)]
    pub(super) fn watch(&self, socket: &Arc<Socket>) -> impl Fn() -> bool + Send + Sync + 'static {
        let (open, socket) = (Arc::clone(&self.open), Arc::downgrade(socket));
        move || !open.is_ending() && socket.upgrade().is_none_or(|socket| socket.is_ended())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.open.lock();
        state.sockets.remove(&self.number);
        state.places -= 1;
        drop(state);
        self.open.changed.notify_all();
    }
}
