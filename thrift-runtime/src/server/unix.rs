//! Unix sockets that listen.

use std::{io, path::Path};

use tokio::net::UnixStream;

use crate::transport::socket_file::{self, SocketFile};

/// A Unix socket that listens, and removes its file when it is dropped.
#[derive(Debug)]
pub(super) struct UnixListener {
    // In this order: while the file is there, whoever connects is to find someone who listens.
    _file: Option<SocketFile>,
    listener: tokio::net::UnixListener,
}

impl UnixListener {
    /// Listens at a path, in place of a server that was killed.
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        let (listener, _file) =
            socket_file::listen(path, |path| tokio::net::UnixListener::bind(path))?;
        Ok(UnixListener { _file, listener })
    }

    /// Takes a socket that listens already, whose file is its owner's affair.
    pub(super) fn from_listener(listener: tokio::net::UnixListener) -> Self {
        UnixListener { _file: None, listener }
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}
