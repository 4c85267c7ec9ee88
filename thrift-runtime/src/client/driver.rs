//! The connection's task: it sends the calls that callers have written, and distributes the replies.

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

use super::{
    shared::{Shared, Taken},
    silence::{Endurance, Silence},
};
use crate::{
    error::{Error, ErrorKind, Result},
    protocol::Protocol,
    transport::{
        KEEP_LARGE_BUFFERS, buffered::Boundaries, lingering_close, read_buffer::ReadBuffer,
        write_buffer::WriteBuffer,
    },
};

/// How long a client that has been dropped tries to send the calls that it has accepted.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The connection, as its task sees it.
pub(super) struct Driver<P: Protocol, S> {
    stream: S,
    pub(super) shared: Lease<P>,
    pub(super) input: ReadBuffer,
    output: WriteBuffer,
    pub(super) boundaries: Boundaries<P>,
    /// How many bytes of a frame that is too large are still to be skipped.
    pub(super) skipping: usize,
    /// Whether the peer's first bytes have been checked.
    pub(super) introduced: bool,
    /// The messages that have arrived.
    pub(super) messages: Vec<Range<usize>>,
    /// The callers to wake.
    pub(super) callers: Vec<Waker>,
    /// Whether callers have had a chance to add more to the output.
    gathered: bool,
    /// Whether the buffer that callers write into has grown large.
    oversized: bool,
    /// When to free large buffers.
    shrink: Option<Pin<Box<Sleep>>>,
    silence: Silence,
    /// Whether it is known that the peer has answered a call.
    pub(super) answered: bool,
    /// When to look for calls that have taken too long.
    deadline: Option<Pin<Box<Sleep>>>,
}

/// The task's handle on the state that it shares with callers. When it is dropped, even by a runtime
/// that shuts down, no caller is left waiting.
pub(super) struct Lease<P: Protocol>(Arc<Shared<P>>);

impl<P: Protocol> Deref for Lease<P> {
    type Target = Shared<P>;

    fn deref(&self) -> &Shared<P> {
        &self.0
    }
}

impl<P: Protocol> Drop for Lease<P> {
    fn drop(&mut self) {
        self.0.end(Error::new(ErrorKind::Closed, "the connection's runtime has shut down"), true);
    }
}

impl<P: Protocol, S: AsyncRead + AsyncWrite + Unpin> Driver<P, S> {
    pub(super) fn new(stream: S, shared: Arc<Shared<P>>, endurance: Endurance) -> Self {
        Driver {
            stream,
            boundaries: Boundaries::new(shared.protocol),
            shared: Lease(shared),
            input: ReadBuffer::new(),
            output: WriteBuffer::new(),
            skipping: 0,
            introduced: false,
            messages: Vec::new(),
            callers: Vec::new(),
            gathered: false,
            oversized: false,
            shrink: None,
            silence: Silence::new(endurance),
            answered: false,
            deadline: None,
        }
    }

    /// Runs until the connection fails, is closed, or its last handle is dropped.
    pub(super) async fn run(mut self) {
        match poll_fn(|cx| self.poll(cx)).await {
            Ok(()) => self.close().await,
            Err(error) => {
                // The socket must be closed before callers get the error.
                drop(self.stream);
                self.shared.end(error, !self.output.is_empty());
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if let Err(error) = self.send(cx) {
            // Replies that have come are not lost for that, nor is what the peer says of it.
            return match self.listen(cx) {
                Poll::Ready(Err(told)) if !told.is_of_connection() => Poll::Ready(Err(told)),
                _ => Poll::Ready(Err(error)),
            };
        }
        // This is checked after the waker has been stored: if the client is closed later than that,
        // this task is woken.
        if self.shared.is_closing() {
            return Poll::Ready(Ok(()));
        }
        self.time_out(cx);
        match self.listen(cx) {
            // The client has been closed meanwhile. If the peer then ends the connection, or replies
            // to a call that the close has failed, that is not the peer's mistake. Accepted calls are
            // still to be sent.
            Poll::Ready(Err(_)) if self.shared.is_closing() => Poll::Ready(Ok(())),
            listened => listened,
        }
    }

    /// Reads replies until no more are available.
    fn listen(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        loop {
            match self.input.poll_read(&mut self.stream, cx)? {
                Poll::Ready(0) => return Poll::Ready(Err(self.end_of_stream())),
                Poll::Ready(_) => {
                    self.shared.end_timeouts();
                    self.silence.end();
                    self.receive()?;
                }
                Poll::Pending => {
                    self.check_silence(cx)?;
                    self.poll_shrink(cx);
                    return Poll::Pending;
                }
            }
        }
    }

    /// Sends until nothing is left, or the stream accepts no more.
    fn send(&mut self, cx: &mut Context<'_>) -> Result<()> {
        while self.output.poll_flush(&mut self.stream, cx)?.is_ready() {
            let Driver { shared, output, callers, .. } = self;
            let taken = shared.take_output(output, self.gathered, cx.waker(), callers);
            if !callers.is_empty() {
                callers.drain(..).for_each(Waker::wake);
            }
            match taken? {
                Taken::Output { deadline } => {
                    self.gathered = false;
                    self.wait_until(deadline, cx);
                }
                Taken::Soon => {
                    // The caller that woke this task may be the first of many that are about to call,
                    // for example after replies to all of them. Give them a chance to do so, so that a
                    // single write serves all.
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

    /// Makes sure that this task is woken at a deadline, if not before.
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
            // It may have passed already.
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
        self.shared.note_timeouts(u32::try_from(callers.len()).unwrap_or(u32::MAX));
        callers.drain(..).for_each(Waker::wake);
        self.wait_until(next, cx);
    }

    /// Checks that the peer has not been silent for too long.
    fn check_silence(&mut self, cx: &mut Context<'_>) -> Result<()> {
        let Driver { shared, silence, .. } = self;
        silence.check_timeouts(shared.timeouts())?;
        if silence.is_limited() {
            silence.check(shared.with_calls(|calls| calls.unanswered() > 0), cx)?;
        }
        Ok(())
    }

    /// Sends the calls that were accepted, and closes.
    async fn close(mut self) {
        let mut reading = true;
        let sending = poll_fn(|cx| {
            self.gathered = true;
            match self.send(cx) {
                Ok(()) if !self.output.is_empty() => {}
                sent => return Poll::Ready(sent),
            }
            // The peer may accept no more until its replies are read.
            while reading && let Poll::Ready(read) = self.input.poll_read(&mut self.stream, cx) {
                reading = read.is_ok_and(|count| count > 0);
                self.input.clear();
            }
            Poll::Pending
        });
        let sent = timeout(LAST_WORDS, sending).await.unwrap_or_else(|_| {
            let text = format!("the peer did not accept the remaining calls within {LAST_WORDS:?}");
            Err(Error::new(ErrorKind::Timeout, text))
        });
        match sent {
            Ok(()) => {
                // Everything has been handed to the operating system, whatever the peer does with it.
                let _ = lingering_close::close(self.stream).await;
                self.shared.closed_well();
            }
            Err(error) => {
                drop(self.stream);
                self.shared.end(error, true);
            }
        }
    }

    /// Frees buffers that have been large for a while.
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
