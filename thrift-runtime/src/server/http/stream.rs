//! The stream of a connection over HTTP, which hyper reads, and beside it the server reads ahead.

use std::{
    io,
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::server::{ahead::Ahead, wrapped::Inner};

/// The stream. All who use it do so in one task, so that nobody waits for the lock.
pub(super) struct AheadStream<'s>(Mutex<Ahead<Inner<'s>>>);

impl<'s> AheadStream<'s> {
    pub(super) fn new(stream: Inner<'s>) -> Self {
        AheadStream(Mutex::new(Ahead::new(stream)))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Ahead<Inner<'s>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        Pin::new(&mut *self.0.lock()).poll_read(cx, buf)
    }
}

impl AsyncWrite for HyperStream<'_, '_> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0.lock()).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0.lock()).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.lock().is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.lock()).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.lock()).poll_shutdown(cx)
    }
}
