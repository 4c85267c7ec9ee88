//! Reading ahead while calls are in progress, to find out whether the caller is still connected.

use std::{
    future::{Future, poll_fn},
    io,
    mem::MaybeUninit,
    pin::{Pin, pin},
    task::{Context, Poll, ready},
};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::status::{Phase, Status};
use crate::{
    call::{Cancelled, Peer},
    error::{Error, ErrorKind, Result},
    transport::pass_writes,
};

/// How much is read ahead at most, and how much at once. The end of the stream is not noticed if more
/// bytes than that come before it, and are kept.
const MOST: usize = 16 << 10;
const CHUNK: usize = 1 << 10;

/// A stream that can be read ahead.
#[derive(Debug)]
pub(super) struct Ahead<S> {
    stream: S,
    arrived: Option<Box<Arrived>>,
}

/// The bytes that were read ahead.
#[derive(Debug, Default)]
struct Arrived {
    bytes: BytesMut,
    /// The end of the stream, or its error, if that has been reached.
    end: Option<io::Result<()>>,
}

impl<S: AsyncRead + Unpin> Ahead<S> {
    pub(super) fn new(stream: S) -> Self {
        Ahead { stream, arrived: None }
    }

    /// Whether bytes were read ahead.
    #[inline]
    pub(super) fn has_bytes(&self) -> bool {
        self.arrived.as_ref().is_some_and(|arrived| !arrived.bytes.is_empty())
    }

    /// Checks whether the caller of a call in progress has closed the connection. This is done only if
    /// somebody watches for that, or if the call is to be cancelled in that case. The task is woken
    /// when it happens.
    #[cold]
    pub(super) fn poll_gone(
        &mut self,
        peer: &Peer,
        status: &Status,
        cancel: bool,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let connection = peer.connection();
        // While the server shuts the connection down, the end of the stream does not mean that the
        // peer left.
        if !cancel && !connection.presence().is_watched() || status.is_ending() {
            return Poll::Pending;
        }
        if status.phase() != Phase::Ahead {
            status.begin(Phase::Ahead);
        }
        ready!(self.poll_end(cx));
        if status.is_ending() {
            return Poll::Pending;
        }
        connection.presence().leave();
        Poll::Ready(())
    }

    /// Forgets what was read ahead. Returns whether it was so much that no more was read.
    pub(super) fn forget(&mut self) -> bool {
        self.arrived.as_mut().is_some_and(|arrived| {
            let is_full = arrived.bytes.len() >= MOST;
            arrived.bytes.clear();
            is_full
        })
    }

    /// Reads ahead, and is ready at the end of the stream.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Ahead { stream, arrived } = self;
        let arrived = arrived.get_or_insert_default();
        while arrived.end.is_none() && arrived.bytes.len() < MOST {
            let mut space = [MaybeUninit::uninit(); CHUNK];
            let mut read = ReadBuf::uninit(&mut space);
            match ready!(Pin::new(&mut *stream).poll_read(cx, &mut read)) {
                Ok(()) if read.filled().is_empty() => arrived.end = Some(Ok(())),
                Ok(()) => arrived.bytes.extend_from_slice(read.filled()),
                Err(error) => arrived.end = Some(Err(error)),
            }
        }
        match arrived.end {
            Some(_) => Poll::Ready(()),
            None => Poll::Pending,
        }
    }

    /// Returns the bytes that were read ahead, and then the end of the stream.
    #[cold]
    fn give(&mut self, buf: &mut ReadBuf<'_>) -> Option<io::Result<()>> {
        let arrived = self.arrived.as_mut()?;
        let count = arrived.bytes.len().min(buf.remaining());
        if count > 0 {
            buf.put_slice(arrived.bytes.get(..count).unwrap_or_default());
            arrived.bytes.advance(count);
            return Some(Ok(()));
        }
        let end = arrived.end.take();
        self.arrived = None;
        end
    }
}

/// Answers a call. If `cancel` is set, stops when the caller leaves before that.
///
/// # Errors
///
/// If the caller has left.
pub(super) async fn while_there<F: Future>(
    cancel: bool,
    peer: &Peer,
    answering: F,
) -> Result<F::Output> {
    if !cancel {
        return Ok(answering.await);
    }
    let mut gone = pin!(Cancelled::new(peer.connection().clone()));
    let mut answering = pin!(answering);
    poll_fn(|cx| match answering.as_mut().poll(cx) {
        Poll::Ready(answered) => Poll::Ready(Ok(answered)),
        Poll::Pending => gone.as_mut().poll(cx).map(|()| Err(abandoned())),
    })
    .await
}

/// The error for a call that was cancelled.
#[cold]
pub(super) fn abandoned() -> Error {
    Error::new(ErrorKind::Closed, "the caller left before its call was answered")
}

impl<S: AsyncRead + Unpin> AsyncRead for Ahead<S> {
    #[inline]
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.arrived.is_some()
            && let Some(given) = this.give(buf)
        {
            return Poll::Ready(given);
        }
        Pin::new(&mut this.stream).poll_read(cx, buf)
    }
}

pass_writes! { impl[S: AsyncWrite + Unpin] Ahead<S>, this => this.stream }
