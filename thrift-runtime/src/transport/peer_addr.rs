//! Where connections come from.

use std::{fmt, net::SocketAddr};

use crate::error::Error;

/// Where a connection came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PeerAddr {
    /// A TCP peer, which may be on another machine.
    Tcp(SocketAddr),
    /// A peer on this machine, connected through a Unix socket. Such peers have no address.
    Unix,
}

/// What a server calls when a connection fails.
pub(crate) type OnError = dyn Fn(PeerAddr, &Error) + Send + Sync;

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
