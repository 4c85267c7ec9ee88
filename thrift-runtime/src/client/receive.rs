//! Handing the replies that arrive to their callers.

use std::{ops::Range, task::Waker};

use bytes::Bytes;

#[cfg(feature = "header")]
use super::enveloped;
use super::{calls::Calls, driver::Driver, errors::other_protocol, shared::Shared};
#[cfg(feature = "header")]
use crate::transport::{framed, header};
use crate::{
    call::{Headers, Reply, is_named},
    error::{Error, ErrorKind, Result, escaped_name},
    protocol::{MessageHeader, MessageType, Protocol},
    transport::{Framing, NO_ANSWER, dialect::Dialect, sasl},
};

impl<P: Protocol, S> Driver<P, S> {
    /// Hands out the replies that have arrived completely.
    pub(super) fn receive(&mut self) -> Result<()> {
        if !self.introduced {
            let Some(dialect) = Dialect::detect(self.input.data())? else { return Ok(()) };
            match (self.check(dialect), sasl::refusal(self.input.data())) {
                (Err(_), Some((why, true))) => return Err(sasl::refused(why)),
                (Err(_), Some((_, false))) => return Ok(()),
                (checked, _) => checked?,
            }
            self.introduced = true;
        }
        while self.skip() {
            #[cfg(feature = "header")]
            let received = match self.shared.framing.style() {
                Some(_) => self.receive_enveloped(),
                None => self.receive_plain(),
            };
            #[cfg(not(feature = "header"))]
            let received = self.receive_plain();
            let Some(too_large) = received? else { break };
            if !self.refuse_frame(too_large)? {
                break;
            }
        }
        Ok(())
    }

    /// Hands out the replies that have arrived completely, with frames or without. If the next frame
    /// is too large, returns the error.
    fn receive_plain(&mut self) -> Result<Option<Error>> {
        let found = match self.find_messages() {
            // The end of a frame is known, whatever it contains.
            Err(error) if error.is_limit() && self.shared.framing != Framing::Buffered => {
                Ok(Some(error))
            }
            found => found.map(|()| None),
        };
        let Some(Range { end, .. }) = self.messages.last().cloned() else { return found };
        // Cut all of them out of the buffer at once.
        let bytes = self.input.take(end);
        let Driver { shared, messages, callers, .. } = self;
        let mut count = 0;
        let answered = shared.with_calls(|calls| {
            for message in messages.drain(..) {
                count += usize::from(hand_out(shared, bytes.slice(message), None, calls, callers)?);
            }
            Ok(())
        });
        drop(bytes);
        self.wake(count);
        answered.and(found)
    }

    /// Finds the messages that have arrived completely.
    ///
    /// # Errors
    ///
    /// If the end of the next message cannot be determined. The messages before it have been found.
    fn find_messages(&mut self) -> Result<()> {
        let Driver { shared, input, boundaries, messages, .. } = self;
        messages.clear();
        let data = input.data();
        let mut at = 0;
        while let Some(rest) = data.get(at..) {
            let end = shared.framing.message_end(boundaries, rest, &shared.limits)?;
            let Some(end) = end else { break };
            messages.push(at + shared.framing.prefix()..at + end);
            at += end;
        }
        Ok(())
    }

    /// Hands out the replies that have arrived completely in THeader's frames. If the next frame is
    /// too large, returns the error.
    #[cfg(feature = "header")]
    fn receive_enveloped(&mut self) -> Result<Option<Error>> {
        let mut count = 0;
        let answered = loop {
            let Driver { shared, input, callers, .. } = self;
            let end = match framed::frame_end(input.data(), &shared.limits) {
                Ok(Some(end)) => end,
                Ok(None) => break Ok(None),
                Err(error) if error.is_limit() => break Ok(Some(error)),
                Err(error) => break Err(error),
            };
            let frame = input.take(end).slice(framed::LENGTH..);
            let seqid = header::seqid(&frame);
            let opened = enveloped::open(frame, shared.protocol.encoding(), &shared.limits);
            let handed = match (opened, seqid) {
                (Ok((message, headers)), _) => {
                    let headers = (!headers.is_empty()).then(|| Box::new(headers));
                    shared.with_calls(|calls| hand_out(shared, message, headers, calls, callers))
                }
                // It inflates beyond the limits.
                (Err(error), Some(seqid)) if error.is_limit() => {
                    shared.with_calls(|calls| calls.refuse(seqid, error, callers))
                }
                (Err(error), _) => break Err(error),
            };
            match handed {
                Ok(handed) => count += usize::from(handed),
                Err(error) => break Err(error),
            }
        };
        self.wake(count);
        answered
    }

    /// Wakes the callers, now that the lock is free, and lets as many further calls start as were
    /// answered.
    pub(super) fn wake(&mut self, answered: usize) {
        if !self.answered && answered > 0 {
            self.answered = true;
            self.shared.note_answer();
        }
        self.shared.pass_places_on();
        self.callers.drain(..).for_each(Waker::wake);
    }

    /// Checks that the peer uses the dialect of this client.
    fn check(&self, dialect: Dialect) -> Result<()> {
        let text = match dialect {
            Dialect::Plain(encoding, framing) => {
                let ours = self.shared.protocol.encoding();
                if encoding.is_like(ours) && framing == self.shared.framing {
                    return Ok(());
                }
                if encoding.is_like(ours) {
                    format!(
                        "the peer answered {framing}, but this client sends {}",
                        self.shared.framing
                    )
                } else {
                    return Err(other_protocol(encoding, ours));
                }
            }
            #[cfg(feature = "header")]
            Dialect::Header if self.shared.framing == Framing::Header => return Ok(()),
            #[cfg(feature = "header")]
            Dialect::HeaderInFrames if self.shared.framing == Framing::HeaderInFrames => {
                return Ok(());
            }
            // Each says whether its message has a frame of its own.
            #[cfg(feature = "header")]
            Dialect::TtHeader
                if matches!(self.shared.framing, Framing::TtHeader | Framing::TtHeaderFramed) =>
            {
                return Ok(());
            }
            #[cfg(feature = "header")]
            _ if self.shared.framing.style().is_some() => {
                format!(
                    "the peer answered in {dialect}, but this client sends {}",
                    self.shared.framing
                )
            }
            _ => format!("the peer answered in {dialect}, but this client speaks plain Thrift"),
        };
        Err(Error::new(ErrorKind::Dialect, text))
    }

    #[cold]
    pub(super) fn end_of_stream(&self) -> Error {
        if let Some((why, _)) = sasl::refusal(self.input.data())
            && !self.introduced
        {
            return sasl::refused(why);
        }
        let answered = self.introduced || self.shared.with_calls(|calls| calls.unanswered() == 0);
        match (self.input.data().is_empty(), answered) {
            (true, true) => Error::new(ErrorKind::Closed, "the peer closed the connection"),
            (true, false) => Error::new(ErrorKind::Closed, NO_ANSWER),
            (false, _) => Error::cut(),
        }
    }
}

/// Hands a message to the call that it answers, and appends the caller to `wake` if it is still
/// waiting. Returns `false` if it answers a oneway call, as servers do that do not know that the
/// method is oneway.
#[inline(always)]
fn hand_out<P: Protocol>(
    shared: &Shared<P>,
    message: Bytes,
    headers: Option<Box<Headers>>,
    calls: &mut Calls,
    wake: &mut Vec<Waker>,
) -> Result<bool> {
    let read = shared.protocol.read_header(&message, &shared.limits);
    // The result is read in place: copying it in parts right after it was stored would stall the
    // processor.
    let (kind, seqid, body) = match &read {
        Ok((header, body)) => match identify(header, calls)? {
            Some(kind) => (kind, header.seqid, *body),
            None => return Ok(false),
        },
        Err(_) => return read.map(|_| false),
    };
    drop(read);
    calls.answer(seqid, Reply::new(message, kind, body, headers), wake);
    Ok(true)
}

/// Checks that a message answers a call in flight, and returns its type. `None` if it answers a oneway
/// call.
#[inline]
pub(super) fn identify(
    header: &MessageHeader<'_>,
    calls: &mut Calls,
) -> Result<Option<MessageType>> {
    let kind = match header.kind {
        Ok(kind @ (MessageType::Reply | MessageType::Exception)) => kind,
        _ => return Err(wrong(header, "is not a reply")),
    };
    let Some(method) = calls.method(header.seqid) else {
        if calls.was_oneway(header.seqid) {
            return Ok(None);
        }
        return Err(wrong(header, "answers no call that is in flight"));
    };
    if !is_named(&header.name, method, kind) {
        let what = format!("answers a call of {method}");
        return Err(wrong(header, &what));
    }
    Ok(Some(kind))
}

#[cold]
fn wrong(header: &MessageHeader<'_>, what: &str) -> Error {
    let name = escaped_name(&header.name);
    let text = format!("the message for {name} with sequence id {} {what}", header.seqid);
    Error::new(ErrorKind::WrongReply, text)
}
