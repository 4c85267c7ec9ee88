//! Listening Unix sockets.

use std::{io, path::Path};

use tokio::net::UnixStream;

use crate::transport::socket_file::{self, SocketFile};

/// A listening Unix socket that removes its file when dropped.
#[derive(Debug)]
pub(super) struct UnixListener {
    // Dropped in this order, so that nobody finds the file of a socket that no longer listens.
    _file: Option<SocketFile>,
    listener: tokio::net::UnixListener,
}

impl UnixListener {
    /// Listens at a path, replacing the file that a killed server left there.
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        let (listener, _file) =
            socket_file::listen(path, |path| tokio::net::UnixListener::bind(path))?;
        Ok(UnixListener { _file, listener })
    }

    /// Takes a socket that listens already, and leaves its file to the owner.
    pub(super) fn from_listener(listener: tokio::net::UnixListener) -> Self {
        UnixListener { _file: None, listener }
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}
