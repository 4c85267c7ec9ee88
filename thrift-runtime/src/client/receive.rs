//! Handing the replies that arrive to their callers.

use std::{ops::Range, task::Waker};

use bytes::Bytes;

use super::{calls::Calls, driver::Driver, shared::Shared};
#[cfg(feature = "header")]
use crate::transport::{
    framed,
    header::{self, Opened},
};
use crate::{
    call::{Headers, Reply, SERVICE_SEPARATOR},
    error::{Error, ErrorKind, Result, escaped_name},
    protocol::{Encoding, MessageHeader, MessageType, Protocol},
    transport::{Framing, NO_ANSWER, dialect::Dialect, sasl},
};

impl<P: Protocol, S> Driver<P, S> {
    /// Hands out the replies that have arrived whole.
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
            let received = match self.shared.framing {
                Framing::Header => self.receive_enveloped(),
                _ => self.receive_plain(),
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

    /// Hands out the replies that have arrived whole, in frames or without. Returns why the next
    /// frame is too large, if it is.
    fn receive_plain(&mut self) -> Result<Option<Error>> {
        let found = match self.find_messages() {
            // The end of a frame is known, whatever is in it.
            Err(error) if error.is_limit() && self.shared.framing != Framing::Buffered => {
                Ok(Some(error))
            }
            found => found.map(|()| None),
        };
        let Some(Range { end, .. }) = self.messages.last().cloned() else { return found };
        // Cut them out of the buffer together.
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

    /// Finds the messages that have arrived whole.
    ///
    /// # Errors
    ///
    /// If the next one cannot have an end. Those before it have been found.
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

    /// Hands out the replies that have arrived whole in THeader's frames. Returns why the next frame
    /// is too large, if it is.
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
            let handed = match (unwrap(shared, frame), seqid) {
                (Ok((message, headers)), _) => {
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

    /// Wakes the callers, now that the lock is free, and allows as many more calls in flight as
    /// were answered.
    pub(super) fn wake(&mut self, answered: usize) {
        if !self.answered && answered > 0 {
            self.answered = true;
            self.shared.note_answer();
        }
        self.shared.pass_places_on();
        self.callers.drain(..).for_each(Waker::wake);
    }

    /// Checks that the peer speaks as this client does.
    fn check(&self, dialect: Dialect) -> Result<()> {
        let text = match dialect {
            Dialect::Plain(encoding, framing) => {
                let ours = self.shared.protocol.encoding();
                if encoding.is_like(ours) && framing == self.shared.framing {
                    return Ok(());
                }
                if encoding.is_like(ours) {
                    format!("the peer answered {framing}; this client is {}", self.shared.framing)
                } else {
                    return Err(other_protocol(encoding, ours));
                }
            }
            #[cfg(feature = "header")]
            Dialect::Header if self.shared.framing == Framing::Header => return Ok(()),
            _ => format!("the peer answered in {dialect}; this client speaks plain Thrift"),
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

/// Takes a message out of its frame.
#[cfg(feature = "header")]
fn unwrap<P: Protocol>(shared: &Shared<P>, frame: Bytes) -> Result<(Bytes, Option<Box<Headers>>)> {
    let (envelope, message) = match header::open(frame, &shared.limits)? {
        Opened::Message(envelope, message) => (envelope, message),
        Opened::Unreadable(unreadable) => {
            let reason = unreadable.reason.message().to_owned();
            return Err(Error::new(ErrorKind::Dialect, reason));
        }
    };
    let (theirs, ours) = (envelope.encoding, shared.protocol.encoding());
    if !theirs.is_like(ours) {
        return Err(other_protocol(theirs, ours));
    }
    let headers = envelope.headers;
    Ok((message, (!headers.is_empty()).then(|| Box::new(headers))))
}

/// Hands a message to the call that it answers, and appends its caller to `wake`, if that still waits.
/// Returns `false` if it answers a oneway call, which some servers do that do not know it.
#[inline]
fn hand_out<P: Protocol>(
    shared: &Shared<P>,
    message: Bytes,
    headers: Option<Box<Headers>>,
    calls: &mut Calls,
    wake: &mut Vec<Waker>,
) -> Result<bool> {
    let (header, body) = shared.protocol.read_header(&message, &shared.limits)?;
    let Some(kind) = identify(&header, calls)? else { return Ok(false) };
    let seqid = header.seqid;
    drop(header);
    calls.answer(seqid, Reply { message, kind, body, headers }, wake);
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
    // Some servers name the service too if they do not have it.
    let named = match header.name.strip_suffix(method.as_bytes()) {
        Some(b"") => true,
        Some(service) => {
            kind == MessageType::Exception && service.ends_with(SERVICE_SEPARATOR.as_bytes())
        }
        // A server that could not read the name sends none.
        None => kind == MessageType::Exception && header.name.is_empty(),
    };
    if !named {
        let what = format!("answers a call of {method}");
        return Err(wrong(header, &what));
    }
    Ok(Some(kind))
}

#[cold]
fn other_protocol(theirs: Encoding, ours: Encoding) -> Error {
    let text =
        format!("the peer answered in the {theirs} protocol; this client speaks the {ours} one");
    Error::new(ErrorKind::Dialect, text)
}

#[cold]
fn wrong(header: &MessageHeader<'_>, what: &str) -> Error {
    let name = escaped_name(&header.name);
    let text = format!("the message for {name} with sequence id {} {what}", header.seqid);
    Error::new(ErrorKind::WrongReply, text)
}
