//! Listening Unix sockets.

use std::{io, path::Path};

use tokio::net::UnixStream;

use crate::transport::socket_file::{self, SocketFile};

/// A listening Unix socket that removes its file when dropped.
#[derive(Debug)]
pub(super) struct UnixListener {
    // They are dropped in this order, so that nobody finds the file of a socket that no longer
    // listens.
    _file: Option<SocketFile>,
    listener: tokio::net::UnixListener,
}

impl UnixListener {
    /// Listens at a path, and replaces the file that a killed server left there. `mode` determines who
    /// may connect.
    pub(super) fn bind(path: &Path, mode: Option<u32>) -> io::Result<Self> {
        let (listener, _file) = socket_file::listen(path, mode)?;
        listener.set_nonblocking(true)?;
        Ok(UnixListener { _file, listener: tokio::net::UnixListener::from_std(listener)? })
    }

    /// Uses a socket that already listens, and leaves its file to the owner.
    pub(super) fn from_listener(listener: tokio::net::UnixListener) -> Self {
        UnixListener { _file: None, listener }
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}
