//! Connections within others: inside TLS, SASL, compression or HTTP.

use std::{future::Future, pin::Pin, sync::Arc};

use tokio::io::{AsyncRead, AsyncWrite};
#[cfg(any(feature = "sasl", feature = "tls"))]
use tokio::time::Instant;

use super::{connection::Connection, status::Status};
#[cfg(any(feature = "sasl", feature = "tls", feature = "zlib"))]
use super::{
    layer::Layered,
    serve::{Within, serve_within},
};
#[cfg(any(feature = "sasl", feature = "tls"))]
use super::{records::Records, status::Phase};
#[cfg(feature = "sasl")]
use crate::sasl;
use crate::{
    call::{Peer, Processor},
    error::Result,
    protocol::Protocol,
    serving::ConnectionOptions,
    transport::prefixed::Prefixed,
};

/// A stream inside another. It is one type for all layers, so that the code that serves it is compiled
/// only once.
pub(super) type Inner<'a> = Box<dyn Stream + 'a>;

pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// The future that serves an inner stream, which may itself contain another layer.
type Serving<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// A connection that contains another one; bytes that were read from it have been put back.
pub(super) struct Wrapped<'a> {
    stream: Inner<'a>,
    peer: Peer,
    options: &'a ConnectionOptions,
    status: &'a Status,
}

impl<'a> Wrapped<'a> {
    pub(super) fn new<S: Stream + 'a>(connection: Connection<'a, S>) -> Self {
        let Connection { stream, mut input, peer, options, status, .. } = connection;
        let stream = Box::new(Prefixed::new(input.take(usize::MAX), stream));
        Wrapped { stream, peer, options, status }
    }

    /// Does the TLS handshake, and serves the decrypted stream.
    #[cfg(feature = "tls")]
    pub(super) fn serve_tls<P: Protocol, T: Processor>(
        self,
        within: Within,
        processor: &'a Arc<T>,
    ) -> Serving<'a> {
        let Wrapped { stream, mut peer, options, status } = self;
        Box::pin(async move {
            let Some(tls) = &options.tls else { return Ok(()) };
            let within = Within { tls: true, ..within };
            status.begin(Phase::Handshake);
            let end = options.timeouts.handshake.and_then(|time| status.opened.checked_add(time));
            let stream = Records::new(stream, crate::tls::Record::default(), status);
            let stream = tls.accept(stream, end.map(Instant::from_std)).await?;
            status.begin(Phase::First);
            peer.certificates = stream.certificates();
            let stream: Inner<'a> = Box::new(Layered::new(stream, &peer, status));
            serve_within::<P, _, T>(stream, within, peer, processor, options, status).await
        })
    }

    /// Negotiates, and serves the stream in the frames that follow.
    #[cfg(feature = "sasl")]
    pub(super) fn serve_sasl<P: Protocol, T: Processor>(
        self,
        within: Within,
        processor: &'a Arc<T>,
    ) -> Serving<'a> {
        let Wrapped { mut stream, mut peer, options, status } = self;
        Box::pin(async move {
            let Some(sasl) = &options.sasl else { return Ok(()) };
            let within = Within { sasl: true, ..within };
            status.begin(Phase::Handshake);
            let end = options.timeouts.handshake.and_then(|time| Instant::now().checked_add(time));
            let sasl = sasl.for_peer_with(&peer.certificates);
            let mut authenticated = sasl::accept(&sasl, &mut stream, end).await?;
            status.begin(Phase::First);
            peer.identity = Some(authenticated.identity());
            let layer = authenticated.take_layer();
            let stream = Records::new(stream, sasl::Lengths::default(), status);
            let stream = sasl::SaslStream::new(stream, layer, &options.limits);
            let stream: Inner<'a> = Box::new(Layered::new(stream, &peer, status));
            serve_within::<P, _, T>(stream, within, peer, processor, options, status).await
        })
    }

    /// Serves the decompressed stream.
    #[cfg(feature = "zlib")]
    pub(super) fn serve_zlib<P: Protocol, T: Processor>(
        self,
        within: Within,
        processor: &'a Arc<T>,
    ) -> Serving<'a> {
        let Wrapped { stream, peer, options, status } = self;
        let within = Within { zlib: true, ..within };
        let stream = crate::transport::zlib::ZlibStream::new(stream);
        let stream: Inner<'a> = Box::new(Layered::new(stream, &peer, status));
        Box::pin(serve_within::<P, _, T>(stream, within, peer, processor, options, status))
    }

    /// Serves HTTP requests.
    #[cfg(feature = "http")]
    pub(super) fn serve_http<P: Protocol, T: Processor>(
        self,
        processor: &'a Arc<T>,
    ) -> Serving<'a> {
        let Wrapped { stream, peer, options, status } = self;
        Box::pin(super::http::serve::<P, T>(stream, peer, processor, options, status))
    }
}
