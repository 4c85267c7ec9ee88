//! Blocking sockets of any kind.

#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::{
    io::{self, IoSlice, Read, Write},
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

use socket2::SockRef;

use crate::{
    error::{Error, ErrorKind, Result},
    transport::socket_options::SocketOptions,
};

/// A connected socket. One thread reads and writes it; any may close it.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

/// Does the same with whichever socket it is.
macro_rules! each {
    ($socket:expr, $stream:ident => $then:expr) => {
        match $socket {
            Socket::Tcp($stream) => $then,
            #[cfg(unix)]
            Socket::Unix($stream) => $then,
        }
    };
}

impl Socket {
    /// Sets the options of a TCP socket; other kinds have none.
    pub(super) fn prepare(&self, options: &SocketOptions) {
        match self {
            Socket::Tcp(stream) => options.apply(SockRef::from(stream)),
            #[cfg(unix)]
            Socket::Unix(_) => {}
        }
    }

    /// Sets how long the next reads and writes may take.
    fn set_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        each!(self, stream => {
            stream.set_read_timeout(timeout)?;
            stream.set_write_timeout(timeout)
        })
    }

    /// The socket, whose reads and writes are waited for so long.
    pub(super) fn within(&self, patience: Patience) -> InTime<'_> {
        InTime { socket: self, patience: Some(patience) }
    }

    /// The socket, once it does not [`wait`](Socket::wait).
    pub(super) fn at_once(&self) -> InTime<'_> {
        InTime { socket: self, patience: None }
    }

    /// Makes a thread that reads find the end of the stream, after what has arrived.
    pub(super) fn end_reading(&self) {
        // It fails only if the socket is closed already.
        let _ = each!(self, stream => stream.shutdown(Shutdown::Read));
    }

    /// Tells the peer that no more will come.
    pub(super) fn end_writing(&self) -> io::Result<()> {
        each!(self, stream => stream.shutdown(Shutdown::Write))
    }

    /// Makes a thread that reads or writes fail.
    pub(super) fn close(&self) {
        let _ = each!(self, stream => stream.shutdown(Shutdown::Both));
    }

    /// Whether the peer has ended its side, whatever is unread before that.
    #[cfg(target_os = "linux")]
    pub(super) fn is_ended(&self) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let ends = PollFlags::RDHUP | PollFlags::HUP | PollFlags::ERR;
        each!(self, stream => {
            let mut polled = [PollFd::new(stream, PollFlags::RDHUP)];
            let found = poll(&mut polled, Some(&Timespec::default()));
            found.is_ok() && polled.iter().any(|polled| polled.revents().intersects(ends))
        })
    }

    /// Whether the peer has ended its side, and nothing before that is unread.
    #[cfg(all(unix, not(target_os = "linux")))]
    pub(super) fn is_ended(&self) -> bool {
        use rustix::net::{RecvFlags, recv};
        let peeked = each!(self, stream => {
            recv(stream, &mut [0_u8; 1], RecvFlags::PEEK | RecvFlags::DONTWAIT)
        });
        match peeked {
            Ok((_, count)) => count == 0,
            Err(error) => {
                !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
            }
        }
    }

    /// Lets reads and writes wait, or fail rather than wait.
    pub(super) fn wait(&self, wait: bool) -> io::Result<()> {
        each!(self, stream => stream.set_nonblocking(!wait))
    }
}

impl Read for &Socket {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        each!(self, stream => (&*stream).read(space))
    }
}

impl Write for &Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        each!(self, stream => (&*stream).write(bytes))
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        each!(self, stream => (&*stream).write_vectored(slices))
    }

    fn flush(&mut self) -> io::Result<()> {
        each!(self, stream => (&*stream).flush())
    }
}

/// A socket that is waited for as long as is left at each read and write, of which a record of TLS may
/// take many.
#[derive(Debug, Clone, Copy)]
pub(super) struct InTime<'a> {
    socket: &'a Socket,
    patience: Option<Patience>,
}

impl InTime<'_> {
    fn prepare(&self) -> io::Result<()> {
        let Some(patience) = self.patience else { return Ok(()) };
        self.socket.set_timeout(patience.left().map_err(|_| io::ErrorKind::TimedOut)?)
    }
}

impl Read for InTime<'_> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.prepare()?;
        let mut socket = self.socket;
        socket.read(space)
    }
}

impl Write for InTime<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.prepare()?;
        let mut socket = self.socket;
        socket.write(bytes)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.prepare()?;
        let mut socket = self.socket;
        socket.write_vectored(slices)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How long to wait for the peer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Patience {
    /// Until a deadline; `None` is for ever.
    Until(Option<Instant>),
    /// This long without a byte; `None` is for ever.
    Each(Option<Duration>),
    /// This long for each piece of what is written.
    EachPiece(Option<Duration>),
    /// This long without a byte, but until a deadline at most.
    EachUntil(Duration, Option<Instant>),
}

impl Patience {
    pub(super) fn within(timeout: Option<Duration>) -> Self {
        Patience::Until(timeout.and_then(|timeout| Instant::now().checked_add(timeout)))
    }

    /// The same, but without a byte for so long at most.
    pub(super) fn and_each(self, each: Option<Duration>) -> Self {
        match (self, each) {
            (Patience::Until(end), Some(each)) => Patience::EachUntil(each, end),
            (patience, _) => patience,
        }
    }

    /// How long the next wait may take.
    pub(super) fn left(self) -> Result<Option<Duration>> {
        match self {
            // A socket cannot have a timeout of zero.
            Patience::Each(patience) | Patience::EachPiece(patience) => {
                Ok(patience.map(|each| each.max(Duration::from_millis(1))))
            }
            Patience::EachUntil(each, end) => {
                let left = Patience::Until(end).left()?;
                Patience::Each(Some(left.map_or(each, |left| left.min(each)))).left()
            }
            Patience::Until(None) => Ok(None),
            Patience::Until(Some(end)) => match end.checked_duration_since(Instant::now()) {
                Some(left) if !left.is_zero() => Ok(Some(left)),
                _ => Err(late()),
            },
        }
    }
}

/// Whether a socket's timeout has passed. The kind of error depends on the platform.
pub(super) fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

#[cold]
pub(super) fn late() -> Error {
    Error::new(ErrorKind::Timeout, "the peer did not go on in time")
}
