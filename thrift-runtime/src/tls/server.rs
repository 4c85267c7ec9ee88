//! The server's side of TLS.

use std::{sync::Arc, time::Duration};

use rustls::{ServerConfig, server::WebPkiClientVerifier};
#[cfg(feature = "tokio")]
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};
#[cfg(feature = "tokio")]
use tokio_rustls::TlsAcceptor;

use super::{certificates, key, provider, roots, rustls, unusable};
#[cfg(feature = "tokio")]
use super::{failed, stream::TlsStream};
use crate::error::Result;
#[cfg(feature = "tokio")]
use crate::error::{Error, ErrorKind};

/// A server's TLS settings: its certificate, and what it requires of clients.
///
/// A server with these settings serves peers with and without TLS on the same port, unless it takes
/// TLS [only](ServerTls::only).
///
/// ```no_run
/// # fn run() -> thrift_runtime::Result<()> {
/// use thrift_runtime::tls::ServerTls;
///
/// let tls = ServerTls::new(&std::fs::read("server.pem")?, &std::fs::read("server.key")?)?.only();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "these settings do nothing until a server has them"]
pub struct ServerTls {
    config: Arc<ServerConfig>,
    handshake_timeout: Duration,
    only: bool,
}

impl ServerTls {
    /// Presents a certificate: its chain and its private key, in PEM.
    ///
    /// # Errors
    ///
    /// If they cannot be read, or do not belong together.
    pub fn new(chain: &[u8], private_key: &[u8]) -> Result<Self> {
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_no_client_auth()
            .with_single_cert(certificates(chain)?, key(private_key)?)
            .map_err(unusable)?;
        Ok(ServerTls::from_config(Arc::new(config)))
    }

    /// Like [`new`](ServerTls::new), and requires clients to present a certificate from one of the
    /// authorities in `client_roots`, in PEM.
    ///
    /// # Errors
    ///
    /// If these cannot be read, or certificate and key do not belong together.
    pub fn with_client_roots(
        chain: &[u8],
        private_key: &[u8],
        client_roots: &[u8],
    ) -> Result<Self> {
        let roots = Arc::new(roots(client_roots)?);
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider())
            .build()
            .map_err(unusable)?;
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_client_cert_verifier(verifier)
            .with_single_cert(certificates(chain)?, key(private_key)?)
            .map_err(unusable)?;
        Ok(ServerTls::from_config(Arc::new(config)))
    }

    /// Uses a configuration of rustls.
    pub fn from_config(config: Arc<ServerConfig>) -> Self {
        ServerTls { config, handshake_timeout: Duration::from_secs(10), only: false }
    }

    /// Refuses peers without TLS.
    pub fn only(mut self) -> Self {
        self.only = true;
        self
    }

    /// Sets how long a handshake may take, ten seconds by default.
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.handshake_timeout = timeout;
        self
    }

    pub(crate) fn is_only(&self) -> bool {
        self.only
    }

    /// Begins a session with a peer.
    #[cfg(feature = "blocking")]
    pub(crate) fn session(&self) -> Result<rustls::ServerConnection> {
        rustls::ServerConnection::new(Arc::clone(&self.config)).map_err(unusable)
    }

    /// How long a handshake may take.
    #[cfg(feature = "blocking")]
    pub(crate) fn patience(&self) -> Duration {
        self.handshake_timeout
    }

    /// Does the handshake with a peer that has begun it.
    #[cfg(feature = "tokio")]
    pub(crate) async fn accept<S>(&self, stream: S) -> Result<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let accepting = TlsAcceptor::from(Arc::clone(&self.config)).accept(stream);
        match timeout(self.handshake_timeout, accepting).await {
            Ok(accepted) => accepted.map(TlsStream::new).map_err(failed),
            Err(_) => {
                let text = format!("no TLS handshake came within {:?}", self.handshake_timeout);
                Err(Error::new(ErrorKind::Timeout, text))
            }
        }
    }
}
