//! One connection, from its first byte to its end.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

#[cfg(feature = "header")]
use super::header;
use super::{
    concurrent::Concurrent,
    connection::Connection,
    link::Link,
    sequential::Sequential,
    wrapped::{self, Within, Wrapping},
};
#[cfg(feature = "tls")]
use crate::tls::{TlsOnly, tls_only};
use crate::{
    call::{Peer, Processor},
    error::{Error, Result},
    protocol::{Output, Protocol},
    serving::{ConnectionOptions, Status},
    transport::{Framing, dialect::Dialect, prefixed::Prefixed},
};

/// Serves a connection until either side ends it.
pub(super) async fn serve<P, S, T>(
    stream: S,
    peer: Peer,
    processor: &Arc<T>,
    options: &ConnectionOptions,
    status: Arc<Status>,
) -> Result<()>
where
    P: Protocol,
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: Processor,
{
    let mut link = Link::new(stream, options, Arc::clone(&status));
    let within = Within::default();
    let served =
        serve_within::<P, _, T>(&mut link, within, peer, processor, options, &status).await;
    let served = match link.late() {
        Some(late) => Err(late.error()),
        // What a peer has not finished by the end, it has not failed to.
        None if link.is_cut() => Ok(()),
        None => served,
    };
    let gone = |error: &Error| error.is_closed() || error.is_io() || error.is_timeout();
    if !served.as_ref().is_err_and(gone) {
        link.close().await;
    }
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
    let lacks_tls = options.takes_tls_only() && !within.tls && dialect != Dialect::Tls;
    if let Some(wrapping) = Wrapping::of(dialect, within, options) {
        let Connection { stream, mut input, peer, .. } = connection;
        let stream = Box::new(Prefixed::new(input.take_all(), stream));
        #[cfg(feature = "tls")]
        if lacks_tls {
            // That the refusal ends the connection is no news.
            let refusing = Arc::new(TlsOnly);
            let _ =
                wrapped::serve::<P, _>(wrapping, stream, within, peer, &refusing, options, status)
                    .await;
            return Err(tls_only());
        }
        return wrapped::serve::<P, T>(wrapping, stream, within, peer, processor, options, status)
            .await;
    }
    match connection.accept::<P>(dialect) {
        Ok((protocol, framing)) => {
            #[cfg(feature = "tls")]
            if lacks_tls {
                // That the refusal ends the connection is no news.
                let mut calls = Sequential::new(protocol, framing);
                let _ = calls.answer_calls(&mut connection, &TlsOnly).await;
                return Err(tls_only());
            }
            if options.concurrent_calls > 1 {
                let mut calls = Concurrent::new(protocol, framing, processor, options);
                calls.answer_calls(&mut connection).await
            } else {
                let mut calls = Sequential::new(protocol, framing);
                calls.answer_calls(&mut connection, &**processor).await
            }
        }
        Err(error) => {
            let mut notice = Output::vectored();
            notice.put_slice(dialect.notice());
            connection.output.append(&mut notice);
            connection.flush().await?;
            Err(error)
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Connection<'_, S> {
    /// Waits for the first bytes, which tell what the peer speaks.
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

    /// The protocol and framing to answer in, if this server speaks them.
    fn accept<P: Protocol>(&self, dialect: Dialect) -> Result<(P, Framing)> {
        let (protocol, framing) = match dialect {
            Dialect::Plain(encoding, framing) => (P::for_encoding(encoding), framing),
            #[cfg(feature = "header")]
            Dialect::Header => (header::any_protocol(), Framing::Header),
            _ => return Err(dialect.not_spoken()),
        };
        match self.options.framing {
            Some(wanted) if framing != wanted => Err(dialect.not_wanted(wanted)),
            _ => Ok((protocol.ok_or_else(|| dialect.not_spoken())?, framing)),
        }
    }
}
