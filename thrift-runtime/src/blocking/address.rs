//! Connecting and listening, with errors that say where.

use std::{
    io,
    net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs},
    time::Duration,
};

use crate::error::{Error, ErrorKind, Result};

/// Connects to the first of an address's resolutions that answers; `patience` is for each.
pub(super) fn connect(
    address: impl ToSocketAddrs,
    patience: Option<Duration>,
) -> Result<TcpStream> {
    first(address, "cannot connect to", |address| match patience {
        Some(patience) => TcpStream::connect_timeout(address, patience),
        None => TcpStream::connect(address),
    })
}

/// Listens at the first of an address's resolutions where that is possible.
pub(super) fn listen(address: impl ToSocketAddrs) -> Result<TcpListener> {
    first(address, "cannot listen at", |address| TcpListener::bind(address))
}

fn first<T>(
    address: impl ToSocketAddrs,
    cannot: &str,
    attempt: impl Fn(&SocketAddr) -> io::Result<T>,
) -> Result<T> {
    let addresses = address.to_socket_addrs();
    let addresses = addresses.map_err(|error| Error::io("cannot resolve the address", error))?;
    let mut failed = Error::new(ErrorKind::Io, "the address has no resolution");
    for address in addresses {
        match attempt(&address) {
            Ok(made) => return Ok(made),
            Err(error) => failed = Error::io(format!("{cannot} {address}"), error),
        }
    }
    Err(failed)
}
