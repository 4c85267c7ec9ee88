//! Timeouts for a stream whose server, hyper's, has none of its own.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use super::ConnectionOptions;

const IDLE: u8 = 0;
const WITHIN_CALL: u8 = 1;
const BUSY: u8 = 2;

/// A stream that times out when its peer does nothing for too long.
#[derive(Debug)]
pub(super) struct Paced<S> {
    stream: S,
    state: Arc<AtomicU8>,
    idle_timeout: Option<Duration>,
    stall_timeout: Option<Duration>,
    reading: Option<(u8, Pin<Box<Sleep>>)>,
    writing: Option<Pin<Box<Sleep>>>,
}

/// Tells a [`Paced`] stream what its connection is doing.
#[derive(Debug, Clone)]
pub(super) struct Pace(Arc<AtomicU8>);

/// While it lives, a call is being handled and the peer may be silent.
pub(super) struct Busy<'a>(&'a AtomicU8);

impl Pace {
    pub(super) fn busy(&self) -> Busy<'_> {
        self.0.store(BUSY, Ordering::Relaxed);
        Busy(&self.0)
    }

    pub(super) fn is_busy(&self) -> bool {
        self.0.load(Ordering::Relaxed) == BUSY
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.store(IDLE, Ordering::Relaxed);
    }
}

impl<S> Paced<S> {
    pub(super) fn new(stream: S, options: &ConnectionOptions) -> Self {
        Paced {
            stream,
            state: Arc::new(AtomicU8::new(IDLE)),
            idle_timeout: options.idle_timeout,
            stall_timeout: options.stall_timeout,
            reading: None,
            writing: None,
        }
    }

    pub(super) fn pace(&self) -> Pace {
        Pace(Arc::clone(&self.state))
    }

    /// Whether the wait for bytes from the peer has timed out.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> bool {
        let state = self.state.load(Ordering::Relaxed);
        let patience = match state {
            IDLE => self.idle_timeout,
            WITHIN_CALL => self.stall_timeout,
            _ => None,
        };
        let Some(patience) = patience else {
            self.reading = None;
            return false;
        };
        if self.reading.as_ref().is_none_or(|(since, _)| *since != state) {
            self.reading = Some((state, Box::pin(sleep(patience))));
        }
        self.reading.as_mut().is_some_and(|(_, timer)| timer.as_mut().poll(cx).is_ready())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_read(cx, buf) {
            Poll::Pending if this.poll_late(cx) => Poll::Ready(Err(late())),
            Poll::Ready(Ok(())) => {
                this.reading = None;
                let began = (IDLE, WITHIN_CALL);
                let _ = this.state.compare_exchange(
                    began.0,
                    began.1,
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                );
                Poll::Ready(Ok(()))
            }
            polled => polled,
        }
    }
}

impl<S: AsyncWrite + Unpin> Paced<S> {
    /// Passes a write's result on, unless it has been pending for too long.
    fn in_time<T>(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.writing = None;
            return polled;
        }
        let Some(patience) = self.stall_timeout else { return polled };
        let timer = self.writing.get_or_insert_with(|| Box::pin(sleep(patience)));
        match timer.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(late())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.in_time(cx, polled)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_flush(cx);
        this.in_time(cx, polled)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_shutdown(cx);
        this.in_time(cx, polled)
    }
}

#[cold]
fn late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the peer did nothing for too long")
}
