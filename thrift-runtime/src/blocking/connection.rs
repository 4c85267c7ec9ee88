//! One connection of a blocking server, from its first byte to its end.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

#[cfg(feature = "tls")]
use super::tls::Session;
use super::{
    block_on::block_on,
    shutdown::Place,
    socket::{Patience, Socket},
    stream::Stream,
};
#[cfg(feature = "tls")]
use crate::tls::{TlsOnly, tls_only};
use crate::{
    call::{Answer, Completeness, Message, Origin, Peer, Processor, Step},
    error::{Error, ErrorKind, Result},
    protocol::{AnyProtocol, Input, Output, Protocol},
    serving::{ConnectionOptions, Late, Timeouts},
    transport::{buffered::Boundaries, dialect::Dialect},
};

/// How much that has arrived before the end is taken, at least.
const LAST_BYTES: usize = 4 << 20;

/// A connection, as its thread sees it.
struct Connection<'a> {
    stream: Stream,
    peer: Peer,
    place: &'a Place,
    options: &'a ConnectionOptions,
    opened: Instant,
    /// When the first byte came of a message that is not whole.
    began: Option<Instant>,
    /// Whether a call was answered.
    answered: bool,
    /// Whether everything has been read that had arrived when the shutdown began.
    is_last: bool,
}

/// Answers a connection's calls until either side ends it.
pub(super) fn serve<T: Processor>(
    socket: Socket,
    peer: Peer,
    place: &Place,
    options: &ConnectionOptions,
    processor: &T,
) -> Result<()> {
    let socket = Arc::new(socket);
    place.take(&socket);
    let stream = Stream::new(socket);
    let mut connection = Connection {
        stream,
        peer,
        place,
        options,
        opened: Instant::now(),
        began: None,
        answered: false,
        is_last: false,
    };
    let Some(dialect) = connection.dialect()? else { return Ok(()) };
    #[cfg(feature = "tls")]
    if let (Dialect::Tls, Some(tls)) = (dialect, &options.tls) {
        connection.secure(tls)?;
        let Some(dialect) = connection.dialect()? else { return Ok(()) };
        return connection.answer_calls(dialect, processor);
    } else if options.tls.as_ref().is_some_and(|tls| tls.is_only()) {
        connection.answer_calls(dialect, &TlsOnly)?;
        return Err(tls_only());
    }
    connection.answer_calls(dialect, processor)
}

impl Connection<'_> {
    /// Does the TLS handshake, and notes the peer's certificates.
    #[cfg(feature = "tls")]
    fn secure(&mut self, tls: &crate::tls::ServerTls) -> Result<()> {
        let session = Session::Server(Box::new(tls.session()?));
        let patience = self.options.timeouts.handshake;
        let end = patience.and_then(|patience| self.opened.checked_add(patience));
        self.stream
            .secure(session, Patience::Until(end))
            .map_err(|error| late(error, Late::Handshake))?;
        (self.opened, self.began) = (Instant::now(), None);
        self.peer.certificates = self.stream.session().and_then(Session::certificates);
        Ok(())
    }

    /// Waits for the first bytes, which tell what the peer speaks.
    fn dialect(&mut self) -> Result<Option<Dialect>> {
        loop {
            if let Some(dialect) = self.stream.dialect()? {
                return Ok(Some(dialect));
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// Answers calls until no more come.
    fn answer_calls<T: Processor>(&mut self, dialect: Dialect, processor: &T) -> Result<()> {
        let ConnectionOptions { limits, framing: wanted, timeouts, .. } = self.options;
        let writing = Patience::EachPiece(timeouts.write);
        let Dialect::Plain(encoding, framing) = dialect else {
            self.stream.end(dialect.notice(), writing)?;
            return Err(refused(dialect));
        };
        if let Some(wanted) = wanted.filter(|wanted| *wanted != framing) {
            return Err(dialect.not_wanted(wanted));
        }
        let protocol = AnyProtocol::for_encoding(encoding).ok_or_else(|| refused(dialect))?;
        let mut boundaries = Boundaries::<AnyProtocol>::new();
        loop {
            while let Some(message) = self.stream.message(framing, &mut boundaries, limits)? {
                let header = protocol.read_header(&message, limits)?;
                let input = Input::of_message(&message);
                let origin = Origin::new(&self.peer, limits);
                let message = Message::new(&header, input, Completeness::Whole, origin);
                let mut answer = Answer::new(Output::vectored());
                let start = framing.begin(&mut answer.reply);
                let step = block_on(answer.answer(protocol, message, processor));
                framing.finish(&mut answer.reply, start)?;
                let written = self.stream.write(&answer.reply, writing);
                written.map_err(|error| late(error, Late::Write))?;
                (self.answered, self.began) = (true, None);
                if step == Step::Close {
                    return Ok(());
                }
            }
            if !self.more()? {
                let cut = self.stream.is_within() && !self.place.is_ending();
                return if cut { Err(Error::cut()) } else { Ok(()) };
            }
        }
    }

    /// Waits for more bytes; returns `false` if none come, or none may during a shutdown.
    fn more(&mut self) -> Result<bool> {
        if self.place.is_ending() {
            return Ok(!self.is_last && self.last_bytes()? > 0);
        }
        let (patience, what) = self.patience();
        let count = self.stream.fill(patience).map_err(|error| late(error, what))?;
        Ok(count > 0)
    }

    /// Reads what has arrived. The reading side of the socket has ended, so that nothing is waited
    /// for.
    fn last_bytes(&mut self) -> Result<usize> {
        self.is_last = true;
        let mut count = 0;
        while count < LAST_BYTES {
            match self.stream.fill(Patience::Each(Some(Duration::ZERO)))? {
                0 => break,
                more => count += more,
            }
        }
        Ok(count)
    }

    /// How long to wait for more bytes, and what for.
    fn patience(&mut self) -> (Patience, Late) {
        let timeouts = &self.options.timeouts;
        let Timeouts { message, idle, .. } = *timeouts;
        if self.stream.is_within() {
            let began = *self.began.get_or_insert_with(Instant::now);
            let patience = timeouts.of_bytes(message, self.stream.arrived() as u64);
            let end = patience.and_then(|patience| began.checked_add(patience));
            (Patience::Until(end), Late::Message)
        } else if self.answered {
            (Patience::Each(idle), Late::Idle)
        } else {
            let patience = self.options.first_byte();
            let end = patience.and_then(|patience| self.opened.checked_add(patience));
            (Patience::Until(end), Late::FirstByte)
        }
    }
}

/// Says what the peer did not do in time, if that is the error.
fn late(error: Error, what: Late) -> Error {
    if error.is_timeout() { what.error() } else { error }
}

/// The error for a dialect that this server does not speak, which some are whatever is built in.
#[cold]
fn refused(dialect: Dialect) -> Error {
    match dialect {
        Dialect::Plain(..) | Dialect::Tls => dialect.not_spoken(),
        _ => {
            let text = format!("the peer speaks {dialect}, which a blocking server does not");
            Error::new(ErrorKind::Dialect, text)
        }
    }
}
