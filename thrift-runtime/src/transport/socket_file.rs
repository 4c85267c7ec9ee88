//! The files of Unix sockets that listen, and what is left of them.

use std::{
    fs, io,
    os::unix::fs::{FileTypeExt, MetadataExt},
    path::{Path, PathBuf},
};

/// The file of a socket: where it is, and which. It is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
}

/// Listens at a path. A file of a socket that nobody listens at any more, as a server leaves one that
/// was killed, is replaced; anything else that stands there is an error.
pub(crate) fn listen<L>(
    path: &Path,
    bind: impl Fn(&Path) -> io::Result<L>,
) -> io::Result<(L, Option<SocketFile>)> {
    let listener = match bind(path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_stale(path) => {
            fs::remove_file(path)?;
            bind(path)?
        }
        bound => bound?,
    };
    Ok((listener, SocketFile::at(path)))
}

impl SocketFile {
    fn at(path: &Path) -> Option<Self> {
        let identity = identity(path).ok()?;
        // The program may change its directory meanwhile.
        Some(SocketFile { path: std::path::absolute(path).ok()?, identity })
    }

    /// Where it is.
    #[cfg(feature = "blocking")]
    pub(crate) fn path(&self) -> &Path {
        &self.path
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

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::symlink_metadata(path).map(|file| (file.dev(), file.ino()))
}

/// Whether a file is of a socket that nobody listens at.
fn is_stale(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket())
        && std::os::unix::net::UnixStream::connect(path)
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}
