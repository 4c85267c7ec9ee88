//! The stream below TLS, or below SASL's frames.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, ReadBuf};

use super::{
    status::{Phase, Status},
    wrapped::Inner,
};
use crate::transport::pass_writes;

/// The stream below TLS, or below SASL's frames. The layers above cannot see an incomplete record, so
/// this one treats it as part of a message.
pub(super) struct Records<'a, R> {
    stream: Inner<'a>,
    record: R,
    status: &'a Status,
}

/// The records of a stream.
pub(super) trait Recorded: Unpin {
    /// The bit of the layer.
    const LAYER: u8;

    /// Tracks bytes that pass through the stream.
    fn pass(&mut self, bytes: &[u8]);

    /// Whether a part of a record has arrived.
    fn is_within(&self) -> bool;
}

#[cfg(feature = "tls")]
impl Recorded for crate::tls::Record {
    const LAYER: u8 = 1;

    fn pass(&mut self, bytes: &[u8]) {
        self.pass(bytes);
    }

    fn is_within(&self) -> bool {
        self.is_within()
    }
}

#[cfg(feature = "sasl")]
impl Recorded for crate::sasl::Lengths {
    const LAYER: u8 = 2;

    fn pass(&mut self, bytes: &[u8]) {
        self.pass(bytes);
    }

    fn is_within(&self) -> bool {
        self.is_within()
    }
}

impl<'a, R: Recorded> Records<'a, R> {
    pub(super) fn new(stream: Inner<'a>, record: R, status: &'a Status) -> Self {
        Records { stream, record, status }
    }
}

impl<R: Recorded> AsyncRead for Records<'_, R> {
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
        status.hold(R::LAYER, record.is_within());
        polled
    }
}

pass_writes! { impl[R: Recorded] Records<'_, R>, this => this.stream }
