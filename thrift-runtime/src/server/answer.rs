//! Answering the calls that lie in a connection's buffer.

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
    error::{Error, Result},
    processor::{Extent, Message, Outcome, Processor},
    protocol::{Input, Limits, Output, Protocol},
    transport::{Framing, LARGE_MESSAGE, buffered::Boundaries, framed, write_buffer::WriteBuffer},
};

/// Answers are sent when there are so many bytes of them, though more calls are there.
pub(super) const FLUSH_SIZE: usize = 64 << 10;
/// After so many calls in one go, other tasks have their turn.
const CALLS_AT_ONCE: u32 = 256;
/// A call that cannot be read whole is refused by name if that stands within so many bytes; a longer
/// header is not read again whenever more of it has arrived.
const LONGEST_HEADER: usize = 4 << 10;

/// How far the answering of a connection's calls has come.
pub(super) struct Answering<P: Protocol> {
    protocol: P,
    framing: Framing,
    boundaries: Boundaries<P>,
    /// The buffer for the next reply.
    reply: Output,
}

/// The message that comes next in a buffer.
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

    /// Answers the calls that are there, until one is not whole.
    ///
    /// # Errors
    ///
    /// Where what is there is no message, or its end cannot be found. Answers that are due before
    /// that are in the output.
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

    /// Finds the message that comes next, if enough of it is there.
    #[inline]
    fn next(&mut self, data: &[u8], limits: &Limits) -> Result<Option<Next>> {
        let (start, end) = match self.framing {
            Framing::Framed => (framed::LENGTH, framed::frame_end(data, limits)),
            #[cfg(feature = "header")]
            Framing::Header => (framed::LENGTH, framed::frame_end(data, limits)),
            Framing::Buffered if !self.boundaries.is_within() => {
                let open = Next { start: 0, end: End::Open };
                return Ok((!data.is_empty()).then_some(open));
            }
            Framing::Buffered => (0, self.boundaries.message_end(data, limits)),
        };
        Ok(match end {
            Ok(None) => None,
            Ok(Some(end)) => Some(Next { start, end: End::At(end) }),
            Err(error) => Some(Next { start, end: End::Never(error) }),
        })
    }

    /// Answers the message that comes next; `false` if more of it is needed first.
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
                return Err(next.end.reason().unwrap_or_else(lost));
            };
            let frame = input.take(end).slice(next.start..);
            let answer = super::header::answer::<P, T>(frame, peer, limits, processor);
            let mut reply = flushing(pin!(answer), output, stream).await?;
            output.append(&mut reply);
            return Ok(true);
        }

        // A large message is cut out of the buffer, so that its fields can be slices of it.
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
                // From here on, the scanner looks for the message's end.
                self.boundaries.enter();
                Ok(true)
            }
            (_, End::Never(error)) => Err(error),
            (Outcome::Lost, _) => Err(lost()),
        };
        if self.reply.len() >= FLUSH_SIZE && !output.is_empty() {
            // Handing the buffer over is cheaper than copying it.
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

/// Drives a call; while its handler waits, the answers that were finished before it are sent.
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
            // A handler that has begun is not stopped by a peer that is gone; writing will fail
            // again.
            failed = matches!(output.poll_flush(stream, cx), Poll::Ready(Err(_)));
        }
        processed
    })
}

#[inline]
fn slice(data: &[u8], start: usize, end: usize) -> Input<'_> {
    Input::from(data.get(start..end.min(data.len())).unwrap_or_default())
}

/// Whether a header that is not whole may become so.
fn may_grow(message: &[u8], extent: &Extent<'_>, limits: &Limits) -> bool {
    match extent {
        Extent::Whole => false,
        Extent::Unknown => message.len() < limits.message_size,
        Extent::Lost(_) => message.len() < LONGEST_HEADER.min(limits.message_size),
    }
}

#[cold]
fn lost() -> Error {
    Error::malformed("where a call ends cannot be found")
}
