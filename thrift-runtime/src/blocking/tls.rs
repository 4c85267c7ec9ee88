//! TLS over blocking sockets.

use std::{
    io::{self, IoSlice, Read, Write},
    sync::Arc,
};

use bytes::Bytes;
use rustls::{ClientConnection, CommonState, ServerConnection};

use super::socket::{InTime, Patience, Socket, is_late, late};
use crate::{
    error::{Error, ErrorKind, Result},
    tls::{Record, certificates_of, failed, rustls, told},
};

/// One side of a TLS connection.
#[derive(Debug)]
pub(super) enum Session {
    Client(Box<ClientConnection>),
    Server(Box<ServerConnection>),
}

/// A socket, and the record that comes.
struct Records<'a> {
    socket: InTime<'a>,
    record: &'a mut Record,
    /// Whether a part of a record had come at first; `None` where that is no matter.
    within: Option<bool>,
}

impl Read for Records<'_> {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        if self.within.is_some_and(|within| within != self.record.is_within()) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = self.socket.read(space)?;
        self.record.pass(space.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl Write for Records<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// Does the same on either side.
macro_rules! either {
    ($session:expr, $side:ident => $then:expr) => {
        match $session {
            Session::Client($side) => $then,
            Session::Server($side) => $then,
        }
    };
}

impl Session {
    /// Does the handshake, beginning with the bytes that have `arrived`. `record` knows the records
    /// below.
    pub(super) fn shake_hands(
        &mut self,
        socket: &Socket,
        record: &mut Record,
        mut arrived: &[u8],
        patience: Patience,
    ) -> Result<()> {
        record.pass(arrived);
        let mut socket = Records { socket: socket.within(patience), record, within: None };
        either!(self, side => {
            while side.is_handshaking() || side.wants_write() {
                let moved = if side.wants_write() {
                    side.write_tls(&mut socket)
                } else if !arrived.is_empty() {
                    side.read_tls(&mut arrived)
                } else {
                    side.read_tls(&mut socket)
                };
                let moved = match moved {
                    Ok(0) => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) if is_late(&error) => return Err(late()),
                    moved => moved,
                };
                let moved = moved.and_then(|_| {
                    side.process_new_packets().map_err(|error| {
                        // Tell the peer why.
                        let _ = side.write_tls(&mut socket);
                        io::Error::new(io::ErrorKind::InvalidData, error)
                    })
                });
                moved.map_err(failed)?;
            }
        });
        match arrived {
            [] => Ok(()),
            _ => Err(Error::new(ErrorKind::Tls, "unexpected bytes follow the TLS handshake")),
        }
    }

    /// Reads what comes. `record` knows the records below. If one of them begins, or ends, and there
    /// is nothing to be read yet, this fails as if it would have to wait: then it may have to wait for
    /// another time.
    pub(super) fn read(
        &mut self,
        socket: InTime<'_>,
        record: &mut Record,
        space: &mut [u8],
    ) -> io::Result<usize> {
        let within = Some(record.is_within());
        let mut socket = Records { socket, record, within };
        let read = either!(self, side => rustls::Stream::new(&mut **side, &mut socket).read(space));
        match read {
            // Some peers close without a close_notify. The end of a message is known without it.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
            read => read.map_err(told),
        }
    }

    pub(super) fn write(
        &mut self,
        mut socket: InTime<'_>,
        slices: &[IoSlice<'_>],
    ) -> io::Result<usize> {
        let written = either!(self, side => {
            rustls::Stream::new(&mut **side, &mut socket).write_vectored(slices)
        });
        written.map_err(told)
    }

    /// Sends what has been written.
    pub(super) fn flush(&mut self, socket: &Socket, patience: Patience) -> Result<()> {
        let mut socket = socket.within(patience);
        either!(self, side => {
            while side.wants_write() {
                match side.write_tls(&mut socket) {
                    Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) if is_late(&error) => return Err(late()),
                    Err(error) => return Err(error.into()),
                    Ok(_) => {}
                }
            }
        });
        Ok(())
    }

    /// The certificates that the peer presented.
    pub(super) fn certificates(&self) -> Option<Arc<[Bytes]>> {
        let state: &CommonState = either!(self, side => side);
        certificates_of(state)
    }

    /// Sends a close_notify, if that is possible without waiting.
    pub(super) fn say_goodbye(&mut self, mut socket: &Socket) {
        if socket.wait(false).is_err() {
            return;
        }
        either!(self, side => {
            side.send_close_notify();
            let _ = side.write_tls(&mut socket);
        });
    }
}
