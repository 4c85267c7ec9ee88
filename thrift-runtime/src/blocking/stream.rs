//! A socket, perhaps in TLS, and the messages on it.

use std::{
    io::{self, IoSlice, Read, Write},
    mem, slice,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::{Buf, Bytes, BytesMut};

use super::socket::{Patience, Socket, is_late, late};
#[cfg(feature = "tls")]
use super::tls::Session;
#[cfg(feature = "sasl")]
use crate::sasl::Frames;
#[cfg(feature = "tls")]
use crate::tls::Record;
use crate::{
    error::{Error, Result},
    protocol::{Limits, Output, Protocol},
    transport::{Framing, buffered::Boundaries, dialect::Dialect, framed},
};

/// How long a refused peer has to read the reason.
const LAST_WORD: Duration = Duration::from_secs(1);
/// How long a peer has to close after this side did.
const LONGEST_END: Duration = Duration::from_secs(5);

/// How many bytes are read at once.
const CHUNK: usize = 16 << 10;

/// How many slices are written at once.
const SLICES: usize = 64;
/// How many bytes a peer has to take in time.
const PIECE: usize = 32 << 10;

/// A socket and what has arrived on it.
#[derive(Debug)]
pub(super) struct Stream {
    socket: Arc<Socket>,
    #[cfg(feature = "tls")]
    tls: Option<Session>,
    /// The record that comes, of which nobody else knows.
    #[cfg(feature = "tls")]
    record: Record,
    /// The frames that follow a negotiation of SASL, within TLS.
    #[cfg(feature = "sasl")]
    pub(super) sasl: Option<Box<Frames>>,
    pub(super) input: BytesMut,
    /// How many bytes are dropped as they arrive, before there is any input.
    skipping: usize,
    chunk: Box<[u8]>,
    /// Whether the peer has had its time to read the last bytes.
    lingered: bool,
}

impl Stream {
    pub(super) fn new(socket: Arc<Socket>) -> Self {
        Stream {
            socket,
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "tls")]
            record: Record::default(),
            #[cfg(feature = "sasl")]
            sasl: None,
            input: BytesMut::new(),
            skipping: 0,
            chunk: vec![0; CHUNK].into(),
            lingered: false,
        }
    }

    /// Does the TLS handshake, which begins with the bytes that have arrived.
    #[cfg(feature = "tls")]
    pub(super) fn secure(&mut self, mut session: Session, patience: Patience) -> Result<()> {
        let arrived = std::mem::take(&mut self.input);
        session.shake_hands(&self.socket, &mut self.record, &arrived, patience)?;
        self.tls = Some(session);
        Ok(())
    }

    /// The TLS session.
    #[cfg(feature = "tls")]
    pub(super) fn session(&self) -> Option<&Session> {
        self.tls.as_ref()
    }

    /// The socket, to close it from another thread.
    pub(super) fn socket(&self) -> Arc<Socket> {
        Arc::clone(&self.socket)
    }

    /// Whether there are bytes of a message that is not whole.
    pub(super) fn is_within(&self) -> bool {
        #[cfg(feature = "sasl")]
        if self.sasl.as_ref().is_some_and(|frames| frames.is_within()) {
            return true;
        }
        #[cfg(feature = "tls")]
        if self.record.is_within() {
            return true;
        }
        self.skipping > 0 || !self.input.is_empty()
    }

    /// How many bytes of it there are.
    pub(super) fn arrived(&self) -> usize {
        #[cfg(feature = "sasl")]
        let protected = self.sasl.as_ref().map_or(0, |frames| frames.arrived());
        #[cfg(not(feature = "sasl"))]
        let protected = 0;
        self.input.len() + protected
    }

    /// The bytes that wait to be handled.
    pub(super) fn waiting(&self) -> &[u8] {
        &self.input
    }

    /// Reads what there is; zero bytes are the end of the stream.
    pub(super) fn fill(&mut self, patience: Patience) -> Result<usize> {
        loop {
            if let Some(count) = self.fill_some(patience)? {
                return Ok(count);
            }
        }
    }

    /// The same, or `None` once a record has begun or ended without that.
    pub(super) fn fill_some(&mut self, patience: Patience) -> Result<Option<usize>> {
        self.check()?;
        loop {
            #[cfg(feature = "tls")]
            let within = self.record.is_within();
            match self.read(Some(patience)) {
                Ok(count) => {
                    self.take_in(count)?;
                    return Ok(Some(count));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                #[cfg(feature = "tls")]
                Err(error) if is_late(&error) && within != self.record.is_within() => {
                    return Ok(None);
                }
                Err(error) => return Err(failed(error)),
            }
        }
    }

    /// Fails if something is wrong behind what was read last.
    fn check(&mut self) -> Result<()> {
        #[cfg(feature = "sasl")]
        if let Some(frames) = &mut self.sasl {
            frames.check()?;
        }
        Ok(())
    }

    /// Takes what was read into the input.
    fn take_in(&mut self, count: usize) -> Result<()> {
        let chunk = self.chunk.get_mut(..count).unwrap_or_default();
        #[cfg(feature = "sasl")]
        if let Some(frames) = &mut self.sasl {
            frames.take_in(chunk, &mut self.input)?;
            self.skip();
            return Ok(());
        }
        self.input.extend_from_slice(chunk);
        self.skip();
        Ok(())
    }

    /// Reads what comes in time, or, without any, what there is.
    fn read(&mut self, patience: Option<Patience>) -> io::Result<usize> {
        let mut socket = match patience {
            Some(patience) => self.socket.within(patience),
            None => self.socket.at_once(),
        };
        #[cfg(feature = "tls")]
        if let Some(session) = &mut self.tls {
            return session.read(socket, &mut self.record, &mut self.chunk);
        }
        socket.read(&mut self.chunk)
    }

    /// Writes the whole output. Until its last bytes are taken, the peer cannot act on it, as the
    /// error then says.
    pub(super) fn write(&mut self, output: &Output, patience: Patience) -> Result<()> {
        #[cfg(feature = "sasl")]
        if let Some(frames) = self.sasl.as_mut().filter(|frames| frames.is_secure()) {
            let mut sealed = Vec::new();
            frames.seal(&output.contiguous(), &mut sealed).map_err(Error::not_sent)?;
            let mut output = Output::new();
            output.put_slice(&sealed);
            return self.write_all(&output, patience);
        }
        self.write_all(output, patience)
    }

    fn write_all(&mut self, output: &Output, patience: Patience) -> Result<()> {
        let (mut written, mut piece_end, mut left) = (0, usize::MAX, patience);
        while written < output.len() {
            if let Patience::EachPiece(each) = patience
                && (written == 0 || written >= piece_end)
            {
                (piece_end, left) = (written + PIECE, Patience::within(each));
            }
            let mut space = [IoSlice::new(&[]); SLICES];
            let slices = output.io_slices(written, &mut space);
            let first = slices.first().and_then(|first| first.get(..piece_end - written));
            let first = first.map(IoSlice::new);
            match self.write_some(first.as_ref().map_or(slices, slice::from_ref), left) {
                Ok(0) => return Err(failed(io::ErrorKind::WriteZero.into()).not_sent()),
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error).not_sent()),
            }
        }
        #[cfg(feature = "tls")]
        if let Some(session) = &mut self.tls {
            session.flush(&self.socket, left)?;
        }
        Ok(())
    }

    fn write_some(&mut self, slices: &[IoSlice<'_>], patience: Patience) -> io::Result<usize> {
        let mut socket = self.socket.within(patience);
        #[cfg(feature = "tls")]
        if let Some(session) = &mut self.tls {
            return session.write(socket, slices);
        }
        socket.write_vectored(slices)
    }

    /// Writes the last bytes, if any, and reads on for a while so that the peer can read them:
    /// bytes that arrive after the socket is closed reset the connection, which would discard them.
    pub(super) fn end(&mut self, bytes: &[u8], patience: Patience) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let mut output = Output::new();
        output.put_slice(bytes);
        self.write(&output, patience)?;
        self.linger()
    }

    /// Ends the writing, and reads on for a while so that the peer can read what was written.
    pub(super) fn linger(&mut self) -> Result<()> {
        if mem::replace(&mut self.lingered, true) {
            return Ok(());
        }
        #[cfg(feature = "tls")]
        if let Some(session) = &mut self.tls {
            session.say_goodbye(&self.socket);
            self.socket.wait(true)?;
        }
        self.socket.end_writing()?;
        let last = Patience::within(Some(LAST_WORD));
        // How the peer ends it, or that it does not, is no matter any more, nor what it sends.
        loop {
            match self.socket.within(last).read(&mut self.chunk) {
                Ok(1..) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => return Ok(()),
            }
        }
    }

    /// Whether the stream has ended, as far as can be told without waiting.
    pub(super) fn has_ended(&mut self) -> bool {
        if self.check().is_err() || self.socket.wait(false).is_err() {
            return true;
        }
        // There may be a late answer before the end, but a peer that floods is not followed.
        let ended = (0..4).find_map(|_| match self.read(None) {
            Ok(0) => Some(true),
            Ok(count) => self.take_in(count).is_err().then_some(true),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => None,
            Err(error) => Some(!is_late(&error)),
        });
        ended.unwrap_or_default() || self.socket.wait(true).is_err()
    }

    /// Tells the peer that no more will come, and reads on until it has closed too, or is silent, so
    /// that it can read everything: bytes that arrive after the socket is closed reset the
    /// connection.
    pub(super) fn close(mut self) {
        #[cfg(feature = "tls")]
        if let Some(mut session) = self.tls.take() {
            session.say_goodbye(&self.socket);
            // What arrives is of no interest any more, so it stays encrypted.
        }
        let end = Instant::now() + LONGEST_END;
        if self.socket.wait(true).and_then(|()| self.socket.end_writing()).is_err() {
            return;
        }
        let last = Patience::EachUntil(LAST_WORD, Some(end));
        while self.fill(last).is_ok_and(|count| count > 0) {
            self.input.clear();
        }
    }

    /// The length of the frame that begins here, and what has arrived of it.
    pub(super) fn frame(&self) -> Option<(usize, &[u8])> {
        let (length, rest) = framed::announced(&self.input)?;
        Some((length, rest.get(..length.min(rest.len())).unwrap_or_default()))
    }

    /// Drops the frame that begins here, of this length, as it arrives.
    pub(super) fn skip_frame(&mut self, length: usize) {
        self.skipping = framed::LENGTH + length;
        self.skip();
    }

    fn skip(&mut self) {
        let count = self.skipping.min(self.input.len());
        self.input.advance(count);
        self.skipping -= count;
    }

    /// What the peer speaks, once enough bytes have arrived.
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
        let end = framing.message_end(boundaries, &self.input, limits)?;
        Ok(end.map(|end| self.input.split_to(end).freeze().slice(framing.prefix()..)))
    }
}

#[cfg(feature = "tls")]
impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(session) = &mut self.tls {
            session.say_goodbye(&self.socket);
        }
    }
}

fn failed(error: io::Error) -> Error {
    if is_late(&error) { late() } else { error.into() }
}
