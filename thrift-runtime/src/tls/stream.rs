//! A stream within TLS, and the handshakes that it comes from.

use std::{
    future::poll_fn,
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker, ready},
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    task::coop::unconstrained,
    time::{Instant, timeout_at},
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::{ClientTls, ServerTls, certificates_of, failed, told};
use crate::{error::Result, serving::Late};

impl ClientTls {
    /// Does the handshake over a stream to `host`.
    pub(crate) async fn connect<S>(&self, host: &str, stream: S) -> Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name = self.name_of(host)?;
        let connecting = TlsConnector::from(Arc::clone(&self.config)).connect(name, stream);
        connecting.await.map(TlsStream::new).map_err(failed)
    }
}

impl ServerTls {
    /// Does the handshake with a peer that has begun it.
    pub(crate) async fn accept<S>(&self, stream: S, end: Option<Instant>) -> Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let accepting = TlsAcceptor::from(self.config()).accept(stream);
        let accepted = match end {
            Some(end) => timeout_at(end, accepting).await.map_err(|_| Late::Handshake.error())?,
            None => accepting.await,
        };
        accepted.map(TlsStream::new).map_err(failed)
    }
}

/// A stream within TLS. When it is dropped, it tells the peer that no more will come, if that is
/// possible without waiting.
#[derive(Debug)]
pub(crate) struct TlsStream<S: AsyncRead + AsyncWrite + Unpin>(tokio_rustls::TlsStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream<S> {
    fn new(stream: impl Into<tokio_rustls::TlsStream<S>>) -> Self {
        TlsStream(stream.into())
    }

    /// The certificates that the peer presented, if any.
    pub(crate) fn certificates(&self) -> Option<Arc<[Bytes]>> {
        certificates_of(self.0.get_ref().1)
    }
}

#[cfg(feature = "http2")]
impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream<S> {
    /// Whether the server has chosen HTTP/2.
    pub(crate) fn is_for_http2(&self) -> bool {
        self.0.get_ref().1.alpn_protocol() == Some(b"h2")
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Drop for TlsStream<S> {
    fn drop(&mut self) {
        let shutting = poll_fn(|cx| Pin::new(&mut self.0).poll_shutdown(cx));
        let _ = pin!(unconstrained(shutting)).poll(&mut Context::from_waker(Waker::noop()));
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for TlsStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(match ready!(Pin::new(&mut self.get_mut().0).poll_read(cx, buf)) {
            // Many peers close without a close_notify. The end of a message is known without it.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
            read => read.map_err(told),
        })
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for TlsStream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write(cx, bytes).map_err(told)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write_vectored(cx, pieces).map_err(told)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(cx).map_err(told)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(cx).map_err(told)
    }
}
