//! The stream of an HTTP connection. hyper reads from it, and the server can read ahead on it.

use std::{
    io,
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, ReadBuf};

use crate::{
    server::{
        ahead::Ahead,
        status::{Phase, Status},
        wrapped::Inner,
    },
    transport::pass_writes,
};

/// How many of the last bytes are kept.
const TAIL: usize = 16;

/// The end of a line.
const LINE: &[u8] = b"\r\n";

/// The stream. All its users are in one task, so the lock is never contended.
pub(super) struct AheadStream<'s>(Mutex<State<'s>>);

pub(super) struct State<'s> {
    pub(super) ahead: Ahead<Inner<'s>>,
    /// The last bytes that hyper has read.
    tail: [u8; TAIL],
    status: &'s Status,
    /// Whether hyper has read nothing but ends of lines since the connection rested.
    resting: bool,
}

impl<'s> AheadStream<'s> {
    pub(super) fn new(stream: Inner<'s>, status: &'s Status) -> Self {
        let ahead = Ahead::new(stream);
        AheadStream(Mutex::new(State { ahead, tail: [0; TAIL], status, resting: false }))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State<'s>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State<'_> {
    /// Whether hyper has read more than a request with this body, which it does not report. If the
    /// bytes after the request end in the same way as the request, they are not noticed, as if they
    /// had not arrived yet.
    pub(super) fn has_more_than(&self, body: &[u8], is_chunked: bool) -> bool {
        let end = match body.get(body.len().saturating_sub(TAIL - LINE.len())..) {
            Some(end) if !is_chunked && !end.is_empty() => end,
            _ => b"\n\r\n",
        };
        // Some clients send an empty line after a body, which servers have to tolerate.
        let is_end = |tail: &[u8]| tail.ends_with(end);
        !is_end(&self.tail) && !self.tail.strip_suffix(LINE).is_some_and(is_end)
    }

    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.resting |= self.status.phase() == Phase::Rest;
        let before = buf.filled().len();
        let mut polled = Pin::new(&mut self.ahead).poll_read(cx, buf);
        if polled.is_pending() && self.resting && self.status.rest_again() {
            // Its time is another one.
            polled = Pin::new(&mut self.ahead).poll_read(cx, buf);
        }
        let read = buf.filled().get(before..).unwrap_or_default();
        self.resting &= read.iter().all(|byte| LINE.contains(byte));
        self.keep_tail(read);
        polled
    }

    fn keep_tail(&mut self, read: &[u8]) {
        match read.last_chunk() {
            Some(tail) => self.tail = *tail,
            None => {
                self.tail.rotate_left(read.len());
                let kept = TAIL - read.len();
                self.tail.get_mut(kept..).into_iter().for_each(|end| end.copy_from_slice(read));
            }
        }
    }
}

/// The stream, for hyper.
pub(super) struct HyperStream<'a, 's>(pub(super) &'a AheadStream<'s>);

impl AsyncRead for HyperStream<'_, '_> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.0.lock().poll_read(cx, buf)
    }
}

pass_writes! { impl[] HyperStream<'_, '_>, this => this.0.lock().ahead }
