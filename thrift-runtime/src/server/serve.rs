//! Serves one connection, from its first byte to its end.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

#[cfg(feature = "header")]
use super::header;
#[cfg(any(feature = "http", feature = "sasl", feature = "tls", feature = "zlib"))]
use super::wrapped::Wrapped;
use super::{
    concurrent::Concurrent,
    connection::Connection,
    link::Link,
    sequential::Sequential,
    status::{Phase, Status},
};
#[cfg(any(feature = "sasl", feature = "tls"))]
use crate::serving::Only;
#[cfg(any(feature = "header", feature = "sasl"))]
use crate::transport::Framing;
use crate::{
    call::{Connection as Known, Peer, Processor},
    error::{Error, Result},
    protocol::{Output, Protocol},
    serving::{ConnectionOptions, Ended, Opened},
    transport::{Framings, dialect::Dialect, notice::Instead},
};

/// The layers that a connection is inside of.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Within {
    pub(super) tls: bool,
    pub(super) zlib: bool,
    #[cfg(feature = "sasl")]
    pub(super) sasl: bool,
}

/// Serves a connection until either side ends it, and tells the observer.
pub(super) async fn serve<P, S, T>(
    stream: S,
    processor: &Arc<T>,
    options: &ConnectionOptions,
    status: Arc<Status>,
) -> Result<()>
where
    P: Protocol,
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: Processor,
{
    let opened = Opened::new(Known::new(Arc::clone(&status)));
    let mut link = Link::new(stream, options, Arc::clone(&status));
    let (within, peer) = (Within::default(), Peer::of(opened.connection().clone()));
    let served =
        serve_within::<P, _, T>(&mut link, within, peer, processor, options, &status).await;
    let served = match link.late() {
        Some(late) => Err(late.error()),
        // The server is shutting down and has ended the input. That is not a failure of the peer.
        None if link.is_cut() => Ok(()),
        None => served,
    };
    let phase = status.phase();
    let served = match served {
        // Many peers, such as health checks, reset a connection instead of closing it. Between calls,
        // that is not a failure.
        Err(error) if error.is_closed() && matches!(phase, Phase::First | Phase::Rest) => Ok(()),
        served => served,
    };
    let late = link.late();
    if !served.as_ref().is_err_and(Error::is_of_connection) {
        link.close().await;
    }
    let in_handshake = phase == Phase::Handshake;
    opened.end(Ended { late, in_handshake, ending: status.ending() }.reason(served.as_ref().err()));
    served
}

/// Serves a stream that is within another, such as TLS.
pub(super) async fn serve_within<P, S, T>(
    stream: S,
    within: Within,
    peer: Peer,
    processor: &Arc<T>,
    options: &ConnectionOptions,
    status: &Status,
) -> Result<()>
where
    P: Protocol,
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: Processor,
{
    let mut connection = Connection::new(stream, peer, options, status);
    let Some(dialect) = connection.dialect().await? else { return Ok(()) };
    #[cfg(feature = "tls")]
    if options.takes_tls_only() && !within.tls && dialect != Dialect::Tls {
        if dialect == Dialect::Sasl {
            return connection.tell(Dialect::notice_without_tls(), Only::TLS.error()).await;
        }
        // The refusal ends the connection, whether or not it has reached the peer.
        let _ = answer::<P, S, _>(connection, dialect, within, &Arc::new(Only::TLS), 1).await;
        return Err(Only::TLS.error());
    }
    #[cfg(feature = "sasl")]
    if options.takes_sasl_only() && !within.sasl && dialect.is_outside_of_sasl() {
        // The refusal ends the connection, whether or not it has reached the peer.
        let _ = answer::<P, S, _>(connection, dialect, within, &Arc::new(Only::SASL), 1).await;
        return Err(Only::SASL.error());
    }
    answer::<P, S, T>(connection, dialect, within, processor, options.concurrent_calls).await
}

/// Answers the calls of a connection, or those inside the layer that the dialect adds.
async fn answer<P, S, T>(
    mut connection: Connection<'_, S>,
    dialect: Dialect,
    within: Within,
    processor: &Arc<T>,
    concurrent: usize,
) -> Result<()>
where
    P: Protocol,
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: Processor,
{
    match dialect {
        // Inside SASL's frames, there are plain messages.
        #[cfg(feature = "sasl")]
        _ if within.sasl && !matches!(dialect, Dialect::Plain(_, Framing::Buffered)) => {
            Err(dialect.not_in_sasl())
        }
        #[cfg(feature = "sasl")]
        Dialect::Sasl if connection.options.sasl.is_some() => {
            Wrapped::new(connection).serve_sasl::<P, T>(within, processor).await
        }
        // No layer may be nested in itself.
        Dialect::Tls if within.tls => connection.refuse(dialect, dialect.within_itself()).await,
        Dialect::Zlib if within.zlib => connection.refuse(dialect, dialect.within_itself()).await,
        #[cfg(feature = "tls")]
        Dialect::Tls if connection.options.tls.is_some() => {
            Wrapped::new(connection).serve_tls::<P, T>(within, processor).await
        }
        #[cfg(feature = "zlib")]
        Dialect::Zlib => Wrapped::new(connection).serve_zlib::<P, T>(within, processor).await,
        #[cfg(feature = "http")]
        Dialect::Http => Wrapped::new(connection).serve_http::<P, T>(processor).await,
        // The future that answers calls is boxed, so that a connection on which nothing arrives does
        // not hold memory for it.
        _ => match connection.accept::<P>(dialect, within) {
            Ok((protocol, framings)) if concurrent > 1 => {
                let options = connection.options;
                let mut calls = Concurrent::new(protocol, framings, processor, options);
                Box::pin(calls.answer_calls(&mut connection)).await
            }
            Ok((protocol, framings)) => {
                let mut calls = Sequential::new(protocol, framings);
                Box::pin(calls.answer_calls(&mut connection, &**processor)).await
            }
            Err(error) => connection.refuse(dialect, error).await,
        },
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Connection<'_, S> {
    /// Waits for the first bytes, which show what dialect the peer uses.
    async fn dialect(&mut self) -> Result<Option<Dialect>> {
        loop {
            if let Some(dialect) = Dialect::detect(self.input.data())? {
                return Ok(Some(dialect));
            }
            if !self.more().await? {
                return Ok(None);
            }
        }
    }

    /// Tells the peer that its dialect is not supported, if there is a way to do so.
    async fn refuse(&mut self, dialect: Dialect, error: Error) -> Result<()> {
        let instead = Instead { framing: self.options.framing, http: cfg!(feature = "http") };
        let notice = dialect.notice(self.input.data(), instead);
        self.tell(&notice, error).await
    }

    /// Sends the peer a last message.
    async fn tell(&mut self, notice: &[u8], error: Error) -> Result<()> {
        let mut told = Output::vectored();
        told.put_slice(notice);
        self.output.append(&mut told);
        self.flush().await?;
        Err(error)
    }

    /// The protocol and framing to answer with, if this server supports them.
    fn accept<P: Protocol>(&self, dialect: Dialect, within: Within) -> Result<(P, Framings)> {
        let (protocol, framing) = match dialect {
            Dialect::Plain(encoding, framing) => (P::for_encoding(encoding), framing),
            #[cfg(feature = "header")]
            Dialect::Header => (header::any_protocol(), Framing::Header),
            #[cfg(feature = "header")]
            Dialect::HeaderInFrames => (header::any_protocol(), Framing::HeaderInFrames),
            #[cfg(feature = "header")]
            Dialect::TtHeader => (header::any_protocol(), Framing::TtHeader),
            _ => return Err(dialect.not_spoken()),
        };
        let framings = match self.options.framing {
            #[cfg(feature = "sasl")]
            _ if within.sasl => Framings::SASL,
            Some(wanted) if !wanted.takes(framing) => return Err(dialect.not_wanted(wanted)),
            _ => framing.into(),
        };
        let _ = within;
        Ok((protocol.ok_or_else(|| dialect.not_spoken())?, framings))
    }
}
