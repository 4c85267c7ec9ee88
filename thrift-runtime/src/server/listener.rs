//! Listening sockets of any kind.

use std::{io, net::SocketAddr};

use tokio::net::TcpListener;

#[cfg(unix)]
use super::unix::UnixListener;
use crate::{call::PeerAddr, error::Result, transport::socket::Socket};

/// A socket from which a server accepts connections.
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

    pub(super) fn local_addr(&self) -> Result<SocketAddr> {
        match self {
            Listener::Tcp(listener) => Ok(listener.local_addr()?),
            #[cfg(unix)]
            Listener::Unix(_) => Err(crate::Error::new(
                crate::ErrorKind::Unsupported,
                "a Unix socket has no IP address",
            )),
        }
    }
}
