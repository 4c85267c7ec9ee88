//! Unix sockets that listen, and the files that they leave behind.

use std::{
    fs, io,
    os::unix::fs::{FileTypeExt, MetadataExt},
    path::{Path, PathBuf},
};

use tokio::net::UnixStream;

/// A Unix socket that listens, and removes its file when it is dropped.
#[derive(Debug)]
pub(super) struct UnixListener {
    listener: tokio::net::UnixListener,
    file: Option<SocketFile>,
}

/// The file of a socket: where it is, and which.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
}

impl UnixListener {
    /// Listens at a path. A file of a socket that nobody listens at any more, as a server leaves one
    /// that was killed, is replaced; anything else that stands there is an error.
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        let listener = match tokio::net::UnixListener::bind(path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_stale(path) => {
                fs::remove_file(path)?;
                tokio::net::UnixListener::bind(path)?
            }
            bound => bound?,
        };
        Ok(UnixListener { listener, file: SocketFile::at(path) })
    }

    /// Takes a socket that listens already, whose file is its owner's affair.
    pub(super) fn from_listener(listener: tokio::net::UnixListener) -> Self {
        UnixListener { listener, file: None }
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

impl SocketFile {
    fn at(path: &Path) -> Option<Self> {
        let identity = identity(path).ok()?;
        // The program may change its directory meanwhile.
        Some(SocketFile { path: std::path::absolute(path).ok()?, identity })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Another server may have taken the place.
        if identity(&self.path).is_ok_and(|identity| identity == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Drop for UnixListener {
    fn drop(&mut self) {
        // While the file is there, whoever connects is to find someone who listens.
        drop(self.file.take());
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::symlink_metadata(path).map(|file| (file.dev(), file.ino()))
}

/// Whether a file is of a socket that nobody listens at.
fn is_stale(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket())
        && std::os::unix::net::UnixStream::connect(path)
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}
