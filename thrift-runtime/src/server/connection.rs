//! A connection: its stream, its buffers, and waiting on them.

use std::{
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    task::{self, Poll, Waker},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::{unconstrained, yield_now},
    time::{Instant, timeout},
};

use super::{ConnectionOptions, shutdown::ShutdownSignal};
use crate::{
    call::Peer,
    error::{Error, ErrorKind, Result},
    transport::{
        KEEP_LARGE_BUFFERS, lingering_close, read_buffer::ReadBuffer, write_buffer::WriteBuffer,
    },
};

/// How much is still read during a shutdown from a peer that goes on sending.
pub(super) const LAST_BYTES: usize = 4 << 20;

const UNREAD: &str = "the peer does not read its answers";

/// A stream with its buffers.
#[derive(Debug)]
pub(super) struct Connection<'a, S> {
    pub(super) stream: S,
    pub(super) input: ReadBuffer,
    pub(super) output: WriteBuffer,
    pub(super) peer: Peer,
    pub(super) options: &'a ConnectionOptions,
    /// When replies were last sent.
    answered: Option<Instant>,
    /// Tells whether the server is shutting down.
    signal: ShutdownSignal,
    /// The task that a shutdown wakes.
    registered: Option<Waker>,
}

/// What ended the wait for more bytes.
#[derive(Debug)]
pub(super) enum Arrival {
    Bytes,
    End,
    Shutdown,
}

impl<'a, S> Connection<'a, S> {
    pub(super) fn new(
        stream: S,
        peer: Peer,
        options: &'a ConnectionOptions,
        signal: ShutdownSignal,
    ) -> Self {
        Connection {
            stream,
            input: ReadBuffer::new(),
            output: WriteBuffer::new(),
            peer,
            options,
            answered: None,
            signal,
            registered: None,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Connection<'_, S> {
    /// Whether it can wait for the next call without a timer, as most connections can.
    pub(super) fn rests_for_ever(&self) -> bool {
        self.options.idle_timeout.is_none()
            && self.input.data().is_empty()
            && !self.input.is_oversized()
            && !self.output.is_oversized()
    }

    /// Whether the server is shutting down.
    pub(super) fn is_ending(&self) -> bool {
        self.signal.has_begun()
    }

    /// Checks that the peer has not ended the stream within a message.
    pub(super) fn at_end(&self) -> Result<()> {
        if self.input.data().is_empty() { Ok(()) } else { Err(Error::cut()) }
    }

    /// Writes the whole output.
    pub(super) async fn flush(&mut self) -> Result<()> {
        match poll_fn(|cx| Poll::Ready(self.poll_flush(cx))).await {
            Poll::Ready(flushed) => Ok(flushed?),
            Poll::Pending => self.flush_slowly().await,
        }
    }

    #[cold]
    async fn flush_slowly(&mut self) -> Result<()> {
        let patience = self.options.stall_timeout;
        while !self.output.is_empty() {
            let before = self.output.written();
            let flushed = poll_fn(|cx| self.poll_flush(cx));
            match within(patience, flushed).await {
                Some(result) => result?,
                None if self.output.written() > before => {}
                None => return Err(timed_out(UNREAD)),
            }
        }
        Ok(())
    }

    pub(super) fn poll_flush(&mut self, cx: &mut task::Context<'_>) -> Poll<io::Result<()>> {
        if self.output.is_empty() {
            return Poll::Ready(Ok(()));
        }
        self.answered = Some(Instant::now());
        self.output.poll_flush(&mut self.stream, cx)
    }

    /// Waits for bytes, for the end of the stream, or for the shutdown.
    pub(super) async fn more(
        &mut self,
        mut shutdown: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<Arrival> {
        self.wait(false, |connection, cx| connection.poll_arrival(cx, shutdown.as_mut())).await
    }

    #[inline]
    pub(super) fn poll_arrival(
        &mut self,
        cx: &mut task::Context<'_>,
        shutdown: Pin<&mut impl Future<Output = ()>>,
    ) -> Poll<Result<Arrival>> {
        if let Poll::Ready(read) = self.input.poll_read(&mut self.stream, cx)? {
            return Poll::Ready(Ok(if read == 0 { Arrival::End } else { Arrival::Bytes }));
        }
        // All connections share the lock of the shutdown signal, so register only once.
        let registered = self.registered.as_ref().is_some_and(|task| task.will_wake(cx.waker()));
        if self.is_ending() || !registered && shutdown.poll(cx).is_ready() {
            return Poll::Ready(Ok(Arrival::Shutdown));
        }
        if !registered {
            self.registered = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Waits for `poll` as long as the options allow in this state. `busy` means calls are in
    /// progress.
    pub(super) async fn wait<T>(
        &mut self,
        busy: bool,
        mut poll: impl FnMut(&mut Self, &mut task::Context<'_>) -> Poll<Result<T>>,
    ) -> Result<T> {
        if !busy && (self.input.is_oversized() || self.output.is_oversized()) {
            let event = poll_fn(|cx| poll(self, cx));
            if let Ok(event) = timeout(KEEP_LARGE_BUFFERS, event).await {
                return event;
            }
            self.input.shrink();
            self.output.shrink();
        }
        let (patience, reason) = if !self.output.is_empty() {
            (self.options.stall_timeout, UNREAD)
        } else if busy {
            (None, "")
        } else if self.input.data().is_empty() {
            (self.options.idle_timeout, "the connection was idle")
        } else {
            (self.options.stall_timeout, "the rest of a call did not arrive")
        };
        let event = within(patience, poll_fn(|cx| poll(self, cx))).await;
        event.unwrap_or_else(|| Err(timed_out(reason)))
    }

    /// Reads what has arrived by now, up to about `most` bytes, and returns how much that is.
    pub(super) async fn last_bytes(&mut self, most: usize) -> io::Result<usize> {
        // Gives the runtime a chance to poll the socket for events once more.
        yield_now().await;
        let mut count = 0;
        unconstrained(poll_fn(|cx| {
            loop {
                match self.input.poll_read(&mut self.stream, cx)? {
                    Poll::Ready(read) if read > 0 => count += read,
                    _ => return Poll::Ready(Ok(count)),
                }
                if count >= most {
                    return Poll::Ready(Ok(count));
                }
            }
        }))
        .await
    }

    /// Closes the connection; if replies were sent just now, in a way that lets the peer read them.
    pub(super) async fn close(self, served: Result<()>) -> Result<()> {
        let gone = served.as_ref().is_err_and(|error| error.is_closed() || error.is_io());
        if !gone && self.answered.is_some_and(|at| at.elapsed() < lingering_close::SILENCE) {
            let _ = lingering_close::close(self.stream).await;
        }
        served
    }
}

/// The output of `future`, if it is ready in time.
async fn within<F: Future>(patience: Option<Duration>, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let Some(patience) = patience else { return Some(future.await) };
    // What is ready at once needs no timer.
    match poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await {
        Poll::Ready(output) => Some(output),
        Poll::Pending => timeout(patience, future).await.ok(),
    }
}

#[cold]
fn timed_out(what: &'static str) -> Error {
    Error::new(ErrorKind::Timeout, what)
}
