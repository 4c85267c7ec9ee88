//! Answering the calls in a connection's buffer, one after another.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::Poll,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::yield_now,
};

use super::connection::Connection;
use crate::{
    error::{Error, ErrorKind, Result},
    processor::{Extent, Message, Outcome, Processor},
    protocol::{Input, Limits, Output, Protocol},
    transport::{Framing, LARGE_MESSAGE, buffered::Boundaries, framed, write_buffer::WriteBuffer},
};

/// Replies are sent once there are this many bytes of them, even if more calls are waiting.
pub(super) const FLUSH_SIZE: usize = 64 << 10;
/// After this many calls in a row, other tasks get a turn.
const CALLS_AT_ONCE: u32 = 256;
/// A call that will never be whole is refused by name, if its header is no longer than this. A longer
/// header is not read again each time more of it arrives.
const LONGEST_HEADER: usize = 4 << 10;

/// The state of answering a connection's calls.
pub(super) struct Answering<P: Protocol> {
    protocol: P,
    framing: Framing,
    boundaries: Boundaries<P>,
    /// The buffer for the next reply.
    reply: Output,
}

/// The next message in a buffer.
struct Next {
    start: usize,
    end: End,
}

enum End {
    /// The message is whole.
    At(usize),
    /// It may be whole.
    Open,
    /// It cannot become whole.
    Never(Error),
}

impl<P: Protocol> Answering<P> {
    pub(super) fn new(protocol: P, framing: Framing) -> Self {
        Answering { protocol, framing, boundaries: Boundaries::new(), reply: Output::vectored() }
    }

    /// Answers all calls in the buffer that are whole.
    ///
    /// # Errors
    ///
    /// If something is no message, or its end cannot be found. The replies to the calls before it
    /// are in the output.
    pub(super) async fn answer_all<S, T>(
        &mut self,
        connection: &mut Connection<'_, S>,
        processor: &T,
    ) -> Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
        T: Processor,
    {
        let mut count = 0_u32;
        while self.answer(connection, processor).await? {
            if connection.output.len() >= FLUSH_SIZE {
                connection.flush().await?;
            }
            count = count.wrapping_add(1);
            if count.is_multiple_of(CALLS_AT_ONCE) {
                yield_now().await;
            }
        }
        Ok(())
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

    /// Answers the next message; returns `false` if more of it is needed first.
    async fn answer<S, T>(
        &mut self,
        connection: &mut Connection<'_, S>,
        processor: &T,
    ) -> Result<bool>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
        T: Processor,
    {
        let Connection { stream, input, output, peer, options, .. } = connection;
        let limits = &options.limits;
        let Some(next) = self.next(input.data(), limits)? else { return Ok(false) };

        #[cfg(feature = "header")]
        if self.framing == Framing::Header {
            let End::At(end) = next.end else {
                return Err(next.end.reason().unwrap_or_else(Error::truncated));
            };
            let frame = input.take(end).slice(next.start..);
            let answer = super::header::answer::<P, T>(frame, peer, limits, processor);
            let mut reply = flushing(pin!(answer), output, stream).await?;
            output.append(&mut reply);
            return Ok(true);
        }

        // Cut a large message out of the buffer, so that its fields can be slices of it.
        let large = match next.end {
            End::At(end) if end >= LARGE_MESSAGE => Some(input.take(end).slice(next.start..)),
            _ => None,
        };
        let (bytes, extent) = match (&large, &next.end) {
            (Some(message), _) => (Input::from(message), Extent::Whole),
            (None, End::At(end)) => (slice(input.data(), next.start, *end), Extent::Whole),
            (None, End::Open) => (slice(input.data(), 0, limits.message_size), Extent::Unknown),
            (None, End::Never(error)) => {
                let most = next.start + LONGEST_HEADER.min(limits.message_size);
                (slice(input.data(), next.start, most), Extent::Lost(error))
            }
        };
        let protocol = self.protocol;
        let header = match protocol.read_header(bytes.bytes, limits) {
            Ok(read) => read,
            Err(error) if error.is_truncated() && may_grow(bytes.bytes, &extent, limits) => {
                let long = bytes.bytes.len() > LONGEST_HEADER;
                if long {
                    self.boundaries.enter();
                }
                return Ok(long);
            }
            Err(error) => return Err(next.end.reason().unwrap_or(error)),
        };
        let framed = self.framing == Framing::Framed;
        if framed {
            framed::begin(&mut self.reply);
        }
        let reply = &mut self.reply;
        let mut message = Message::new(protocol, &header, bytes, extent, limits, peer, reply);
        let outcome = match message.call() {
            Ok(call) => {
                let process = pin!(processor.process(call));
                flushing(process, output, stream).await.outcome
            }
            Err(refused) => refused.outcome,
        };
        if framed {
            framed::finish(&mut self.reply, 0)?;
        }

        let answered = match (outcome, next.end) {
            (Outcome::Done { .. }, End::At(end)) => {
                if large.is_none() {
                    input.consume(end);
                }
                Ok(true)
            }
            (Outcome::Done { end }, End::Open) => {
                input.consume(end);
                Ok(true)
            }
            (Outcome::Incomplete, _) => {
                self.reply.clear();
                // From now on, the scanner looks for the message's end.
                self.boundaries.enter();
                Ok(true)
            }
            (Outcome::Lost, end) => Err(end.reason().unwrap_or_else(refused)),
            (Outcome::Done { .. }, End::Never(error)) => Err(error),
        };
        if self.reply.len() >= FLUSH_SIZE && !output.is_empty() {
            // An empty output takes the reply's buffer over, rather than copying it.
            connection.flush().await?;
        }
        connection.output.append(&mut self.reply);
        answered
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

/// Runs a call. While its handler waits, earlier replies are sent.
fn flushing<F, S>(
    mut process: Pin<&mut F>,
    output: &mut WriteBuffer,
    stream: &mut S,
) -> impl Future<Output = F::Output>
where
    F: Future,
    S: AsyncWrite + Unpin,
{
    let mut failed = false;
    poll_fn(move |cx| {
        let processed = process.as_mut().poll(cx);
        if processed.is_pending() && !failed {
            // The handler runs to its end even if the peer is gone. The next write will fail again.
            failed = matches!(output.poll_flush(stream, cx), Poll::Ready(Err(_)));
        }
        processed
    })
}

#[inline]
fn slice(data: &[u8], start: usize, end: usize) -> Input<'_> {
    Input::from(data.get(start..end.min(data.len())).unwrap_or_default())
}

/// Whether more bytes can complete a header.
fn may_grow(message: &[u8], extent: &Extent<'_>, limits: &Limits) -> bool {
    match extent {
        Extent::Whole => false,
        Extent::Unknown => message.len() < limits.message_size,
        Extent::Lost(_) => message.len() < LONGEST_HEADER.min(limits.message_size),
    }
}

#[cold]
fn refused() -> Error {
    Error::new(ErrorKind::Closed, "the processor refused the connection")
}
