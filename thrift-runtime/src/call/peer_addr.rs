//! Where connections come from.

use std::{fmt, net::SocketAddr};

/// Where a connection came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PeerAddr {
    /// A TCP peer, which may be on another machine, or the sender of a datagram.
    Tcp(SocketAddr),
    /// A peer on this machine, connected through a Unix socket. Such peers have no address.
    Unix,
    /// The other end of a stream that the program has made itself.
    Unknown,
}

impl PeerAddr {
    /// The IP address and port, if there is one.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            PeerAddr::Tcp(address) => Some(*address),
            PeerAddr::Unix | PeerAddr::Unknown => None,
        }
    }
}

impl fmt::Display for PeerAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PeerAddr::Tcp(address) => address.fmt(f),
            PeerAddr::Unix => f.write_str("a Unix socket's peer"),
            PeerAddr::Unknown => f.write_str("an unknown peer"),
        }
    }
}
