//! A connection: its stream, its buffers, and waiting on them.

use std::{
    future::{Future, poll_fn},
    io,
    pin::pin,
    task::{self, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};

use super::ConnectionOptions;
use crate::{
    call::Peer,
    error::{Error, ErrorKind, Result},
    serving::Status,
    transport::{KEEP_LARGE_BUFFERS, read_buffer::ReadBuffer, write_buffer::WriteBuffer},
};

const UNREAD: &str = "the peer does not read its answers";

/// A stream with its buffers.
#[derive(Debug)]
pub(super) struct Connection<'a, S> {
    pub(super) stream: S,
    pub(super) input: ReadBuffer,
    pub(super) output: WriteBuffer,
    pub(super) peer: Peer,
    pub(super) options: &'a ConnectionOptions,
    pub(super) status: &'a Status,
}

impl<'a, S> Connection<'a, S> {
    pub(super) fn new(
        stream: S,
        peer: Peer,
        options: &'a ConnectionOptions,
        status: &'a Status,
    ) -> Self {
        Connection {
            stream,
            input: ReadBuffer::new(),
            output: WriteBuffer::new(),
            peer,
            options,
            status,
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

    /// Checks that the peer has not ended the stream within a message.
    pub(super) fn at_end(&self) -> Result<()> {
        match self.input.data().is_empty() || self.status.is_ending() {
            true => Ok(()),
            false => Err(Error::cut()),
        }
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
        self.output.poll_flush(&mut self.stream, cx)
    }

    /// Waits for bytes, which is true, or for the end of the stream.
    pub(super) async fn more(&mut self) -> Result<bool> {
        self.wait(false, Self::poll_more).await
    }

    #[inline]
    pub(super) fn poll_more(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<bool>> {
        self.input.poll_read(&mut self.stream, cx).map_ok(|count| count > 0).map_err(Error::from)
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
