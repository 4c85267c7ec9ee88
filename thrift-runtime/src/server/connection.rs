//! A connection: its stream and its buffers, and waiting for them.

use std::{
    future::poll_fn,
    io,
    task::{self, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::yield_now,
    time::timeout,
};

use super::{
    ahead::Ahead,
    status::{Phase, Status},
};
use crate::{
    call::{Event, Held, InProgress, Overload, Peer},
    error::{Error, Result},
    protocol::{Output, Protocol},
    serving::ConnectionOptions,
    transport::{
        Framing, Framings, KEEP_LARGE_BUFFERS, framed, read_buffer::ReadBuffer,
        write_buffer::WriteBuffer,
    },
};

/// Replies are sent once there are this many bytes of them, even if more calls are waiting.
pub(super) const FLUSH_SIZE: usize = 64 << 10;
/// After this many calls in a row, other tasks get a turn.
const CALLS_AT_ONCE: u32 = 256;

/// A stream with its buffers.
#[derive(Debug)]
pub(super) struct Connection<'a, S> {
    pub(super) stream: Ahead<S>,
    pub(super) input: ReadBuffer,
    pub(super) output: WriteBuffer,
    pub(super) peer: Peer,
    pub(super) options: &'a ConnectionOptions,
    pub(super) status: &'a Status,
    /// The call in progress, if calls are answered one after another.
    pub(super) in_progress: InProgress,
    /// The bytes in both buffers.
    held: Held,
}

impl<'a, S: AsyncRead + Unpin> Connection<'a, S> {
    pub(super) fn new(
        stream: S,
        peer: Peer,
        options: &'a ConnectionOptions,
        status: &'a Status,
    ) -> Self {
        let (held, in_progress) =
            (Held::new(peer.load.as_ref()), InProgress::new(peer.load.as_ref()));
        Connection {
            held,
            in_progress,
            stream: Ahead::new(stream),
            input: ReadBuffer::new(),
            output: WriteBuffer::new(),
            peer,
            options,
            status,
        }
    }
}

impl<S> Connection<'_, S> {
    /// Adds the bytes in both buffers to the total that the server holds.
    #[inline]
    pub(super) fn count(&mut self) {
        self.held.set(self.input.data().len() + self.output.len());
    }

    /// Counts the bytes that have arrived, which are this many.
    #[inline]
    pub(super) fn grow_to(&mut self, bytes: usize) {
        self.held.grow(bytes);
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Connection<'_, S> {
    /// Whether its buffers hold much more memory than they need.
    #[inline]
    pub(super) fn is_oversized(&self) -> bool {
        self.input.is_oversized() || self.output.is_oversized()
    }

    /// Checks that the peer has not ended the stream inside a message.
    pub(super) fn at_end(&self, framing: Framing) -> Result<()> {
        if self.input.data().is_empty() || self.status.is_ending() {
            return Ok(());
        }
        if framing != Framing::Buffered {
            // It may be inside a frame that is too large.
            framed::frame_end(self.input.data(), &self.options.limits)?;
        }
        Err(Error::cut())
    }

    /// Updates the phase of the connection, given whether calls were `taken` from the input.
    #[inline]
    pub(super) fn settle(&self, taken: bool, busy: bool) {
        let nothing_left = self.input.data().is_empty() && !self.stream.has_bytes();
        let phase = match (nothing_left, busy) {
            (true, true) => Phase::Busy,
            (true, false) => Phase::Rest,
            (false, _) => Phase::Within,
        };
        let before = || self.status.phase();
        if taken || before() == Phase::Ahead || (!busy && before() == Phase::Busy) {
            self.status.begin(phase);
        }
    }

    /// Refuses a call that has arrived in part, if there is no room for the rest.
    ///
    /// # Errors
    ///
    /// If there is no room, since the connection cannot continue. The reply to the caller is in the
    /// output.
    #[inline]
    pub(super) fn check_room<P: Protocol>(
        &mut self,
        protocol: P,
        framings: Framings,
    ) -> Result<()> {
        if self.held.is_empty() { Ok(()) } else { self.refuse_rest(protocol, framings) }
    }

    #[cold]
    fn refuse_rest<P: Protocol>(&mut self, protocol: P, framings: Framings) -> Result<()> {
        // Calls may have been answered since.
        self.count();
        if !self.held.is_over() || self.input.data().is_empty() {
            return Ok(());
        }
        let why = Overload::Bytes;
        self.peer.tell(|connection| Event::Overloaded { connection, why });
        let Framings { reading, writing } = framings;
        let bytes = self.input.data().get(reading.prefix()..).unwrap_or_default();
        let mut refusal = Output::vectored();
        let start = writing.begin(&mut refusal);
        if matches!(reading, Framing::Buffered | Framing::Framed)
            && why.refuse(protocol, bytes, &self.options.limits, &mut refusal)
            && writing.finish(&mut refusal, start).is_ok()
        {
            self.output.append(&mut refusal);
        }
        Err(why.error())
    }

    /// Writes the whole output.
    pub(super) async fn flush(&mut self) -> Result<()> {
        Ok(poll_fn(|cx| self.poll_flush(cx)).await?)
    }

    pub(super) fn poll_flush(&mut self, cx: &mut task::Context<'_>) -> Poll<io::Result<()>> {
        if self.output.is_empty() {
            return Poll::Ready(Ok(()));
        }
        self.output.poll_flush(&mut self.stream, cx)
    }

    /// Whether to pause after this many calls in a row.
    #[inline]
    pub(super) fn must_pause(&self, calls: u32) -> bool {
        self.output.len() >= FLUSH_SIZE || calls.is_multiple_of(CALLS_AT_ONCE)
    }

    /// Sends the replies if they have many bytes, and lets other tasks run if there were many calls.
    pub(super) async fn pause(&mut self, calls: u32) -> Result<()> {
        if self.output.len() >= FLUSH_SIZE {
            self.count();
            self.flush().await?;
        }
        if calls.is_multiple_of(CALLS_AT_ONCE) {
            yield_now().await;
        }
        Ok(())
    }

    /// Checks whether the caller of the calls in progress has left, as soon as somebody watches for
    /// that, or if these are to be cancelled in that case.
    #[inline]
    pub(super) fn poll_gone(&mut self, cancel: bool, cx: &mut task::Context<'_>) {
        if cancel || self.peer.connection().presence().poll_watched(cx) {
            let _ = self.stream.poll_gone(&self.peer, self.status, cancel, cx);
        }
    }

    /// Watches for that where nothing that comes is a call any more, so that it is not kept.
    pub(super) fn watch(&mut self, cx: &mut task::Context<'_>) {
        let polled = self.stream.poll_gone(&self.peer, self.status, true, cx);
        if polled.is_pending() && self.stream.forget() {
            // Others have their turn before more is read.
            cx.waker().wake_by_ref();
        }
    }

    /// Notes that the caller of the calls in progress has left, unless the server has ended the
    /// connection.
    pub(super) fn caller_is_gone(&self) {
        if !self.status.is_ending() {
            self.peer.connection().presence().leave();
        }
    }

    /// Waits for bytes (`true`) or the end of the stream (`false`). Unneeded memory is freed after a
    /// while.
    pub(super) async fn more(&mut self) -> Result<bool> {
        self.wait(false, Self::poll_more).await
    }

    #[inline]
    pub(super) fn poll_more(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<bool>> {
        self.input.poll_read(&mut self.stream, cx).map_ok(|count| count > 0).map_err(Error::from)
    }

    /// Waits for `poll`. `busy` says whether calls are in progress; if not, unneeded memory is freed
    /// after a while.
    pub(super) async fn wait<T>(
        &mut self,
        busy: bool,
        mut poll: impl FnMut(&mut Self, &mut task::Context<'_>) -> Poll<Result<T>>,
    ) -> Result<T> {
        if !busy && self.is_oversized() {
            let event = poll_fn(|cx| poll(self, cx));
            if let Ok(event) = timeout(KEEP_LARGE_BUFFERS, event).await {
                return event;
            }
            self.shrink();
        }
        poll_fn(|cx| poll(self, cx)).await
    }

    /// Frees memory that is no longer needed.
    pub(super) fn shrink(&mut self) {
        self.input.shrink();
        self.output.shrink();
    }
}
