//! Connecting and listening, with errors that say where.

use std::{future::Future, net::SocketAddr, time::Duration};
#[cfg(unix)]
use std::{io, path::Path};

#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::{
    net::{TcpListener, TcpStream, ToSocketAddrs, lookup_host},
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

#[cfg(feature = "tls")]
use tokio::io::{AsyncRead, AsyncWrite};

#[cfg(feature = "tls")]
use super::addresses;
#[cfg(any(feature = "http", feature = "tls"))]
use super::without_secrets::without_secrets;
use super::{
    addresses::{Attempts, STAGGER, interleaved, late, nowhere},
    socket::Socket,
    socket_options::SocketOptions,
};
use crate::error::{Error, Result};
#[cfg(feature = "tls")]
use crate::tls::{ClientTls, TlsStream};

/// How long to wait for room in the queue of a Unix socket. The wait doubles each time.
#[cfg(unix)]
const SHORTEST_PAUSE: Duration = Duration::from_millis(5);
#[cfg(unix)]
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// How long connecting may take, with all that belongs to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConnectTimeout {
    patience: Option<Duration>,
    end: Option<Instant>,
}

impl ConnectTimeout {
    /// Begins now; `None` is for ever.
    pub(crate) fn within(patience: Option<Duration>) -> Self {
        let end = patience.and_then(|patience| Instant::now().checked_add(patience));
        ConnectTimeout { patience, end }
    }

    /// Waits for `work` while there is time; `what` then says what was not done.
    pub(crate) async fn wait<T>(
        self,
        what: impl FnOnce() -> String,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        tokio::select! {
            biased;
            done = work => done,
            patience = self.passed() => Err(late(patience, what())),
        }
    }

    /// Waits until the time has passed, and gives how much it was.
    async fn passed(self) -> Duration {
        match self.end {
            Some(end) => sleep_until(end).await,
            None => std::future::pending().await,
        }
        self.patience.unwrap_or_default()
    }
}

/// An address's resolutions.
pub(crate) async fn resolve(
    address: impl ToSocketAddrs,
) -> Result<impl Iterator<Item = SocketAddr>> {
    lookup_host(address).await.map_err(|error| Error::io("cannot resolve the address", error))
}

/// Connects to the resolution of an address that answers first.
pub(crate) async fn tcp(
    address: impl ToSocketAddrs,
    patience: ConnectTimeout,
    options: &SocketOptions,
) -> Result<Socket> {
    let what = || "the address was not resolved".to_owned();
    let addresses = patience.wait(what, resolve(address)).await?;
    first(addresses, patience, options).await
}

/// Connects to the resolution of a `host:port` that answers first.
#[cfg(any(feature = "http", feature = "tls"))]
pub(crate) async fn tcp_named(
    address: &str,
    patience: ConnectTimeout,
    options: &SocketOptions,
) -> Result<Socket> {
    let shown = || without_secrets(address);
    let resolving = async {
        let cannot = |error| Error::io(format!("cannot resolve {}", shown()), error);
        lookup_host(address).await.map_err(cannot)
    };
    let addresses = patience.wait(|| format!("{} was not resolved", shown()), resolving).await?;
    first(addresses, patience, options).await
}

/// Connects to the address that answers first. Each gets a head start over the next, which ends
/// when it fails; the others are dropped (RFC 8305, 5).
async fn first(
    addresses: impl Iterator<Item = SocketAddr>,
    patience: ConnectTimeout,
    options: &SocketOptions,
) -> Result<Socket> {
    let mut waiting = interleaved(addresses).into_iter();
    let (mut attempts, mut connecting) = (Attempts::default(), JoinSet::new());
    let mut passed = std::pin::pin!(patience.passed());
    loop {
        if let Some(address) = waiting.next() {
            attempts.begin(address);
            connecting.spawn(async move { (address, TcpStream::connect(address).await) });
        } else if attempts.are_over() {
            return Err(attempts.error());
        }
        tokio::select! {
            Some(tried) = connecting.join_next() => match tried {
                Ok((_, Ok(stream))) => {
                    let socket = Socket::Tcp(stream);
                    socket.prepare(options);
                    return Ok(socket);
                }
                Ok((address, Err(error))) => attempts.fail(address, error),
                // The runtime is ending.
                Err(error) => return Err(Error::io("cannot connect", error.into())),
            },
            () = sleep(STAGGER), if waiting.len() > 0 => {}
            patience = passed.as_mut() => return Err(attempts.late(patience)),
        }
    }
}

/// Does the TLS handshake with the server at a `host:port`.
#[cfg(feature = "tls")]
pub(crate) async fn tls<S: AsyncRead + AsyncWrite + Unpin>(
    tls: &ClientTls,
    address: &str,
    stream: S,
    patience: ConnectTimeout,
) -> Result<TlsStream<S>> {
    let what = || format!("{} did not finish the TLS handshake", without_secrets(address));
    patience.wait(what, tls.connect(addresses::host_of(address), stream)).await
}

/// Connects to a Unix socket.
#[cfg(unix)]
pub(crate) async fn unix(path: &Path, patience: ConnectTimeout) -> Result<Socket> {
    let connecting = async {
        let mut pause = SHORTEST_PAUSE;
        loop {
            match UnixStream::connect(path).await {
                Ok(stream) => return Ok(Socket::Unix(stream)),
                // The server's queue is full. Nothing tells when there is room.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    sleep(pause).await;
                    pause = (2 * pause).min(LONGEST_PAUSE);
                }
                Err(error) => {
                    let text = format!("cannot connect to {}", path.display());
                    return Err(Error::io(text, error));
                }
            }
        }
    };
    patience.wait(|| format!("the queue of {} is full", path.display()), connecting).await
}

/// Listens at the first of an address's resolutions where that is possible.
pub(crate) async fn listen(address: impl ToSocketAddrs) -> Result<TcpListener> {
    let mut failed = None;
    for address in resolve(address).await? {
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = Some(Error::io(format!("cannot listen at {address}"), error)),
        }
    }
    Err(failed.unwrap_or_else(nowhere))
}
