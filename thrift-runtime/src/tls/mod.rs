//! TLS for clients and servers: certificates, keys and handshakes.
//!
//! ```no_run
//! # #[cfg(feature = "tokio")]
//! # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
//! use thrift_runtime::{
//!     Client, Server,
//!     tls::{ClientTls, ServerTls},
//! };
//!
//! let tls = ServerTls::new(&std::fs::read("server.pem")?, &std::fs::read("server.key")?)?;
//! let server = Server::bind("0.0.0.0:9090").await?.tls(tls);
//! tokio::spawn(server.serve(processor));
//!
//! let tls = ClientTls::with_roots(&std::fs::read("authority.pem")?)?;
//! let client = Client::builder().connect_tls("messages.example.com:9090", &tls).await?;
//! # Ok(())
//! # }
//! ```
//!
//! The cryptography is that of the process's default provider for [`rustls`], if the program has
//! [installed](rustls::crypto::CryptoProvider::install_default) one, or else that of `ring`. For
//! anything else, pass a configuration of [`rustls`] to `from_config`.

mod client;
mod record;
mod server;
#[cfg(feature = "tokio")]
mod stream;
mod trust;
mod validity;

use std::{io, sync::Arc};

use bytes::Bytes;
pub use tokio_rustls::rustls;

use rustls::{
    RootCertStore,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

pub(crate) use self::record::Record;
#[cfg(feature = "tokio")]
pub(crate) use self::stream::TlsStream;
pub use self::{client::ClientTls, server::ServerTls};
use crate::error::{Error, ErrorKind, Result};

/// The cryptography. A default is never installed here, since it is the program's to choose.
fn provider() -> Arc<CryptoProvider> {
    let ring = || Arc::new(rustls::crypto::ring::default_provider());
    CryptoProvider::get_default().cloned().unwrap_or_else(ring)
}

/// The certificates in PEM, at least one.
fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(certificates) if certificates.is_empty() => {
            Err(Error::new(ErrorKind::Tls, "there is no certificate in the PEM text"))
        }
        Ok(certificates) => Ok(certificates),
        Err(error) => {
            Err(Error::with_source(ErrorKind::Tls, "a certificate is not valid PEM", error))
        }
    }
}

fn key(pem: &[u8]) -> Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(pem)
        .map_err(|error| Error::with_source(ErrorKind::Tls, "there is no private key", error))
}

/// The certificates in PEM, and the same as authorities.
fn roots(pem: &[u8]) -> Result<(Vec<CertificateDer<'static>>, RootCertStore)> {
    let (certificates, mut roots) = (certificates(pem)?, RootCertStore::empty());
    for certificate in &certificates {
        roots.add(certificate.clone()).map_err(unusable)?;
    }
    Ok((certificates, roots))
}

/// The certificates that the peer presented in the handshake, if any.
pub(crate) fn certificates_of(connection: &rustls::CommonState) -> Option<Arc<[Bytes]>> {
    let chain = connection.peer_certificates()?;
    Some(chain.iter().map(|certificate| Bytes::copy_from_slice(certificate)).collect())
}

#[cold]
fn unusable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::with_source(ErrorKind::Tls, "the certificates or the key cannot be used", error)
}

/// An error of a stream, as those of this crate if it is one of TLS.
#[cold]
pub(crate) fn told(error: io::Error) -> io::Error {
    match error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) {
        true => io::Error::other(Error::with_source(ErrorKind::Tls, "", error)),
        false => error,
    }
}

/// The error for a handshake that failed.
#[cold]
pub(crate) fn failed(error: io::Error) -> Error {
    let reason = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let text = match reason {
        Some(rustls::Error::InvalidMessage(_)) => "the peer does not speak TLS",
        Some(rustls::Error::AlertReceived(_)) => {
            "the peer refused the TLS handshake; it may not speak TLS, or no TLS version \
             that this side supports"
        }
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
            "the peer's certificate is refused"
        }
        Some(_) => "the TLS handshake failed",
        None if error.kind() == io::ErrorKind::UnexpectedEof
            || error.kind() == io::ErrorKind::ConnectionReset =>
        {
            "the peer closed the connection during the TLS handshake; it may not speak TLS"
        }
        None => "the TLS handshake failed",
    };
    Error::with_source(ErrorKind::Tls, text, error)
}
