//! A stream within the frames that follow a negotiation.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Frames, SecurityLayer};
use crate::{error::Error, protocol::Limits};

/// How much is read, or taken to be written, at once where there is a layer.
const CHUNK: usize = 16 << 10;

/// A stream whose reads are what is in the frames that come, and that is written whole frames.
pub(crate) struct SaslStream<S> {
    stream: S,
    frames: Frames,
    /// Where there is a layer, what was in frames and is yet to be read.
    plain: BytesMut,
    /// Where there is a layer, what is to be written.
    sealed: Vec<u8>,
    written: usize,
}

impl<S> SaslStream<S> {
    pub(crate) fn new(stream: S, layer: Option<Box<dyn SecurityLayer>>, limits: &Limits) -> Self {
        SaslStream {
            stream,
            frames: Frames::new(layer, limits),
            plain: BytesMut::new(),
            sealed: Vec::new(),
            written: 0,
        }
    }

    /// How many bytes have come that nobody could read yet.
    pub(crate) fn held(&self) -> usize {
        self.frames.arrived() + self.plain.len()
    }

    /// The end of what comes, which is none within a frame.
    fn end(&self) -> io::Result<()> {
        match self.frames.is_within() {
            true => Err(io::Error::other(Error::cut())),
            false => Ok(()),
        }
    }
}

impl<S: AsyncRead + Unpin> SaslStream<S> {
    fn poll_plain(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        self.frames.check().map_err(io::Error::other)?;
        loop {
            ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
            let come = buf.filled_mut().get_mut(before..).unwrap_or_default();
            if come.is_empty() {
                return Poll::Ready(self.end());
            }
            let kept = self.frames.strip(come).map_err(io::Error::other)?;
            buf.set_filled(before + kept);
            if kept > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }

    fn poll_secure(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            if !self.plain.is_empty() {
                let count = self.plain.len().min(buf.remaining());
                buf.put_slice(&self.plain.split_to(count));
                return Poll::Ready(Ok(()));
            }
            self.plain = BytesMut::new();
            self.frames.check().map_err(io::Error::other)?;
            let mut space = [0; CHUNK];
            let mut come = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut come))?;
            if come.filled().is_empty() {
                return Poll::Ready(self.end());
            }
            self.frames.take_in(come.filled_mut(), &mut self.plain).map_err(io::Error::other)?;
        }
    }
}

impl<S: AsyncWrite + Unpin> SaslStream<S> {
    /// Writes what a layer has protected.
    fn poll_sealed(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.sealed.get(self.written..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.written += count,
            }
        }
        (self.sealed, self.written) = (Vec::new(), 0);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for SaslStream<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match this.frames.is_secure() {
            true => this.poll_secure(cx, buf),
            false => this.poll_plain(cx, buf),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for SaslStream<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if !this.frames.is_secure() {
            return Pin::new(&mut this.stream).poll_write(cx, bytes);
        }
        ready!(this.poll_sealed(cx))?;
        let taken = bytes.get(..CHUNK).unwrap_or(bytes);
        this.frames.seal(taken, &mut this.sealed).map_err(io::Error::other)?;
        Poll::Ready(Ok(taken.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if !self.frames.is_secure() {
            return Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, pieces);
        }
        let first = pieces.iter().find(|piece| !piece.is_empty());
        self.poll_write(cx, first.map_or(&[], |piece| piece))
    }

    fn is_write_vectored(&self) -> bool {
        !self.frames.is_secure() && self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_sealed(cx))?;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_sealed(cx))?;
        Pin::new(&mut this.stream).poll_shutdown(cx)
    }
}
