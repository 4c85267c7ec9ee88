//! The files of listening Unix sockets, and stale ones.

use std::{
    fs, io,
    os::unix::fs::{FileTypeExt, MetadataExt},
    path::{Path, PathBuf},
};

/// A socket's file, which is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
}

/// Listens at a path. The file of a socket at which nobody listens any more, such as a killed
/// server leaves behind, is replaced. Anything else at that path is an error.
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
        // The program may change its working directory.
        Some(SocketFile { path: std::path::absolute(path).ok()?, identity })
    }

    /// The absolute path.
    #[cfg(feature = "blocking")]
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Another server may have replaced the file.
        if identity(&self.path).is_ok_and(|identity| identity == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::symlink_metadata(path).map(|file| (file.dev(), file.ino()))
}

/// Whether a file is a socket at which nobody listens.
fn is_stale(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket())
        && std::os::unix::net::UnixStream::connect(path)
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}
