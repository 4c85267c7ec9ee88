//! One connection of a blocking server, from its first byte to its end.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

#[cfg(feature = "tls")]
use super::tls::Session;
use super::{
    open::Place,
    socket::{Patience, Socket},
    stream::Stream,
};
#[cfg(feature = "sasl")]
use crate::sasl::Failed;
#[cfg(any(feature = "sasl", feature = "tls"))]
use crate::serving::Only;
#[cfg(feature = "sasl")]
use crate::transport::Framing;
use crate::{
    call::{Event, Held, Overload, Peer, Processor},
    error::{Error, Result},
    serving::{ConnectionOptions, Ended, Ending, Late, Opened, Pace},
    transport::{Framings, dialect::Dialect},
};

/// How much that has arrived before the end is taken besides the largest message that there may be.
const MORE_AT_LAST: usize = 4 << 20;

/// A connection, as its thread sees it.
pub(super) struct Connection<'a> {
    pub(super) stream: Stream,
    pub(super) peer: Peer,
    /// The bytes that have arrived, or are to be written.
    pub(super) held: Held,
    pub(super) place: &'a Place,
    pub(super) options: &'a ConnectionOptions,
    opened: Instant,
    /// How long it may take from then to the first byte.
    first_byte: Option<Duration>,
    /// How old it may become.
    age: Option<Duration>,
    /// When the first byte came of a message that is not whole.
    pub(super) began: Option<Pace>,
    /// Whether a call was answered.
    pub(super) answered: bool,
    /// Whether everything has been read that had arrived when the shutdown began.
    is_last: bool,
    ended: Ended,
}

/// Answers a connection's calls until either side ends it, and tells the observer.
pub(super) fn serve<T: Processor>(
    socket: Arc<Socket>,
    opened: Opened,
    place: &Place,
    options: &ConnectionOptions,
    processor: &T,
) {
    #[cfg(unix)]
    opened.connection().presence().look_with(place.watch());
    let peer = Peer::of(opened.connection().clone());
    let mut connection = Connection {
        stream: Stream::new(socket),
        held: Held::new(peer.load.as_ref()),
        peer,
        place,
        options,
        age: options.timeouts.own_age(),
        opened: Instant::now(),
        first_byte: first_byte(options),
        began: None,
        answered: false,
        is_last: false,
        ended: Ended::default(),
    };
    let served = connection.serve(processor);
    let is_cut = served.is_err() && place.is_cut();
    if connection.answered && served.as_ref().is_err_and(|error| !error.is_of_connection()) {
        // The peer may have yet to read its answers.
        let _ = connection.stream.linger();
    }
    let ended = connection.ended;
    // Dropping it sends what is left and closes; then the observer is told.
    drop(connection);
    if is_cut {
        // The server has not waited for it any longer, which is no failure of the peer's.
        drop(opened);
    } else {
        opened.end(ended.reason(served.as_ref().err()));
    }
}

impl Connection<'_> {
    fn serve<T: Processor>(&mut self, processor: &T) -> Result<()> {
        let Some(dialect) = self.dialect()? else { return Ok(()) };
        #[cfg(feature = "tls")]
        if let (Dialect::Tls, Some(tls)) = (dialect, &self.options.tls) {
            self.secure(tls)?;
            let Some(dialect) = self.dialect()? else { return Ok(()) };
            return self.serve_inside(dialect, processor);
        } else if self.options.tls.as_ref().is_some_and(|tls| tls.is_only()) {
            if dialect == Dialect::Sasl {
                let writing = Patience::EachPiece(self.options.timeouts.write);
                self.stream.end(Dialect::notice_without_tls(), writing)?;
                return Err(Only::TLS.error());
            }
            return Err(self.refuse_calls(dialect, Only::TLS));
        }
        self.serve_inside(dialect, processor)
    }

    /// Serves what is within TLS, or without.
    fn serve_inside<T: Processor>(&mut self, dialect: Dialect, processor: &T) -> Result<()> {
        #[cfg(feature = "sasl")]
        if let (Dialect::Sasl, Some(sasl)) = (dialect, &self.options.sasl) {
            self.negotiate(sasl)?;
            let Some(dialect) = self.dialect()? else { return Ok(()) };
            return match dialect {
                Dialect::Plain(_, Framing::Buffered) => {
                    self.answer_calls(dialect, |_| Framings::SASL, processor)
                }
                _ => Err(dialect.not_in_sasl()),
            };
        } else if self.options.takes_sasl_only() && dialect.is_outside_of_sasl() {
            return Err(self.refuse_calls(dialect, Only::SASL));
        }
        self.answer_calls(dialect, Framings::from, processor)
    }

    /// Refuses the calls of a peer that comes without what the port takes alone. It is why the connection ends,
    /// whether the refusal reached the peer or not, unless no whole call came in time.
    #[cfg(any(feature = "sasl", feature = "tls"))]
    fn refuse_calls(&mut self, dialect: Dialect, only: Only) -> Error {
        let answered = self.answer_calls(dialect, Framings::from, &only);
        answered.err().filter(Error::is_timeout).unwrap_or_else(|| only.error())
    }

    /// Negotiates, and notes who the peer is.
    #[cfg(feature = "sasl")]
    fn negotiate(&mut self, sasl: &crate::sasl::ServerSasl) -> Result<()> {
        let ConnectionOptions { timeouts, limits, .. } = self.options;
        self.ended.in_handshake = true;
        let sasl = sasl.for_peer_with(&self.peer.certificates);
        let accepted = self.stream.accept_sasl(&sasl, Patience::within(timeouts.handshake), limits);
        match accepted {
            Ok(authenticated) => {
                self.ended.in_handshake = false;
                (self.opened, self.began) = (Instant::now(), None);
                self.first_byte = timeouts.first_byte;
                self.peer.identity = Some(authenticated.identity());
                Ok(())
            }
            Err(Failed { told, error }) => {
                // If the peer cannot be told any more, the first error is still the one that
                // counts.
                let _ = self.stream.end(&told, Patience::EachPiece(timeouts.write));
                Err(self.late(error, Late::Sasl))
            }
        }
    }

    /// Does the TLS handshake, and notes the peer's certificates.
    #[cfg(feature = "tls")]
    fn secure(&mut self, tls: &crate::tls::ServerTls) -> Result<()> {
        let session = Session::Server(Box::new(tls.session()?));
        let patience = self.options.timeouts.handshake;
        let end = patience.and_then(|patience| self.opened.checked_add(patience));
        self.ended.in_handshake = true;
        let secured = self.stream.secure(session, Patience::Until(end));
        secured.map_err(|error| self.late(error, Late::Handshake))?;
        self.ended.in_handshake = false;
        (self.opened, self.began) = (Instant::now(), None);
        self.first_byte = self.options.timeouts.first_byte;
        self.peer.certificates = self.stream.session().and_then(Session::certificates);
        Ok(())
    }

    /// Waits for the first bytes, which tell what the peer speaks.
    fn dialect(&mut self) -> Result<Option<Dialect>> {
        loop {
            if let Some(dialect) = self.stream.dialect()? {
                return Ok(Some(dialect));
            }
            if self.held.is_over() {
                // The first frame of SASL, of which nothing can be read yet.
                return Err(self.overloaded());
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// Tells that there is no room for more bytes.
    #[cold]
    pub(super) fn overloaded(&self) -> Error {
        let why = Overload::Bytes;
        self.peer.tell(|connection| Event::Overloaded { connection, why });
        why.error()
    }

    /// Waits for more bytes; returns `false` if none come, or none may during a shutdown.
    pub(super) fn more(&mut self) -> Result<bool> {
        if let Some(ending) = self.place.ending() {
            return self.more_at_last(ending);
        }
        let (filled, what) = loop {
            let (end, what) = self.deadline();
            let (stream, patience) = (&mut self.stream, Patience::Until(end));
            let filled = match stream.is_within() {
                true => stream.fill_some(patience),
                false => self.place.rest(|| stream.fill_some(patience)),
            };
            // Where it is `None`, a rest may have begun or ended.
            if let Some(filled) = filled.transpose() {
                break (filled, what);
            }
        };
        match (filled, self.place.ending()) {
            (Ok(0), Some(ending)) => self.more_at_last(ending),
            (Ok(count), _) => {
                self.held.set(self.stream.arrived());
                Ok(count > 0)
            }
            (Err(error), _) => self.unless_closed(error, what),
        }
    }

    /// How the connection ends if it cannot be read, which is no failure between calls.
    fn unless_closed(&mut self, error: Error, what: Result<Late, Ending>) -> Result<bool> {
        match what {
            _ if self.stream.is_within() => Err(self.late(error, Late::Message)),
            // Many peers reset a connection instead of closing it, as health checks do. Between
            // calls, that is no failure.
            _ if error.is_closed() => Ok(false),
            Ok(what) => Err(self.late(error, what)),
            Err(_) if !error.is_timeout() => Err(error),
            Err(ending) => {
                self.ended.ending = Some(ending);
                Ok(false)
            }
        }
    }

    /// Takes what has arrived before the end.
    fn more_at_last(&mut self, ending: Ending) -> Result<bool> {
        self.ended.ending = Some(ending);
        Ok(!self.is_last && self.last_bytes()? > 0)
    }

    /// Says what the peer did not do in time, if that is the error.
    pub(super) fn late(&mut self, error: Error, what: Late) -> Error {
        if !error.is_timeout() {
            return error;
        }
        self.ended.late = Some(what);
        what.error()
    }

    /// Reads what has arrived. The reading side of the socket has ended, so that nothing is waited
    /// for.
    fn last_bytes(&mut self) -> Result<usize> {
        self.is_last = true;
        let (mut count, most) = (0, self.options.limits.message_size.saturating_add(MORE_AT_LAST));
        while count < most && !self.held.is_over() {
            self.held.set(self.stream.arrived());
            match self.stream.fill(Patience::Each(Some(Duration::ZERO)))? {
                0 => break,
                more => count += more,
            }
        }
        Ok(count)
    }

    /// When the wait for more bytes ends, and what for.
    fn deadline(&mut self) -> (Option<Instant>, Result<Late, Ending>) {
        let timeouts = &self.options.timeouts;
        let (now, opened) = (Instant::now(), self.opened);
        if !self.stream.is_within() {
            // What had begun was no part of a message: an empty frame, or a record without content.
            self.began = None;
        }
        let (since, patience, late) = if self.stream.is_within() {
            let pace = self.began.get_or_insert_with(|| Pace::new(now));
            pace.reach(self.stream.arrived() as u64, || now);
            return (pace.end(timeouts, timeouts.message), Ok(Late::Message));
        } else if self.answered {
            (now, timeouts.idle, Late::Idle)
        } else {
            (opened, self.first_byte, Late::FirstByte)
        };
        let late = (patience.and_then(|patience| since.checked_add(patience)), Ok(late));
        let aged = self.age.and_then(|age| opened.checked_add(age));
        match aged {
            Some(end) if late.0.is_none_or(|at| end < at) => (aged, Err(Ending::Age)),
            _ => late,
        }
    }
}

/// How long to wait for the first byte: if there is only TLS, or only SASL, the very first is that of a
/// handshake.
fn first_byte(options: &ConnectionOptions) -> Option<Duration> {
    #[cfg(any(feature = "sasl", feature = "tls"))]
    if options.begins_in_handshake() {
        return options.timeouts.first_byte_of_handshake();
    }
    options.timeouts.first_byte
}
