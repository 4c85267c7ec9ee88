//! The server's side of TLS.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::{
    ServerConfig,
    server::{NoClientAuth, danger::ClientCertVerifier},
};

use super::{certificates, key, provider, roots, rustls, trust, unusable};
use crate::error::{Error, ErrorKind, Result};

/// A server's TLS settings: its certificate, and what it requires of clients.
///
/// A server with these settings refuses peers without TLS, unless they are
/// [allowed](ServerTls::and_plain).
///
/// ```no_run
/// # fn run() -> thrift_runtime::Result<()> {
/// use thrift_runtime::tls::ServerTls;
///
/// let tls = ServerTls::new(&std::fs::read("server.pem")?, &std::fs::read("server.key")?)?;
/// # Ok(())
/// # }
/// ```
///
/// Clones share their certificate, which [`set_certificate`](ServerTls::set_certificate) replaces
/// while a server uses it.
#[derive(Debug, Clone)]
#[must_use = "these settings do nothing until they are passed to a server"]
pub struct ServerTls {
    config: Arc<RwLock<Arc<ServerConfig>>>,
    /// What is required of clients, if the configuration was made here.
    verifier: Option<Arc<dyn ClientCertVerifier>>,
    plain: bool,
}

impl ServerTls {
    /// Presents a certificate: its chain and its private key, in PEM.
    ///
    /// # Errors
    ///
    /// If they cannot be read, or do not belong together.
    pub fn new(chain: &[u8], private_key: &[u8]) -> Result<Self> {
        ServerTls::requiring(Arc::new(NoClientAuth), chain, private_key)
    }

    /// Like [`new`](ServerTls::new), and requires clients to present a certificate from one of the
    /// authorities in `client_roots`, in PEM, or one of the certificates there itself.
    ///
    /// # Errors
    ///
    /// If these cannot be read, or certificate and key do not belong together.
    pub fn with_client_roots(
        chain: &[u8],
        private_key: &[u8],
        client_roots: &[u8],
    ) -> Result<Self> {
        let (certificates, roots) = roots(client_roots)?;
        ServerTls::requiring(trust::in_clients(certificates, roots)?, chain, private_key)
    }

    fn requiring(
        verifier: Arc<dyn ClientCertVerifier>,
        chain: &[u8],
        private_key: &[u8],
    ) -> Result<Self> {
        let config = presenting(&verifier, chain, private_key)?;
        Ok(ServerTls { verifier: Some(verifier), ..ServerTls::from_config(config) })
    }

    /// Uses a configuration of rustls.
    pub fn from_config(config: Arc<ServerConfig>) -> Self {
        let config = Arc::new(RwLock::new(config));
        ServerTls { config, verifier: None, plain: false }
    }

    /// Presents another certificate in the handshakes to come, here and in all clones: its chain
    /// and its private key, in PEM. Connections that are open go on.
    ///
    /// ```no_run
    /// # #[cfg(feature = "tokio")]
    /// # async fn run(processor: impl thrift_runtime::Processor) -> thrift_runtime::Result<()> {
    /// use thrift_runtime::{Server, tls::ServerTls};
    ///
    /// let tls = ServerTls::new(&std::fs::read("server.pem")?, &std::fs::read("server.key")?)?;
    /// let server = Server::bind("0.0.0.0:9090").await?.tls(tls.clone());
    /// tokio::spawn(server.serve(processor));
    /// // Later, when the files have changed:
    /// tls.set_certificate(&std::fs::read("server.pem")?, &std::fs::read("server.key")?)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If they cannot be read or do not belong together, or if these settings are
    /// [from a configuration](ServerTls::from_config), whose resolver of certificates can do the
    /// same. The certificate so far is then kept.
    pub fn set_certificate(&self, chain: &[u8], private_key: &[u8]) -> Result<()> {
        let Some(verifier) = &self.verifier else {
            let text = "add the certificate to the configuration of rustls that these settings use";
            return Err(Error::new(ErrorKind::Tls, text));
        };
        let config = presenting(verifier, chain, private_key)?;
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    /// Serves peers without TLS, too, on the same port.
    pub fn and_plain(mut self) -> Self {
        self.plain = true;
        self
    }

    /// Whether peers without TLS are refused.
    pub(crate) fn is_only(&self) -> bool {
        !self.plain
    }

    pub(super) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Begins a session with a peer.
    #[cfg(feature = "blocking")]
    pub(crate) fn session(&self) -> Result<rustls::ServerConnection> {
        rustls::ServerConnection::new(self.config()).map_err(unusable)
    }
}

/// A configuration with a certificate.
fn presenting(
    verifier: &Arc<dyn ClientCertVerifier>,
    chain: &[u8],
    private_key: &[u8],
) -> Result<Arc<ServerConfig>> {
    let builder = ServerConfig::builder_with_provider(provider());
    let config = builder
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_client_cert_verifier(Arc::clone(verifier))
        .with_single_cert(certificates(chain)?, key(private_key)?)
        .map_err(unusable)?;
    Ok(Arc::new(config))
}
