//! A call over a blocking connection, and its reply.

use std::{borrow::Cow, mem, time::Duration};

use super::{BlockingClient, socket::Patience, stream::Stream, turns::Connection};
use crate::{
    call::{Reply, Request, SentOneways},
    error::{Delivery, Error, ErrorKind, Result},
    protocol::{MessageHeader, MessageType, Output, Protocol},
    transport::{
        Framing, NO_ANSWER, buffered::Boundaries, dialect::Dialect, framed::MOST_OF_HEADER, sasl,
    },
};

impl<P: Protocol> BlockingClient<P> {
    /// Sends a call, and receives its reply unless it is oneway. If either fails, the connection is
    /// closed.
    pub(super) fn exchange(
        &self,
        connection: &mut Connection<P>,
        request: &Request<'_, P>,
        timeout: Option<Duration>,
        patience: Patience,
    ) -> Result<Option<Reply>> {
        let Connection { stream: slot, boundaries, output, next_seqid, oneways } = connection;
        let seqid = *next_seqid;
        *next_seqid = seqid.wrapping_add(1) & i32::MAX;
        self.write(request, seqid, output).map_err(Error::not_sent)?;
        // It is put back only if all went well; otherwise the connection is of no more use.
        let mut stream = match mem::replace(slot, Err("a call was interrupted".into())) {
            Ok(stream) => stream,
            Err(why) => {
                *slot = Err(why);
                return Err(Error::new(ErrorKind::Closed, "the connection is closed").not_sent());
            }
        };
        let exchanged = stream.write(output, patience).and_then(|()| {
            if request.is_oneway() {
                oneways.insert(seqid);
                return Ok(None);
            }
            let method = request.method().name();
            let silence = patience.and_each(self.silence);
            loop {
                let received = self.receive(&mut stream, boundaries, seqid, silence);
                let message = match received {
                    Err(error) if error.is_limit() && self.framing != Framing::Buffered => {
                        match self.refuse_frame(&mut stream, seqid, oneways, error, silence)? {
                            Some(error) => return Ok(Some(Err(error))),
                            None => continue,
                        }
                    }
                    received => received?,
                };
                // Some servers answer oneway calls that they do not know.
                if !self.answers_oneway(&message, seqid, oneways) {
                    let reply = Reply::to(self.protocol, message, method, seqid, &self.limits);
                    return unless_wrong(reply).map(Some);
                }
            }
        });
        match exchanged {
            Ok(answer) => {
                if answer.is_some() {
                    self.turns.note_answer();
                }
                *slot = Ok(stream);
                answer.transpose()
            }
            Err(error) => {
                drop(stream);
                let (error, why) = self.failed(error, request, timeout, patience);
                *slot = Err(why);
                Err(error)
            }
        }
    }

    /// Why a call that had begun has failed, for its caller, and why the connection is closed, for
    /// those that follow.
    #[cold]
    fn failed(
        &self,
        error: Error,
        request: &Request<'_, P>,
        timeout: Option<Duration>,
        patience: Patience,
    ) -> (Error, Cow<'static, str>) {
        let cause = match (self.turns.ended(), self.silence, error.is_timeout()) {
            (Some(cause), ..) => cause,
            (None, Some(silence), true) if patience.left().is_ok() => {
                let text =
                    format!("the peer sent nothing for {silence:?} while calls waited for replies");
                Error::new(ErrorKind::Timeout, text)
            }
            (None, _, late_reply) => {
                let error = match late_reply {
                    true => late(request, timeout).with_delivery(error.delivery()),
                    false => error,
                };
                let why = error.to_string().into();
                return (error, why);
            }
        };
        let why = cause.to_string().into();
        let text = match error.delivery() {
            Delivery::NotSent => "the connection was lost before the call was sent",
            _ => "the connection was lost before the reply came",
        };
        let lost = Error::with_source(ErrorKind::Closed, text, cause);
        (lost.with_delivery(error.delivery()), why)
    }

    /// Skips the frame of a reply that is too large, without waiting for all of it. Gives the error back,
    /// unless the frame answers a oneway call.
    fn refuse_frame(
        &self,
        stream: &mut Stream,
        seqid: i32,
        oneways: &SentOneways,
        error: Error,
        patience: Patience,
    ) -> Result<Option<Error>> {
        loop {
            let Some((length, frame)) = stream.frame() else { return Err(error) };
            match self.protocol.read_header(frame, &self.limits) {
                Ok((header, _)) => {
                    let ours = header.seqid == seqid;
                    if !ours && !oneways.contains(header.seqid) {
                        return Err(error);
                    }
                    stream.skip_frame(length);
                    return Ok(ours.then_some(error));
                }
                Err(cut) if cut.is_truncated() && frame.len() < length.min(MOST_OF_HEADER) => {
                    if self.fill(stream, patience)? == 0 {
                        return Err(Error::cut());
                    }
                }
                Err(_) => return Err(error),
            }
        }
    }

    /// Whether a message answers a oneway call that was sent before the call in flight.
    fn answers_oneway(&self, message: &[u8], seqid: i32, oneways: &SentOneways) -> bool {
        match self.protocol.read_header(message, &self.limits) {
            Ok((header, _)) => header.seqid != seqid && oneways.contains(header.seqid),
            Err(_) => false,
        }
    }

    /// Writes a message.
    fn write(&self, request: &Request<'_, P>, seqid: i32, output: &mut Output) -> Result<()> {
        let method = request.method();
        let kind = if request.is_oneway() { MessageType::Oneway } else { MessageType::Call };
        let name = method.wire_name(self.settings.service(request));
        let header = MessageHeader::new(name, kind, seqid);
        output.clear();
        let start = self.writing.begin(output);
        let written = request.arguments().write(self.protocol, &header, output);
        written.and(self.writing.finish(output, start))
    }

    /// Waits for the next message, while the reply to `seqid` is due.
    fn receive(
        &self,
        stream: &mut Stream,
        boundaries: &mut Boundaries<P>,
        seqid: i32,
        patience: Patience,
    ) -> Result<bytes::Bytes> {
        let BlockingClient { framing, limits, .. } = self;
        let mut introduced = false;
        loop {
            if !introduced && let Some(dialect) = stream.dialect()? {
                introduced = self.check(dialect, stream.waiting())?;
            }
            if introduced && let Some(message) = stream.message(*framing, boundaries, limits)? {
                return Ok(message);
            }
            let filled =
                self.fill(stream, patience).map_err(|error| match (seqid, error.kind()) {
                    (0, ErrorKind::Closed) if !stream.is_within() => no_answer(),
                    _ => error,
                })?;
            if filled == 0 {
                if let (false, Some((why, _))) = (introduced, sasl::refusal(stream.waiting())) {
                    return Err(sasl::refused(why));
                }
                return Err(match seqid {
                    _ if stream.is_within() => Error::cut(),
                    0 => no_answer(),
                    _ => Error::new(ErrorKind::Closed, "the peer closed the connection"),
                });
            }
        }
    }

    /// Checks that the peer speaks as this client does; `false` if more has to come to tell.
    fn check(&self, dialect: Dialect, arrived: &[u8]) -> Result<bool> {
        let BlockingClient { protocol, framing, .. } = self;
        let ours = protocol.encoding();
        match (dialect, sasl::refusal(arrived)) {
            (Dialect::Plain(encoding, theirs), _)
                if encoding.is_like(ours) && theirs == *framing =>
            {
                Ok(true)
            }
            (_, Some((why, true))) => Err(sasl::refused(why)),
            (_, Some((_, false))) => Ok(false),
            _ => {
                let text =
                    format!("the peer answered in {dialect}; this client speaks {ours} {framing}");
                Err(Error::new(ErrorKind::Dialect, text))
            }
        }
    }

    /// Reads what there is.
    fn fill(&self, stream: &mut Stream, patience: Patience) -> Result<usize> {
        stream.fill(patience).inspect(|_| self.turns.heard())
    }
}

/// Lets an error that leaves the connection usable through as a value.
fn unless_wrong(reply: Result<Reply>) -> Result<Result<Reply>> {
    match reply {
        Err(error) if error.kind() == ErrorKind::WrongReply => Err(error),
        reply => Ok(reply),
    }
}

#[cold]
fn no_answer() -> Error {
    Error::new(ErrorKind::Closed, NO_ANSWER)
}

/// The error for a call that has taken too long since its turn came.
#[cold]
fn late<P>(request: &Request<'_, P>, timeout: Option<Duration>) -> Error {
    let (method, patience) = (request.method().name(), timeout.unwrap_or_default());
    match request.is_oneway() {
        true => not_sent(request, timeout),
        false => {
            Error::new(ErrorKind::Timeout, format!("no reply to {method} came within {patience:?}"))
        }
    }
}

/// The error for a call that could not be sent in time.
#[cold]
pub(super) fn not_sent<P>(request: &Request<'_, P>, timeout: Option<Duration>) -> Error {
    let (method, patience) = (request.method().name(), timeout.unwrap_or_default());
    let text = format!("{method} was not sent within {patience:?}");
    Error::new(ErrorKind::Timeout, text).not_sent()
}
