//! Who is at the other end of a connection.

use std::{fmt, net::SocketAddr};

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
