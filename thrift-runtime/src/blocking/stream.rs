//! A socket that blocks, and the messages on it.

#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};

use crate::{
    error::{Error, ErrorKind, Result},
    protocol::{Limits, Protocol},
    transport::{Framing, buffered::Boundaries, dialect::Dialect, framed},
};

/// How long a peer has to read why it is refused.
const LAST_WORD: Duration = Duration::from_secs(1);

/// What is read at once.
const CHUNK: usize = 16 << 10;

#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Socket {
    fn set_timeouts(&self, timeout: Option<Duration>) -> io::Result<()> {
        match self {
            Socket::Tcp(stream) => {
                stream.set_read_timeout(timeout)?;
                stream.set_write_timeout(timeout)
            }
            #[cfg(unix)]
            Socket::Unix(stream) => {
                stream.set_read_timeout(timeout)?;
                stream.set_write_timeout(timeout)
            }
        }
    }

    fn end_writing(&self) -> io::Result<()> {
        match self {
            Socket::Tcp(stream) => stream.shutdown(Shutdown::Write),
            #[cfg(unix)]
            Socket::Unix(stream) => stream.shutdown(Shutdown::Write),
        }
    }

    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => stream.read(space),
            #[cfg(unix)]
            Socket::Unix(stream) => stream.read(space),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => stream.write(bytes),
            #[cfg(unix)]
            Socket::Unix(stream) => stream.write(bytes),
        }
    }
}

/// How long to wait for the peer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Patience {
    /// Until a moment, whatever comes; `None` is for ever.
    Until(Option<Instant>),
    /// So long without a byte.
    Each(Option<Duration>),
}

impl Patience {
    /// How long the next wait may take.
    fn left(self) -> Result<Option<Duration>> {
        match self {
            Patience::Each(patience) => Ok(patience),
            Patience::Until(None) => Ok(None),
            Patience::Until(Some(end)) => match end.checked_duration_since(Instant::now()) {
                Some(left) if !left.is_zero() => Ok(Some(left)),
                _ => Err(late()),
            },
        }
    }
}

/// A socket and what has arrived on it.
#[derive(Debug)]
pub(super) struct Stream {
    socket: Socket,
    input: BytesMut,
    chunk: Box<[u8]>,
}

impl Stream {
    pub(super) fn new(socket: Socket) -> Self {
        Stream { socket, input: BytesMut::new(), chunk: vec![0; CHUNK].into() }
    }

    /// Whether there are bytes that no message has taken.
    pub(super) fn is_within(&self) -> bool {
        !self.input.is_empty()
    }

    /// Reads what there is; zero is the end.
    pub(super) fn fill(&mut self, patience: Patience) -> Result<usize> {
        loop {
            self.socket.set_timeouts(patience.left()?)?;
            match self.socket.read(&mut self.chunk) {
                Ok(count) => {
                    self.input.extend_from_slice(self.chunk.get(..count).unwrap_or_default());
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }

    /// Writes all bytes.
    pub(super) fn write(&mut self, mut bytes: &[u8], patience: Patience) -> Result<()> {
        while !bytes.is_empty() {
            self.socket.set_timeouts(patience.left()?)?;
            match self.socket.write(bytes) {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(())
    }

    /// Writes last bytes, if there are, and reads on for a while, so that the peer can read them: what comes in
    /// while the socket is closed would destroy them.
    pub(super) fn end(&mut self, bytes: &[u8], patience: Option<Duration>) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.write(bytes, Patience::Each(patience))?;
        self.socket.end_writing()?;
        let end = Patience::Until(Some(Instant::now() + LAST_WORD));
        while self.fill(end)? > 0 {
            self.input.clear();
        }
        Ok(())
    }

    /// What the peer speaks, once enough has arrived.
    pub(super) fn dialect(&self) -> Result<Option<Dialect>> {
        Dialect::detect(&self.input)
    }

    /// The next message, if it has arrived whole.
    pub(super) fn message<P: Protocol>(
        &mut self,
        framing: Framing,
        boundaries: &mut Boundaries<P>,
        limits: &Limits,
    ) -> Result<Option<Bytes>> {
        let (start, end) = match framing {
            Framing::Buffered => (0, boundaries.message_end(&self.input, limits)?),
            _ => (framed::LENGTH, framed::frame_end(&self.input, limits)?),
        };
        Ok(end.map(|end| self.input.split_to(end).freeze().slice(start..)))
    }
}

/// A timeout of a socket is either kind of error, by platform.
fn failed(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => late(),
        _ => error.into(),
    }
}

#[cold]
fn late() -> Error {
    Error::new(ErrorKind::Timeout, "the peer did not go on in time")
}
