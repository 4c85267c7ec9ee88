//! The stream below TLS.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{
    status::{Phase, Status},
    wrapped::Inner,
};
use crate::tls::Record;

/// The stream below TLS. Of a part of a record, nobody above it knows: it is a part of a message.
pub(super) struct Records<'a> {
    stream: Inner<'a>,
    record: Record,
    status: &'a Status,
}

impl<'a> Records<'a> {
    pub(super) fn new(stream: Inner<'a>, status: &'a Status) -> Self {
        Records { stream, record: Record::default(), status }
    }
}

impl AsyncRead for Records<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Records { stream, record, status } = self.get_mut();
        if record.is_within()
            && matches!(Phase::of(status.phase_number()), Phase::First | Phase::Rest | Phase::Busy)
        {
            status.begin(Phase::Within);
        }
        let before = buf.filled().len();
        let polled = Pin::new(stream).poll_read(cx, buf);
        record.pass(buf.filled().get(before..).unwrap_or_default());
        polled
    }
}

impl AsyncWrite for Records<'_> {
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
