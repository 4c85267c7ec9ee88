//! Answering the calls of a connection one after another, in place in its buffer.
//!
//! An unframed message does not give its length. Instead of first finding its end and then reading it,
//! this reads speculatively: it hands the message to the processor before it is known whether all of
//! it has arrived ([`Completeness::Unknown`]), and reading the arguments finds the end. If the bytes
//! end too early, the answer is [`Step::Incomplete`], which is not a failure: no handler has run, and
//! nothing has been answered. From then on, [`Boundaries`] looks for the end as bytes arrive, and
//! continues where it stopped before, so that a message in a thousand packets is not read a thousand
//! times. The processor then gets the call once more when it is complete.
//!
//! This is sound only if nothing happens before the arguments are read, which is what
//! [`Processor::speculates`] promises. Generated processors promise it. Middleware does not, as it
//! must see a call only once; for middleware, `call/answer.rs` finds the end first, by skipping.

use std::{future::poll_fn, pin::pin, task::Poll};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};

#[cfg(feature = "header")]
use super::header;
use super::{
    connection::{Connection, FLUSH_SIZE},
    meanwhile::{Meanwhile, poll_once},
};
use crate::{
    call::{Answer, Completeness, Message, Origin, Processor, Step, Watched},
    error::{Error, ErrorKind, Result},
    protocol::{Input, LARGE_MESSAGE, Limits, MessageType, Output, Protocol},
    transport::{
        Framing, Framings, KEEP_LARGE_BUFFERS, buffered::Boundaries, framed::MOST_OF_HEADER,
        read_buffer::ReadBuffer, write_buffer::is_oversized,
    },
};

/// The state for answering the calls of one connection one after another.
pub(super) struct Sequential<P: Protocol> {
    protocol: P,
    framing: Framing,
    writing: Framing,
    boundaries: Boundaries<P>,
    /// The buffer for the next answer.
    answer: Answer,
}

/// The next message in a buffer.
struct Next {
    start: usize,
    end: End,
}

enum End {
    /// The message is complete.
    At(usize),
    /// It may be complete.
    Open,
    /// It can never be complete.
    Never(Error),
}

impl<P: Protocol> Sequential<P> {
    pub(super) fn new(protocol: P, framings: Framings) -> Self {
        let Framings { reading: framing, writing } = framings;
        let answer = Answer::new(Output::vectored());
        Sequential { protocol, framing, writing, boundaries: Boundaries::new(protocol), answer }
    }

    /// Answers calls until no more arrive.
    pub(super) async fn answer_calls<S, T>(
        &mut self,
        connection: &mut Connection<'_, S>,
        processor: &T,
    ) -> Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
        T: Processor,
    {
        loop {
            let before = connection.input.data().len();
            connection.grow_to(before);
            let answered = self.answer_all(connection, processor).await;
            let flushed = connection.flush().await;
            answered.and(flushed)?;
            if let Err(error) = connection.check_room(self.protocol, self.framings()) {
                let _ = connection.flush().await;
                return Err(error);
            }
            connection.settle(connection.input.data().len() < before, false);
            let oversized = connection.is_oversized() || is_oversized(&self.answer.reply);
            let more = match oversized {
                true => Box::pin(self.rest(connection)).await?,
                false => poll_fn(|cx| connection.poll_more(cx)).await?,
            };
            if !more {
                return connection.at_end(self.framing);
            }
        }
    }

    fn framings(&self) -> Framings {
        Framings { reading: self.framing, writing: self.writing }
    }

    /// Waits for bytes (`true`) or the end of the stream (`false`). Memory that has not been needed
    /// for a while is freed.
    async fn rest<S>(&mut self, connection: &mut Connection<'_, S>) -> Result<bool>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let more = poll_fn(|cx| connection.poll_more(cx));
        if let Ok(more) = timeout(KEEP_LARGE_BUFFERS, more).await {
            return more;
        }
        connection.shrink();
        self.answer.reply.shrink_to(0);
        poll_fn(|cx| connection.poll_more(cx)).await
    }

    /// Answers all complete calls in the buffer.
    ///
    /// This is a single function, because every call would pay for moving values into and out of
    /// another future. The same is true of each variable that is used on both sides of an `await`.
    ///
    /// # Errors
    ///
    /// If there is something that is not a message, or the end of a message cannot be found. The
    /// replies to the calls before it are in the output.
    async fn answer_all<S, T>(
        &mut self,
        connection: &mut Connection<'_, S>,
        processor: &T,
    ) -> Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
        T: Processor,
    {
        #[cfg(feature = "header")]
        if self.framing.style().is_some() {
            return header::answer_all::<P, _, _>(connection, processor).await;
        }
        let mut calls = 0_u32;
        loop {
            let limits = &connection.options.limits;
            let Some(next) = self.next(connection.input.data(), limits)? else { return Ok(()) };
            let large = next.cut(&mut connection.input);
            let (bytes, completeness) = next.message(&large, connection.input.data(), limits);
            let header = match self.protocol.read_header(bytes.bytes, limits) {
                Ok(header) => header,
                Err(error)
                    if error.is_truncated() && may_grow(bytes.bytes, &completeness, limits) =>
                {
                    if bytes.bytes.len() <= MOST_OF_HEADER {
                        return Ok(());
                    }
                    self.boundaries.enter();
                    continue;
                }
                Err(error) => return Err(next.end.reason().unwrap_or(error)),
            };
            let start = self.writing.begin(&mut self.answer.reply);
            let origin = Origin::new(&connection.peer, limits);
            let mut message = Message::new(&header, bytes, completeness, origin);
            let speculates = processor.speculates();
            let mut panicked = false;
            if let Some(call) = self.answer.begin(self.protocol, &mut message, speculates) {
                let process = pin!(processor.process(call));
                let mut process = Watched::new(process, !speculates);
                let processed = match poll_once(&mut process).await {
                    Poll::Ready(processed) => processed,
                    Poll::Pending => {
                        let meanwhile = Meanwhile {
                            stream: &mut connection.stream,
                            output: &mut connection.output,
                            in_progress: &mut connection.in_progress,
                            peer: &connection.peer,
                            status: connection.status,
                            cancels: connection.options.cancel_abandoned_calls
                                && header.0.kind != Ok(MessageType::Oneway),
                        };
                        meanwhile.run(process).await?
                    }
                };
                panicked = processed.is_none();
            }
            if self.answer.reply.len() >= FLUSH_SIZE && !connection.output.is_empty() {
                // An empty output takes over the reply's buffer, rather than copying it.
                let (stream, output) = (&mut connection.stream, &mut connection.output);
                poll_fn(|cx| output.poll_flush(stream, cx)).await?;
            }
            let step = self.answer.finish(self.protocol, &message, panicked);
            self.writing.finish(&mut self.answer.reply, start)?;
            connection.output.append(&mut self.answer.reply);
            match (step, next.end) {
                (Step::Next(_), End::At(_)) if large.is_some() => {}
                (Step::Next(_), End::At(end)) | (Step::Next(end), End::Open) => {
                    connection.input.consume(end);
                }
                // From now on, the scanner looks for the message's end.
                (Step::Incomplete, _) => self.boundaries.enter(),
                (Step::Close, end) => return Err(end.reason().unwrap_or_else(refused)),
                (Step::Next(_), End::Never(error)) => return Err(error),
            }
            calls = calls.wrapping_add(1);
            if connection.must_pause(calls) {
                connection.pause(calls).await?;
            }
        }
    }

    /// Finds the next message, if enough of it has arrived.
    #[inline]
    fn next(&mut self, data: &[u8], limits: &Limits) -> Result<Option<Next>> {
        let start = self.framing.prefix();
        if self.framing == Framing::Buffered && !self.boundaries.is_within() {
            return Ok((!data.is_empty()).then_some(Next { start, end: End::Open }));
        }
        Ok(match self.framing.message_end(&mut self.boundaries, data, limits) {
            Ok(None) => None,
            Ok(Some(end)) => Some(Next { start, end: End::At(end) }),
            Err(error) => Some(Next { start, end: End::Never(error) }),
        })
    }
}

impl Next {
    /// Cuts a large message out of the buffer, so that its fields can be slices of it.
    #[inline]
    fn cut(&self, input: &mut ReadBuffer) -> Option<Bytes> {
        match self.end {
            End::At(end) if end >= LARGE_MESSAGE => Some(input.take(end).slice(self.start..)),
            _ => None,
        }
    }

    /// The message, or as much of it as may be read, and how much is known about its end.
    #[inline]
    fn message<'a>(
        &'a self,
        large: &'a Option<Bytes>,
        data: &'a [u8],
        limits: &Limits,
    ) -> (Input<'a>, Completeness<'a>) {
        let (end, completeness) = match (large, &self.end) {
            (Some(message), _) => return (Input::from(message), Completeness::Whole),
            (None, End::At(end)) => (*end, Completeness::Whole),
            (None, End::Open) => (limits.message_size, Completeness::Unknown),
            (None, End::Never(error)) => {
                let most = self.start + MOST_OF_HEADER.min(limits.message_size);
                (most, Completeness::Endless(error))
            }
        };
        let message = data.get(self.start..end.min(data.len())).unwrap_or_default();
        (Input::from(message), completeness)
    }
}

impl End {
    fn reason(self) -> Option<Error> {
        match self {
            End::Never(error) => Some(error),
            End::At(_) | End::Open => None,
        }
    }
}

/// Whether more bytes can complete a header.
fn may_grow(message: &[u8], completeness: &Completeness<'_>, limits: &Limits) -> bool {
    match completeness {
        Completeness::Whole => false,
        Completeness::Unknown => message.len() < limits.message_size,
        Completeness::Endless(_) => message.len() < MOST_OF_HEADER.min(limits.message_size),
    }
}

#[cold]
pub(super) fn refused() -> Error {
    Error::new(ErrorKind::Closed, "the processor refused the connection")
}
