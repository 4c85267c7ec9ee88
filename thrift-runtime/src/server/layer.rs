//! The stream within a layer, whose bytes need not be those of messages.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::status::{Phase, Status};
use crate::{
    call::{Event, Held, Overload, Peer},
    transport::pass_writes,
};

/// A stream that is made of another's bytes.
pub(super) trait Layer: AsyncRead + AsyncWrite + Unpin + Send {
    /// Whether it may hold a part of a message that is not a part of a record.
    fn is_within(&self) -> bool {
        false
    }

    /// How many bytes have come that nobody could read yet, where they may be many.
    fn held(&self) -> usize {
        0
    }
}

#[cfg(feature = "tls")]
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Layer for crate::tls::TlsStream<S> {}

#[cfg(feature = "sasl")]
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Layer for crate::sasl::SaslStream<S> {
    fn held(&self) -> usize {
        self.held()
    }
}

#[cfg(feature = "zlib")]
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Layer for crate::transport::zlib::ZlibStream<S> {
    fn is_within(&self) -> bool {
        self.is_within()
    }
}

/// The stream within a layer. Bytes of which the layer makes nothing, such as an empty frame, do not
/// end a rest, and those that the layer keeps count as held by the server.
pub(super) struct Layered<'a, L> {
    stream: L,
    peer: Peer,
    status: &'a Status,
    held: Held,
    /// Whether nothing has come out of the layer since the connection rested.
    resting: bool,
}

impl<'a, L> Layered<'a, L> {
    pub(super) fn new(stream: L, peer: &Peer, status: &'a Status) -> Self {
        let held = Held::new(peer.load.as_ref());
        Layered { stream, peer: peer.clone(), status, held, resting: false }
    }

    /// There is no room for the rest of a record.
    #[cold]
    fn overloaded(&self) -> io::Error {
        let why = Overload::Bytes;
        self.peer.tell(|connection| Event::Overloaded { connection, why });
        io::Error::other(why.error())
    }
}

impl<L: Layer> AsyncRead for Layered<'_, L> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.resting |= this.status.phase() == Phase::Rest;
        let polled = Pin::new(&mut this.stream).poll_read(cx, buf);
        this.held.set(this.stream.held());
        if polled.is_ready() {
            this.resting = false;
            return polled;
        }
        if this.held.is_over() {
            return Poll::Ready(Err(this.overloaded()));
        }
        if this.resting && !this.stream.is_within() && this.status.rest_again() {
            // Its time is another one.
            return Pin::new(&mut this.stream).poll_read(cx, buf);
        }
        Poll::Pending
    }
}

pass_writes! { impl[L: AsyncWrite + Unpin] Layered<'_, L>, this => this.stream }
