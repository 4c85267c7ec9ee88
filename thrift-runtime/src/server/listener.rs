//! Listening sockets, whatever their kind.

use std::{fmt, io, net::SocketAddr};

use tokio::net::TcpListener;

#[cfg(unix)]
use super::unix::UnixListener;
use crate::transport::socket::Socket;

/// What a server accepts connections from.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

impl Listener {
    pub(super) async fn accept(&self) -> io::Result<(Socket, PeerAddr)> {
        match self {
            Listener::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                Ok((Socket::Tcp(stream), PeerAddr::Tcp(address)))
            }
            #[cfg(unix)]
            Listener::Unix(listener) => {
                Ok((Socket::Unix(listener.accept().await?), PeerAddr::Unix))
            }
        }
    }

    pub(super) fn local_addr(&self) -> io::Result<SocketAddr> {
        match self {
            Listener::Tcp(listener) => listener.local_addr(),
            #[cfg(unix)]
            Listener::Unix(_) => {
                let text = "a Unix socket has a path and no IP address";
                Err(io::Error::new(io::ErrorKind::Unsupported, text))
            }
        }
    }
}

/// Where a connection came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PeerAddr {
    /// Another program, perhaps on another machine, by TCP.
    Tcp(SocketAddr),
    /// Another program on this machine, through a Unix socket, where callers have no address.
    Unix,
}

impl PeerAddr {
    /// The IP address and port, if there is one.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            PeerAddr::Tcp(address) => Some(*address),
            PeerAddr::Unix => None,
        }
    }
}

impl fmt::Display for PeerAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PeerAddr::Tcp(address) => address.fmt(f),
            PeerAddr::Unix => f.write_str("a Unix socket's peer"),
        }
    }
}
