//! Answering the calls of a connection, one after another.

use bytes::Bytes;

use super::{block_on::block_on, connection::Connection, socket::Patience};
use crate::{
    call::{Answer, Completeness, Message, Origin, Overload, Processor, Step},
    error::{Error, Result},
    protocol::{AnyProtocol, Input, Output, Protocol},
    serving::Late,
    transport::{
        Framing, Framings,
        buffered::Boundaries,
        dialect::Dialect,
        framed::{self, MOST_OF_HEADER},
        notice::Instead,
    },
};

/// How a connection's calls come, and are answered.
struct Calls {
    protocol: AnyProtocol,
    framings: Framings,
    boundaries: Boundaries<AnyProtocol>,
}

/// A message to be answered, or the beginning of one whose end cannot be found.
struct Arrived {
    bytes: Bytes,
    /// Why its end cannot be found, if it cannot.
    lost: Option<Error>,
}

impl Connection<'_> {
    /// Answers calls until no more come, in the framings that are to be used.
    pub(super) fn answer_calls<T: Processor>(
        &mut self,
        dialect: Dialect,
        framings: fn(Framing) -> Framings,
        processor: &T,
    ) -> Result<()> {
        let mut calls = self.accept(dialect, framings)?;
        loop {
            while let Some(arrived) = self.next(&mut calls) {
                if self.answer(&calls, arrived, processor)? == Step::Close {
                    return Ok(());
                }
            }
            if self.held.is_over() {
                self.refuse_rest(&calls)?;
            }
            if !self.more()? {
                return self.at_end(&mut calls);
            }
        }
    }

    /// The protocol and framings to answer in, if this server speaks them. Others are told, as far as
    /// that can be told.
    fn accept(&mut self, dialect: Dialect, framings: fn(Framing) -> Framings) -> Result<Calls> {
        let wanted = self.options.framing;
        let Dialect::Plain(encoding, framing) = dialect else {
            let instead = Instead { framing: wanted, http: false };
            let notice = dialect.notice(self.stream.waiting(), instead);
            self.stream.end(&notice, self.writing())?;
            #[cfg(feature = "tls")]
            if dialect == Dialect::Tls && self.stream.session().is_some() {
                return Err(dialect.within_itself());
            }
            return Err(dialect.not_spoken_without_runtime());
        };
        let framings = framings(framing);
        let Framings { reading, writing } = framings;
        if let Some(wanted) = wanted.filter(|wanted| *wanted != reading && reading == writing) {
            return Err(dialect.not_wanted(wanted));
        }
        let protocol = AnyProtocol::for_encoding(encoding).ok_or_else(|| dialect.not_spoken())?;
        Ok(Calls { protocol, framings, boundaries: Boundaries::new(protocol) })
    }

    /// How long the peer has to take an answer.
    fn writing(&self) -> Patience {
        Patience::EachPiece(self.options.timeouts.write)
    }

    /// The next message that has arrived whole, or of which it is known that it never will, and by which
    /// name it is refused.
    fn next(&mut self, calls: &mut Calls) -> Option<Arrived> {
        let Calls { protocol, framings: Framings { reading, .. }, boundaries } = calls;
        let limits = &self.options.limits;
        let error = match self.stream.message(*reading, boundaries, limits) {
            Ok(message) => return message.map(|bytes| Arrived { bytes, lost: None }),
            Err(error) => error,
        };
        let begun = self.stream.waiting().get(reading.prefix()..).unwrap_or_default();
        if *reading == Framing::Framed && framed::header_is_to_come(*protocol, begun, limits) {
            return None;
        }
        let most = begun.len().min(MOST_OF_HEADER).min(limits.message_size);
        let bytes = Bytes::copy_from_slice(begun.get(..most).unwrap_or_default());
        Some(Arrived { bytes, lost: Some(error) })
    }

    /// Answers a call.
    ///
    /// # Errors
    ///
    /// If it is none, or its end cannot be found, or the peer does not take the answer.
    fn answer<T: Processor>(
        &mut self,
        calls: &Calls,
        Arrived { bytes, lost }: Arrived,
        processor: &T,
    ) -> Result<Step> {
        let Calls { protocol, framings: Framings { writing, .. }, .. } = *calls;
        let limits = &self.options.limits;
        let header = match protocol.read_header(&bytes, limits) {
            Ok(header) => header,
            // Without a header, there is no call to answer.
            Err(error) => return Err(lost.unwrap_or(error)),
        };
        let completeness = lost.as_ref().map_or(Completeness::Whole, Completeness::Endless);
        let origin = Origin::new(&self.peer, limits);
        let message = Message::new(&header, Input::of_message(&bytes), completeness, origin);
        let mut answer = Answer::new(Output::vectored());
        let start = writing.begin(&mut answer.reply);
        let step = block_on(answer.run(protocol, message, processor));
        writing.finish(&mut answer.reply, start)?;
        self.held.set(self.stream.arrived() + answer.reply.len());
        let written = match step {
            // What the peer has sent besides is not read, and must not cost it the answer.
            Step::Close => self.stream.end(&answer.reply.into_vec(), self.writing()),
            _ => self.stream.write(&answer.reply, self.writing()),
        };
        if let Some(error) = lost {
            // That ends the connection, whether the answer has reached the peer or not.
            return Err(error);
        }
        written.map_err(|error| self.late(error, Late::Write))?;
        self.held.set(self.stream.arrived());
        (self.answered, self.began) = (true, None);
        Ok(step)
    }

    /// Checks that the peer has not ended the stream within a message.
    fn at_end(&mut self, calls: &mut Calls) -> Result<()> {
        if !self.stream.is_within() || self.place.ending().is_some() {
            return Ok(());
        }
        // It may have been within a frame that is too large.
        self.stream.message(calls.framings.reading, &mut calls.boundaries, &self.options.limits)?;
        Err(Error::cut())
    }

    /// Refuses the call of which a part has come, if there is no room for the rest.
    #[cold]
    fn refuse_rest(&mut self, calls: &Calls) -> Result<()> {
        // Calls may have been answered since.
        self.held.set(self.stream.arrived());
        if !self.held.is_over() {
            return Ok(());
        }
        let (error, mut refusal) = (self.overloaded(), Output::new());
        let Calls { protocol, framings: Framings { reading, writing }, .. } = *calls;
        let bytes = self.stream.waiting().get(reading.prefix()..).unwrap_or_default();
        let start = writing.begin(&mut refusal);
        if Overload::Bytes.refuse(protocol, bytes, &self.options.limits, &mut refusal) {
            writing.finish(&mut refusal, start)?;
            let _ = self.stream.end(&refusal.into_vec(), self.writing());
        }
        Err(error)
    }
}
