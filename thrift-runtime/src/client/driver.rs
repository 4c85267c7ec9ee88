//! The connection's task: it sends what callers have written, and hands out the replies.

use std::{
    future::{Future, poll_fn},
    ops::{Deref, Range},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, Sleep, sleep, sleep_until, timeout},
};

use super::shared::{Shared, Taken};
use crate::{
    error::{Error, ErrorKind, Result},
    protocol::Protocol,
    transport::{
        KEEP_LARGE_BUFFERS, buffered::Boundaries, linger, read_buffer::ReadBuffer,
        write_buffer::WriteBuffer,
    },
};

/// How long a client that is dropped tries to send what it has accepted.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A connection as its task has it.
pub(super) struct Driver<P: Protocol, S> {
    stream: S,
    pub(super) shared: Lease<P>,
    pub(super) input: ReadBuffer,
    output: WriteBuffer,
    pub(super) boundaries: Boundaries<P>,
    /// Whether the peer's first bytes were looked at.
    pub(super) introduced: bool,
    /// Where the messages that have arrived begin and end.
    pub(super) messages: Vec<Range<usize>>,
    /// The callers to wake.
    pub(super) callers: Vec<Waker>,
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
pub(super) struct Lease<P: Protocol>(Arc<Shared<P>>);

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
