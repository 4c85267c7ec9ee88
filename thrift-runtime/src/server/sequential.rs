//! Answering the calls of a connection one after another, in place in its buffer.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{self, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::yield_now,
    time::timeout,
};

use super::{
    ahead::{Ahead, abandoned},
    connection::Connection,
    status::Status,
};
#[cfg(feature = "header")]
use crate::transport::framed;
use crate::{
    call::{Answer, Completeness, InProgress, Message, Origin, Peer, Processor, Step, Watched},
    error::{Error, ErrorKind, Result},
    protocol::{Input, LARGE_MESSAGE, Limits, MessageHeader, MessageType, Output, Protocol},
    serving::ConnectionOptions,
    transport::{
        Framing, KEEP_LARGE_BUFFERS,
        buffered::Boundaries,
        write_buffer::{WriteBuffer, is_oversized},
    },
};

/// Replies are sent once there are this many bytes of them, even if more calls are waiting.
pub(super) const FLUSH_SIZE: usize = 64 << 10;
/// After this many calls in a row, other tasks get a turn.
const CALLS_AT_ONCE: u32 = 256;
/// A call that will never be whole is refused by name, if its header is no longer than this. A longer
/// header is not read again each time more of it arrives.
const LONGEST_HEADER: usize = 4 << 10;

/// What one connection's calls, which are answered one after another, have in common.
pub(super) struct Sequential<P: Protocol> {
    protocol: P,
    framing: Framing,
    boundaries: Boundaries<P>,
    /// The place for the next answer.
    answer: Answer,
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

impl<P: Protocol> Sequential<P> {
    pub(super) fn new(protocol: P, framing: Framing) -> Self {
        let answer = Answer::new(Output::vectored());
        Sequential { protocol, framing, boundaries: Boundaries::new(), answer }
    }

    /// Answers calls until no more come.
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
            connection.flush().await?;
            answered?;
            if let Err(error) = connection.check_room(self.protocol, self.framing) {
                connection.flush().await?;
                return Err(error);
            }
            connection.settle(connection.input.data().len() < before, false);
            let oversized = connection.is_oversized() || is_oversized(&self.answer.reply);
            let more = match oversized {
                true => Box::pin(self.rest(connection)).await?,
                false => poll_fn(|cx| connection.poll_more(cx)).await?,
            };
            if !more {
                return connection.at_end();
            }
        }
    }

    /// Waits for bytes, which is true, or for the end of the stream, and frees memory that is not
    /// needed for a while.
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

    /// Answers all calls in the buffer that are whole.
    ///
    /// # Errors
    ///
    /// If something is no message, or its end cannot be found. The replies to the calls before it
    /// are in the output.
    async fn answer_all<S, T>(
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
                connection.count();
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
        #[cfg(feature = "header")]
        if self.framing == Framing::Header {
            return self.answer_enveloped(connection, processor).await;
        }
        let Connection { stream, input, output, peer, options, status, in_progress, .. } =
            connection;
        let limits = &options.limits;
        let Some(next) = self.next(input.data(), limits)? else { return Ok(false) };

        // Cut a large message out of the buffer, so that its fields can be slices of it.
        let large = match next.end {
            End::At(end) if end >= LARGE_MESSAGE => Some(input.take(end).slice(next.start..)),
            _ => None,
        };
        let (bytes, completeness) = match (&large, &next.end) {
            (Some(message), _) => (Input::from(message), Completeness::Whole),
            (None, End::At(end)) => (slice(input.data(), next.start, *end), Completeness::Whole),
            (None, End::Open) => {
                (slice(input.data(), 0, limits.message_size), Completeness::Unknown)
            }
            (None, End::Never(error)) => {
                let most = next.start + LONGEST_HEADER.min(limits.message_size);
                (slice(input.data(), next.start, most), Completeness::Endless(error))
            }
        };
        let protocol = self.protocol;
        let header = match protocol.read_header(bytes.bytes, limits) {
            Ok(read) => read,
            Err(error) if error.is_truncated() && may_grow(bytes.bytes, &completeness, limits) => {
                let long = bytes.bytes.len() > LONGEST_HEADER;
                if long {
                    self.boundaries.enter();
                }
                return Ok(long);
            }
            Err(error) => return Err(next.end.reason().unwrap_or(error)),
        };
        let (framing, answer) = (self.framing, &mut self.answer);
        let start = framing.begin(&mut answer.reply);
        let mut message = Message::new(&header, bytes, completeness, Origin::new(peer, limits));
        let speculates = processor.speculates();
        let mut panicked = false;
        if let Some(call) = answer.begin(protocol, &mut message, speculates) {
            let process = pin!(processor.process(call));
            let process = Watched::new(process, !speculates);
            let watch = Watch { peer, status, options, header: Some(&header.0) };
            let processed = attended(process, output, stream, watch, in_progress).await;
            in_progress.end();
            panicked = processed.ok_or_else(abandoned)?.is_none();
        }
        let step = answer.finish(protocol, &message, panicked);
        framing.finish(&mut answer.reply, start)?;

        let answered = match (step, next.end) {
            (Step::Next(_), End::At(end)) => {
                if large.is_none() {
                    input.consume(end);
                }
                Ok(true)
            }
            (Step::Next(end), End::Open) => {
                input.consume(end);
                Ok(true)
            }
            (Step::Incomplete, _) => {
                // From now on, the scanner looks for the message's end.
                self.boundaries.enter();
                Ok(true)
            }
            (Step::Close, end) => Err(end.reason().unwrap_or_else(refused)),
            (Step::Next(_), End::Never(error)) => Err(error),
        };
        if self.answer.reply.len() >= FLUSH_SIZE && !output.is_empty() {
            // An empty output takes the reply's buffer over, rather than copying it.
            connection.flush().await?;
        }
        connection.output.append(&mut self.answer.reply);
        answered
    }

    /// Answers the next call in THeader's frames.
    #[cfg(feature = "header")]
    async fn answer_enveloped<S, T>(
        &mut self,
        connection: &mut Connection<'_, S>,
        processor: &T,
    ) -> Result<bool>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
        T: Processor,
    {
        let Connection { stream, input, output, peer, options, status, .. } = connection;
        let limits = &options.limits;
        let Some(end) = framed::frame_end(input.data(), limits)? else { return Ok(false) };
        let frame = input.take(end).slice(framed::LENGTH..);
        let cancel = options.cancel_abandoned_calls;
        let answer = super::header::answer::<P, T>(frame, peer, limits, cancel, processor);
        let watch = Watch { peer, status, options, header: None };
        // It is counted where it is answered.
        let mut in_progress = InProgress::new(None);
        let answered = attended(pin!(answer), output, stream, watch, &mut in_progress).await;
        let mut reply = answered.ok_or_else(abandoned)??;
        output.append(&mut reply);
        Ok(true)
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

/// Whose leaving matters while a call runs.
struct Watch<'a> {
    peer: &'a Peer,
    status: &'a Status,
    options: &'a ConnectionOptions,
    /// The call's, if it is cancelled here rather than where it is answered.
    header: Option<&'a MessageHeader<'a>>,
}

impl Watch<'_> {
    /// Whether the call is cancelled when its caller is gone.
    fn cancels(&self) -> bool {
        let Watch { options, header, .. } = self;
        let waits = header.is_some_and(|header| header.kind != Ok(MessageType::Oneway));
        options.cancel_abandoned_calls && waits
    }

    /// Notes that the caller is gone, since nothing can be sent to it; ready if the call is cancelled
    /// then.
    #[cold]
    fn leave(&self) -> Poll<()> {
        self.peer.connection().presence().leave();
        if self.cancels() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Looks whether the caller is gone; ready if the call is cancelled then.
    #[cold]
    fn poll<S: AsyncRead + Unpin>(
        &self,
        stream: &mut Ahead<S>,
        cx: &mut task::Context<'_>,
    ) -> Poll<()> {
        let cancel = self.cancels();
        match stream.poll_gone(self.peer, self.status, cancel, cx) {
            Poll::Ready(()) if cancel => Poll::Ready(()),
            _ => Poll::Pending,
        }
    }
}

/// Runs a call. While its handler waits, it is counted, earlier replies are sent, and somebody may
/// want to know whether the caller is still there. `None` if it is not, and the call was cancelled.
fn attended<F, S>(
    mut process: F,
    output: &mut WriteBuffer,
    stream: &mut Ahead<S>,
    watch: Watch<'_>,
    in_progress: &mut InProgress,
) -> impl Future<Output = Option<F::Output>>
where
    F: Future + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut failed = false;
    poll_fn(move |cx| {
        if let Poll::Ready(processed) = Pin::new(&mut process).poll(cx) {
            return Poll::Ready(Some(processed));
        }
        in_progress.begin();
        if !failed {
            // The handler runs to its end even if the peer is gone. The next write will fail again.
            failed = matches!(output.poll_flush(stream, cx), Poll::Ready(Err(_)));
        }
        match failed {
            true => watch.leave(),
            false => watch.poll(stream, cx),
        }
        .map(|()| None)
    })
}

#[inline]
fn slice(data: &[u8], start: usize, end: usize) -> Input<'_> {
    Input::from(data.get(start..end.min(data.len())).unwrap_or_default())
}

/// Whether more bytes can complete a header.
fn may_grow(message: &[u8], completeness: &Completeness<'_>, limits: &Limits) -> bool {
    match completeness {
        Completeness::Whole => false,
        Completeness::Unknown => message.len() < limits.message_size,
        Completeness::Endless(_) => message.len() < LONGEST_HEADER.min(limits.message_size),
    }
}

#[cold]
fn refused() -> Error {
    Error::new(ErrorKind::Closed, "the processor refused the connection")
}
