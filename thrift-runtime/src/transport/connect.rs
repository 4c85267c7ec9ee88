//! Connecting and listening, with errors that say where.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream, ToSocketAddrs, lookup_host};

use super::socket::Socket;
#[cfg(any(feature = "http", feature = "tls"))]
use crate::error::without_secrets;
use crate::error::{Error, ErrorKind, Result};

/// An address's resolutions.
pub(crate) async fn resolve(
    address: impl ToSocketAddrs,
) -> Result<impl Iterator<Item = SocketAddr>> {
    lookup_host(address).await.map_err(|error| Error::io("cannot resolve the address", error))
}

/// Connects to the first of an address's resolutions that answers.
pub(crate) async fn tcp(address: impl ToSocketAddrs) -> Result<Socket> {
    first(resolve(address).await?).await
}

/// Connects to the first resolution of a `host:port` that answers.
#[cfg(any(feature = "http", feature = "tls"))]
pub(crate) async fn tcp_named(address: &str) -> Result<Socket> {
    let cannot = |error| Error::io(format!("cannot resolve {}", without_secrets(address)), error);
    first(lookup_host(address).await.map_err(cannot)?).await
}

async fn first(addresses: impl Iterator<Item = SocketAddr>) -> Result<Socket> {
    let mut failed = None;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(Socket::Tcp(stream)),
            Err(error) => failed = Some(Error::io(format!("cannot connect to {address}"), error)),
        }
    }
    Err(failed.unwrap_or_else(nowhere))
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

pub(crate) fn nowhere() -> Error {
    Error::new(ErrorKind::Io, "the address resolves to nothing")
}
