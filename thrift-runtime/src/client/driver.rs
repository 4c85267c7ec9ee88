//! The connection's task: it sends what callers have written, and hands out the replies.

use std::{
    future::{Future, poll_fn},
    ops::{Deref, Range},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, Sleep, sleep, sleep_until, timeout},
};

use super::{
    calls::{Calls, Reply},
    shared::{Shared, Taken},
};
#[cfg(feature = "header")]
use crate::transport::header::{self, Opened};
use crate::{
    error::{Error, ErrorKind, Result},
    multiplexed::SERVICE_SEPARATOR,
    protocol::{Encoding, MessageHeader, MessageType, Protocol},
    transport::{
        Framing, KEEP_LARGE_BUFFERS, buffered::Boundaries, dialect::Dialect, framed, linger,
        read_buffer::ReadBuffer, write_buffer::WriteBuffer,
    },
};

/// How long a client that is dropped tries to send what it has accepted.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A connection as its task has it.
pub(super) struct Driver<P: Protocol, S> {
    stream: S,
    shared: Lease<P>,
    input: ReadBuffer,
    output: WriteBuffer,
    boundaries: Boundaries<P>,
    /// Whether the peer's first bytes were looked at.
    introduced: bool,
    /// Where the messages that have arrived begin and end.
    messages: Vec<Range<usize>>,
    /// The callers to wake.
    callers: Vec<Waker>,
    /// Whether callers had their turn since there is something to send.
    gathered: bool,
    /// Whether the buffer that callers write into has grown large.
    oversized: bool,
    /// When to give large buffers back.
    shrink: Option<Pin<Box<Sleep>>>,
    /// When to look for calls that have taken too long.
    deadline: Option<Pin<Box<Sleep>>>,
}

/// The task's hold on what callers share with it: when it goes, be it with its runtime, no caller is
/// left waiting.
struct Lease<P: Protocol>(Arc<Shared<P>>);

impl<P: Protocol> Deref for Lease<P> {
    type Target = Shared<P>;

    fn deref(&self) -> &Shared<P> {
        &self.0
    }
}

impl<P: Protocol> Drop for Lease<P> {
    fn drop(&mut self) {
        self.0.end(Error::new(ErrorKind::Closed, "the connection's runtime has shut down"));
    }
}

impl<P: Protocol, S: AsyncRead + AsyncWrite + Unpin> Driver<P, S> {
    pub(super) fn new(stream: S, shared: Arc<Shared<P>>) -> Self {
        Driver {
            stream,
            shared: Lease(shared),
            input: ReadBuffer::new(),
            output: WriteBuffer::new(),
            boundaries: Boundaries::new(),
            introduced: false,
            messages: Vec::new(),
            callers: Vec::new(),
            gathered: false,
            oversized: false,
            shrink: None,
            deadline: None,
        }
    }

    /// Works until the connection fails or the last handle is dropped.
    pub(super) async fn run(mut self) {
        match poll_fn(|cx| self.poll(cx)).await {
            Ok(()) => self.close().await,
            Err(error) => {
                // Callers may call again when they have the error, and are not to find the socket
                // still there.
                drop(self.stream);
                self.shared.end(error);
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if self.shared.is_closing() {
            return Poll::Ready(Ok(()));
        }
        self.send(cx)?;
        self.time_out(cx);
        loop {
            match self.input.poll_read(&mut self.stream, cx)? {
                Poll::Ready(0) => return Poll::Ready(Err(self.end_of_stream())),
                Poll::Ready(_) => self.receive()?,
                Poll::Pending => {
                    self.poll_shrink(cx);
                    return Poll::Pending;
                }
            }
        }
    }

    /// Sends until nothing is there, or the stream takes no more.
    fn send(&mut self, cx: &mut Context<'_>) -> Result<()> {
        while self.output.poll_flush(&mut self.stream, cx)?.is_ready() {
            match self.shared.take_output(&mut self.output, self.gathered, cx.waker())? {
                Taken::Output { deadline } => {
                    self.gathered = false;
                    self.wait_until(deadline, cx);
                }
                Taken::Soon => {
                    // The caller that woke this task may be the first of many that are ready to run,
                    // as after replies to all of them. They run first, and one write serves them.
                    self.gathered = true;
                    cx.waker().wake_by_ref();
                    return Ok(());
                }
                Taken::Nothing { oversized } => {
                    self.gathered = false;
                    self.oversized = oversized;
                    return Ok(());
                }
            }
        }
        let deadline = self.shared.deadline(cx.waker());
        self.wait_until(deadline, cx);
        Ok(())
    }

    /// Has this task woken at a deadline, if it is not woken before.
    fn wait_until(&mut self, deadline: Option<Instant>, cx: &mut Context<'_>) {
        let Some(deadline) = deadline else { return };
        match &mut self.deadline {
            Some(timer) if timer.deadline() <= deadline => return,
            Some(timer) => timer.as_mut().reset(deadline),
            timer => *timer = Some(Box::pin(sleep_until(deadline))),
        }
        if let Some(timer) = &mut self.deadline
            && timer.as_mut().poll(cx).is_ready()
        {
            // It may be over at once.
            cx.waker().wake_by_ref();
        }
    }

    /// Gives up the calls that have taken too long.
    fn time_out(&mut self, cx: &mut Context<'_>) {
        if !self.deadline.as_ref().is_some_and(|timer| timer.is_elapsed()) {
            return;
        }
        self.deadline = None;
        let callers = &mut self.callers;
        let next = self.shared.with_calls(|calls| calls.time_out(callers));
        callers.drain(..).for_each(Waker::wake);
        self.wait_until(next, cx);
    }

    /// Hands out the replies that have arrived whole.
    fn receive(&mut self) -> Result<()> {
        if !self.introduced {
            let Some(dialect) = Dialect::detect(self.input.data())? else { return Ok(()) };
            self.check(dialect)?;
            self.introduced = true;
        }
        #[cfg(feature = "header")]
        if self.shared.framing == Framing::Header {
            return self.receive_enveloped();
        }
        let found = self.find_messages();
        let Some(Range { end, .. }) = self.messages.last().cloned() else { return found };
        // They are cut out of the buffer together.
        let bytes = self.input.take(end);
        let Driver { shared, messages, callers, .. } = self;
        let mut count = 0;
        let answered = shared.with_calls(|calls| {
            for message in messages.drain(..) {
                callers.extend(answer(shared, bytes.slice(message), calls)?);
                count += 1;
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
    /// Where the next one can have no end; those before it were found.
    fn find_messages(&mut self) -> Result<()> {
        let Driver { shared, input, boundaries, messages, .. } = self;
        messages.clear();
        let data = input.data();
        let mut at = 0;
        while let Some(rest) = data.get(at..) {
            let (start, end) = match shared.framing {
                Framing::Buffered => (0, boundaries.message_end(rest, &shared.limits)?),
                _ => (framed::LENGTH, framed::frame_end(rest, &shared.limits)?),
            };
            let Some(end) = end else { break };
            messages.push(at + start..at + end);
            at += end;
        }
        Ok(())
    }

    /// Hands out the replies that have arrived whole in THeader's frames.
    #[cfg(feature = "header")]
    fn receive_enveloped(&mut self) -> Result<()> {
        let mut count = 0;
        let answered = loop {
            let Driver { shared, input, callers, .. } = self;
            match unwrap(shared, input).transpose() {
                None => break Ok(()),
                Some(Err(error)) => break Err(error),
                Some(Ok(message)) => {
                    match shared.with_calls(|calls| answer(shared, message, calls)) {
                        Ok(caller) => callers.extend(caller),
                        Err(error) => break Err(error),
                    }
                    count += 1;
                }
            }
        };
        self.wake(count);
        answered
    }

    /// Wakes the callers, when the lock is free that they need, and lets as many more calls be sent
    /// as were answered.
    fn wake(&mut self, answered: usize) {
        self.shared.answered(answered);
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
    fn end_of_stream(&self) -> Error {
        Error::new(
            ErrorKind::Closed,
            if self.input.data().is_empty() {
                "the peer closed the connection"
            } else {
                "the peer closed the connection within a message"
            },
        )
    }

    /// Sends what was accepted, and closes.
    async fn close(mut self) {
        let sent = timeout(
            LAST_WORDS,
            poll_fn(|cx| {
                Poll::Ready(match self.send(cx) {
                    Ok(()) if !self.output.is_empty() => return Poll::Pending,
                    sent => sent,
                })
            }),
        );
        if let Ok(Ok(())) = sent.await {
            let _ = linger::close(self.stream).await;
        }
    }

    /// Gives back the memory of buffers that were large once.
    fn poll_shrink(&mut self, cx: &mut Context<'_>) {
        if !self.oversized && !self.input.is_oversized() && !self.output.is_oversized() {
            return;
        }
        let timer = self.shrink.get_or_insert_with(|| Box::pin(sleep(KEEP_LARGE_BUFFERS)));
        if timer.as_mut().poll(cx).is_ready() {
            self.shrink = None;
            self.oversized = false;
            self.input.shrink();
            self.output.shrink();
            self.shared.shrink();
        }
    }
}

/// Cuts the next message out of what has arrived, and out of its frame, if it is whole.
#[cfg(feature = "header")]
fn unwrap<P: Protocol>(shared: &Shared<P>, input: &mut ReadBuffer) -> Result<Option<Bytes>> {
    let Some(end) = framed::frame_end(input.data(), &shared.limits)? else { return Ok(None) };
    let frame = input.take(end).slice(framed::LENGTH..);
    let (envelope, message) = match header::open(frame, &shared.limits)? {
        Opened::Message(envelope, message) => (envelope, message),
        Opened::Unreadable(unreadable) => {
            let reason = unreadable.reason.message().to_owned();
            return Err(Error::new(ErrorKind::Dialect, reason));
        }
    };
    let (theirs, ours) = (envelope.encoding, shared.protocol.encoding());
    if theirs.is_like(ours) { Ok(Some(message)) } else { Err(other_protocol(theirs, ours)) }
}

/// Hands a message to the call that it answers, and gives back whom to wake.
fn answer<P: Protocol>(
    shared: &Shared<P>,
    message: Bytes,
    calls: &mut Calls,
) -> Result<Option<Waker>> {
    let (header, body) = shared.protocol.read_header(&message, &shared.limits)?;
    let kind = match header.kind {
        Ok(kind @ (MessageType::Reply | MessageType::Exception)) => kind,
        _ => return Err(wrong(&header, "is no reply")),
    };
    let Some(method) = calls.method(header.seqid) else {
        return Err(wrong(&header, "answers no call that is in flight"));
    };
    // Some servers name the service too when they have none of that name.
    let named = match header.name.strip_suffix(method.as_bytes()) {
        Some(b"") => true,
        Some(service) => {
            kind == MessageType::Exception && service.ends_with(SERVICE_SEPARATOR.as_bytes())
        }
        // Nor does a server that could not read so far.
        None => kind == MessageType::Exception && header.name.is_empty(),
    };
    if !named {
        return Err(wrong(&header, &format!("answers a call of {method}")));
    }
    let seqid = header.seqid;
    drop(header);
    Ok(calls.answer(seqid, Reply { message, kind, body }))
}

#[cold]
fn other_protocol(theirs: Encoding, ours: Encoding) -> Error {
    let text =
        format!("the peer answered in the {theirs} protocol; this client speaks the {ours} one");
    Error::new(ErrorKind::Dialect, text)
}

#[cold]
fn wrong(header: &MessageHeader<'_>, what: &str) -> Error {
    let name = String::from_utf8_lossy(&header.name);
    let text = format!("the message for {name} with sequence id {} {what}", header.seqid);
    Error::new(ErrorKind::WrongReply, text)
}
