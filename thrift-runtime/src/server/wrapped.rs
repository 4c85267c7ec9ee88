//! Connections within others: inside TLS, compression or HTTP.

#![cfg_attr(not(all(feature = "tls", feature = "zlib")), allow(unreachable_code, unused))]

use std::{future::Future, pin::Pin, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};

use super::serve::serve_within;
#[cfg(feature = "zlib")]
use crate::transport::zlib::ZlibStream;
use crate::{
    call::{Peer, Processor},
    error::Result,
    protocol::Protocol,
    serving::{ConnectionOptions, Phase, Status},
    transport::dialect::Dialect,
};

/// A stream within another. One type for all, so that serving them is compiled once.
pub(super) type Inner<'a> = Box<dyn Stream + 'a>;

pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// What a connection is inside of. Nothing may be nested in itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Within {
    pub(super) tls: bool,
    pub(super) zlib: bool,
}

/// Something around a connection's calls that this server unwraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrapping {
    #[cfg(feature = "tls")]
    Tls,
    #[cfg(feature = "zlib")]
    Zlib,
    #[cfg(feature = "http")]
    Http,
}

impl Wrapping {
    /// The wrapping that a dialect is, if it is one and allowed here.
    pub(super) fn of(
        dialect: Dialect,
        within: Within,
        options: &ConnectionOptions,
    ) -> Option<Self> {
        match dialect {
            #[cfg(feature = "tls")]
            Dialect::Tls if !within.tls && options.tls.is_some() => Some(Wrapping::Tls),
            #[cfg(feature = "zlib")]
            Dialect::Zlib if !within.zlib => Some(Wrapping::Zlib),
            #[cfg(feature = "http")]
            Dialect::Http => Some(Wrapping::Http),
            _ => None,
        }
    }
}

/// Unwraps a connection and serves what is inside.
pub(super) fn serve<'a, P: Protocol, T: Processor>(
    wrapping: Wrapping,
    stream: Inner<'a>,
    mut within: Within,
    mut peer: Peer,
    processor: &'a Arc<T>,
    options: &'a ConnectionOptions,
    status: &'a Status,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
    Box::pin(async move {
        let inner: Inner<'a> = match wrapping {
            #[cfg(feature = "tls")]
            Wrapping::Tls => {
                let Some(tls) = &options.tls else { return Ok(()) };
                within.tls = true;
                status.begin(Phase::Handshake);
                let end =
                    options.timeouts.handshake.and_then(|time| status.opened.checked_add(time));
                let stream = tls.accept(stream, end.map(Instant::from_std)).await?;
                status.begin(Phase::First);
                peer.certificates = stream.certificates();
                Box::new(stream)
            }
            #[cfg(feature = "zlib")]
            Wrapping::Zlib => {
                within.zlib = true;
                Box::new(ZlibStream::new(stream))
            }
            #[cfg(feature = "http")]
            Wrapping::Http => {
                return super::http::serve::<P, T>(stream, peer, processor, options, status).await;
            }
        };
        serve_within::<P, _, T>(inner, within, peer, processor, options, status).await
    })
}
