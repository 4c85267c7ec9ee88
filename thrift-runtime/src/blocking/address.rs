//! Connecting and listening, with errors that say where.

use std::{
    io,
    net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};
#[cfg(unix)]
use std::{os::unix::net::UnixStream, path::Path};

#[cfg(unix)]
use socket2::{Domain, SockAddr, Type};

use crate::{
    error::{Error, Result},
    transport::addresses::{Attempts, STAGGER, interleaved, nowhere},
};

/// What an address resolves to.
fn resolve(address: impl ToSocketAddrs) -> Result<impl Iterator<Item = SocketAddr>> {
    address.to_socket_addrs().map_err(|error| Error::io("cannot resolve the address", error))
}

/// Connects to the address that answers first. Each gets a head start over the next, which ends
/// when it fails (RFC 8305, 5). The threads of the others end with their attempts, unheard.
///
/// Returns when the time ends, too.
pub(super) fn connect(
    address: impl ToSocketAddrs,
    patience: Option<Duration>,
) -> Result<(TcpStream, Option<Instant>)> {
    let mut waiting = interleaved(resolve(address)?).into_iter();
    let end = patience.and_then(|patience| Instant::now().checked_add(patience));
    let left = || end.map(|end| end.saturating_duration_since(Instant::now()));
    let mut attempts = Attempts::default();
    let (results, arriving) = mpsc::channel();
    loop {
        if let Some(address) = waiting.next() {
            attempts.begin(address);
            let (results, left) = (results.clone(), left());
            let attempt = move || _ = results.send((address, attempt(address, left)));
            let thread = thread::Builder::new().name("thrift connecting".into());
            if let Err(error) = thread.spawn(attempt) {
                attempts.fail(address, error);
                continue;
            }
        } else if attempts.are_over() {
            return Err(attempts.error());
        }
        let head_start = (waiting.len() > 0).then_some(STAGGER);
        let arrived = match head_start.into_iter().chain(left()).min() {
            Some(wait) => arriving.recv_timeout(wait),
            None => arriving.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        if let Ok((_, Ok(stream))) = arrived {
            return Ok((stream, end));
        }
        if let (Some(Duration::ZERO), Some(patience)) = (left(), patience) {
            return Err(attempts.late(patience));
        }
        if let Ok((address, Err(error))) = arrived {
            attempts.fail(address, error);
        }
    }
}

fn attempt(address: SocketAddr, left: Option<Duration>) -> io::Result<TcpStream> {
    match left {
        Some(Duration::ZERO) => Err(io::ErrorKind::TimedOut.into()),
        Some(left) => TcpStream::connect_timeout(&address, left),
        None => TcpStream::connect(address),
    }
}

/// Connects to a Unix socket.
#[cfg(unix)]
pub(super) fn connect_unix(path: &Path, patience: Option<Duration>) -> Result<UnixStream> {
    let connecting = || {
        let socket = socket2::Socket::new(Domain::UNIX, Type::STREAM, None)?;
        // Connecting waits for room in the server's queue as long as writing does.
        socket.set_write_timeout(patience)?;
        socket.connect(&SockAddr::unix(path)?)?;
        Ok(UnixStream::from(socket))
    };
    connecting().map_err(|error: io::Error| match (error.kind(), patience) {
        (io::ErrorKind::WouldBlock, Some(patience)) => crate::transport::addresses::late(
            patience,
            format_args!("the queue of {} is full", path.display()),
        ),
        _ => failed("cannot connect to", path, error),
    })
}

/// Listens at the first address at which that is possible.
pub(super) fn listen(address: impl ToSocketAddrs) -> Result<TcpListener> {
    let mut failed = None;
    for address in resolve(address)? {
        match TcpListener::bind(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = Some(Error::io(format!("cannot listen at {address}"), error)),
        }
    }
    Err(failed.unwrap_or_else(nowhere))
}

/// The error for a Unix socket that cannot be used.
#[cfg(unix)]
pub(super) fn failed(cannot: &str, path: &Path, error: io::Error) -> Error {
    Error::io(format!("{cannot} {}", path.display()), error)
}
