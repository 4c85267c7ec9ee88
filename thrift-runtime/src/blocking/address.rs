//! Resolving and listening, with errors that say where.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
#[cfg(unix)]
use std::{io, path::Path};

use crate::error::{Error, ErrorKind, Result};

/// What an address resolves to.
pub(super) fn resolve(address: impl ToSocketAddrs) -> Result<impl Iterator<Item = SocketAddr>> {
    address.to_socket_addrs().map_err(|error| Error::io("cannot resolve the address", error))
}

/// The error for an address that resolves to nothing.
pub(super) fn nowhere() -> Error {
    Error::new(ErrorKind::Io, "the address resolves to nothing")
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
