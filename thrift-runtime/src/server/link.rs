//! The lowest stream of a connection, on which the server can end what comes from the peer.

use std::{
    future::Future,
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker, ready},
};

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf},
    task::{coop::unconstrained, yield_now},
    time::Instant,
};

use crate::{serving::Status, transport::lingering_close};

/// How much that has arrived before the end is taken, at least, and how much is read at once.
const LAST_BYTES: usize = 4 << 20;
const CHUNK: usize = 8 << 10;

/// A connection's stream below TLS, compression and HTTP. When the server ends the connection, what
/// has arrived by then is read, and nothing that comes later: to what is above, the stream ends
/// there, as if the peer had ended its side.
pub(super) struct Link<S> {
    stream: S,
    status: Arc<Status>,
    /// The task that the status wakes.
    task: Option<Waker>,
    /// What has arrived before the end, once that has begun.
    last: Option<Box<Last>>,
    /// When something was last written.
    written: Option<Instant>,
}

/// The last bytes from a peer.
struct Last {
    bytes: BytesMut,
    /// Gives the runtime a chance to ask the socket for them.
    asking: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    failed: Option<io::Error>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Link<S> {
    pub(super) fn new(stream: S, status: Arc<Status>) -> Self {
        Link { stream, status, task: None, last: None, written: None }
    }

    /// Whether the server has ended what comes from the peer.
    pub(super) fn is_cut(&self) -> bool {
        self.last.is_some()
    }

    /// Waits for the peer, or for the server to end the connection.
    fn wait(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.task.as_ref().is_some_and(|task| task.will_wake(cx.waker())) {
            return Poll::Pending;
        }
        self.task = Some(cx.waker().clone());
        self.status.register(cx.waker());
        match self.status.is_ending() {
            true => self.poll_last(cx, buf),
            false => Poll::Pending,
        }
    }

    #[cold]
    fn poll_last(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let last = self.last.get_or_insert_with(|| {
            Box::new(Last {
                bytes: BytesMut::new(),
                asking: Some(Box::pin(yield_now())),
                failed: None,
            })
        });
        if let Some(asking) = &mut last.asking {
            ready!(asking.as_mut().poll(cx));
            last.asking = None;
            while last.bytes.len() < LAST_BYTES {
                last.bytes.reserve(CHUNK);
                let read = pin!(unconstrained(self.stream.read_buf(&mut last.bytes))).poll(cx);
                match read {
                    Poll::Ready(Ok(1..)) => {}
                    Poll::Ready(Ok(0)) | Poll::Pending => break,
                    Poll::Ready(Err(error)) => {
                        last.failed = Some(error);
                        break;
                    }
                }
            }
        }
        let count = last.bytes.len().min(buf.remaining());
        buf.put_slice(last.bytes.get(..count).unwrap_or_default());
        last.bytes.advance(count);
        Poll::Ready(match last.failed.take_if(|_| count == 0) {
            Some(error) => Err(error),
            None => Ok(()),
        })
    }

    /// Closes the connection; if something was written just now, in a way that lets the peer read
    /// it.
    pub(super) async fn close(self) {
        if self.written.is_some_and(|at| at.elapsed() < lingering_close::SILENCE) {
            let _ = lingering_close::close(self.stream).await;
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Link<S> {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.status.is_ending() {
            return this.poll_last(cx, buf);
        }
        match Pin::new(&mut this.stream).poll_read(cx, buf) {
            Poll::Pending => this.wait(cx, buf),
            read => read,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Link<S> {
    #[inline]
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.written = Some(Instant::now());
        Pin::new(&mut this.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.written = Some(Instant::now());
        Pin::new(&mut this.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
