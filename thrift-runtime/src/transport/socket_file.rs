//! Listening at Unix sockets, and the files that stand for them.

use std::{
    fs, io,
    os::unix::{
        fs::{FileTypeExt, MetadataExt, PermissionsExt},
        net::UnixListener,
    },
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use rustix::fs::{FlockOperation, flock};
use socket2::{Domain, SockAddr, Socket, Type};

/// How many connections may wait to be accepted, if the operating system allows that many.
const BACKLOG: i32 = 4096;
/// How long another server may take to find out whether it may listen.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(2);

/// A socket's file, which is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct SocketFile {
    path: PathBuf,
    identity: (u64, u64),
}

/// Listens at a path; `mode` says who may connect. The file of a socket at which nobody listens any
/// more, such as a killed server leaves behind, is replaced. Anything else at that path is an error.
pub(crate) fn listen(
    path: &Path,
    mode: Option<u32>,
) -> io::Result<(UnixListener, Option<SocketFile>)> {
    let _alone = lock(path);
    let (socket, address) = (Socket::new(Domain::UNIX, Type::STREAM, None)?, SockAddr::unix(path)?);
    match socket.bind(&address) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_stale(path, &address) => {
            fs::remove_file(path)?;
            socket.bind(&address)?;
        }
        bound => bound?,
    }
    let file = SocketFile::at(path);
    // Nobody can connect before it listens.
    let listening = mode
        .map_or(Ok(()), |mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)))
        .and_then(|()| socket.listen(BACKLOG));
    match listening {
        Ok(()) => Ok((socket.into(), file)),
        Err(error) => {
            file.iter().for_each(SocketFile::remove);
            Err(error)
        }
    }
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

    /// Removes the file, unless it is that of another server by now.
    fn remove(&self) {
        if identity(&self.path).is_ok_and(|identity| identity == self.identity) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let _alone = lock(&self.path);
        self.remove();
    }
}

/// Keeps other servers that do the same from looking at the files of a folder, or from replacing
/// them: of two that find a stale file, the second would replace that of the first. The lock ends
/// with the process at the latest.
///
/// Without a lock, where the folder cannot be read or somebody else holds it for long, all works as
/// well as long as no two servers start at once.
fn lock(path: &Path) -> Option<fs::File> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::File::open(folder.unwrap_or(Path::new("."))).ok()?;
    let began = Instant::now();
    while let Err(error) = flock(&folder, FlockOperation::NonBlockingLockExclusive) {
        if error != rustix::io::Errno::WOULDBLOCK || began.elapsed() > PATIENCE {
            return None;
        }
        thread::sleep(PAUSE);
    }
    Some(folder)
}

fn identity(path: &Path) -> io::Result<(u64, u64)> {
    fs::symlink_metadata(path).map(|file| (file.dev(), file.ino()))
}

/// Whether a file is a socket at which nobody listens.
fn is_stale(path: &Path, address: &SockAddr) -> bool {
    let refuses = || {
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        // If its queue is full, somebody listens.
        socket.set_nonblocking(true)?;
        socket.connect(address)
    };
    fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket())
        && refuses().is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}
