//! The connection's task: it sends what callers have written, and hands out the replies.

use std::{
    collections::HashMap,
    future::{Future, poll_fn},
    ops::Deref,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::oneshot,
    time::{Sleep, sleep, timeout},
};

use super::shared::{Pending, Reply, Shared, Taken};
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
    /// Replies on their way to their callers.
    replies: Vec<(oneshot::Sender<Result<Reply>>, Reply)>,
    /// Whether callers had their turn since there is something to send.
    gathered: bool,
    /// Whether the buffer that callers write into has grown large.
    oversized: bool,
    /// When to give large buffers back.
    shrink: Option<Pin<Box<Sleep>>>,
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
            output: WriteBuffer::default(),
            boundaries: Boundaries::new(),
            introduced: false,
            replies: Vec::new(),
            gathered: false,
            oversized: false,
            shrink: None,
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
        loop {
            if self.shared.is_closing() {
                return Poll::Ready(Ok(()));
            }
            self.send(cx)?;
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
                Taken::Output => self.gathered = false,
                Taken::Soon => {
                    // The caller that woke this task may be the first of many that are ready to run,
                    // as after replies to all of them. They run first, and one write serves them.
                    self.gathered = true;
                    cx.waker().wake_by_ref();
                    break;
                }
                Taken::Nothing { oversized } => {
                    self.gathered = false;
                    self.oversized = oversized;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Hands out the replies that have arrived whole.
    fn receive(&mut self) -> Result<()> {
        if !self.introduced {
            let Some(dialect) = Dialect::detect(self.input.data())? else { return Ok(()) };
            self.check(dialect)?;
            self.introduced = true;
        }
        let Driver { shared, input, boundaries, replies, .. } = self;
        let taken = shared.take_pending(|pending| {
            while let Some(message) = next(shared, input, boundaries)? {
                replies.push(answer(shared, message, pending)?);
            }
            Ok(())
        });
        // Callers are woken when the lock is free that they need for their next calls.
        shared.answered(replies.len());
        for (caller, reply) in replies.drain(..) {
            // A call that was given up has no caller.
            let _ = caller.send(Ok(reply));
        }
        taken
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

/// Cuts the next message out of what has arrived, if it is whole.
fn next<P: Protocol>(
    shared: &Shared<P>,
    input: &mut ReadBuffer,
    boundaries: &mut Boundaries<P>,
) -> Result<Option<Bytes>> {
    let (start, end) = match shared.framing {
        Framing::Framed => (framed::LENGTH, framed::frame_end(input.data(), &shared.limits)?),
        Framing::Buffered => (0, boundaries.message_end(input.data(), &shared.limits)?),
        #[cfg(feature = "header")]
        Framing::Header => {
            let Some(end) = framed::frame_end(input.data(), &shared.limits)? else {
                return Ok(None);
            };
            let frame = input.take(end).slice(framed::LENGTH..);
            let (envelope, message) = match header::open(frame, &shared.limits)? {
                Opened::Message(envelope, message) => (envelope, message),
                Opened::Unreadable(unreadable) => {
                    return Err(Error::new(
                        ErrorKind::Dialect,
                        unreadable.reason.message().to_owned(),
                    ));
                }
            };
            let (theirs, ours) = (envelope.encoding, shared.protocol.encoding());
            if theirs.is_like(ours) {
                return Ok(Some(message));
            }
            return Err(other_protocol(theirs, ours));
        }
    };
    Ok(end.map(|end| input.take(end).slice(start..)))
}

/// Finds the call that a message answers.
fn answer<P: Protocol>(
    shared: &Shared<P>,
    message: Bytes,
    pending: &mut HashMap<i32, Pending>,
) -> Result<(oneshot::Sender<Result<Reply>>, Reply)> {
    let (header, body) = shared.protocol.read_header(&message, &shared.limits)?;
    let kind = match header.kind {
        Ok(kind @ (MessageType::Reply | MessageType::Exception)) => kind,
        _ => return Err(wrong(&header, "is no reply")),
    };
    let method = match pending.get(&header.seqid) {
        None => return Err(wrong(&header, "answers no call that is in flight")),
        Some(call) => call.method,
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
    let Some(call) = pending.remove(&header.seqid) else {
        return Err(wrong(&header, "answers no call that is in flight"));
    };
    drop(header);
    Ok((call.reply, Reply { message, kind, body }))
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
