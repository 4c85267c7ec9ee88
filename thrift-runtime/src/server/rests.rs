//! The stream within a layer, whose bytes need not be those of messages.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::status::{Phase, Status};

/// The stream within a layer. Bytes of which the layer makes nothing, such as an empty frame, do not
/// end a rest.
pub(super) struct Rests<'a, S> {
    stream: S,
    status: &'a Status,
    /// Whether the layer may hold a part of a message that is not a part of a record.
    is_within: fn(&S) -> bool,
    /// Whether nothing has come out of the layer since the connection rested.
    resting: bool,
}

impl<'a, S> Rests<'a, S> {
    pub(super) fn new(stream: S, status: &'a Status, is_within: fn(&S) -> bool) -> Self {
        Rests { stream, status, is_within, resting: false }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Rests<'_, S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Rests { stream, status, is_within, resting } = self.get_mut();
        *resting |= status.phase() == Phase::Rest;
        let polled = Pin::new(&mut *stream).poll_read(cx, buf);
        if polled.is_ready() {
            *resting = false;
        } else if *resting && !is_within(stream) && status.rest_again() {
            // Its time is another one.
            return Pin::new(stream).poll_read(cx, buf);
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Rests<'_, S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
