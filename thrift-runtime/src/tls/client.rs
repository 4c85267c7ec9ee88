//! The client's side of TLS.

use std::sync::Arc;

use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore,
    client::{WantsClientCert, danger::ServerCertVerifier},
    pki_types::ServerName,
};

use super::{certificates, key, provider, roots, rustls, trust, unusable};
use crate::{
    error::{Error, ErrorKind, Result},
    transport::without_secrets::without_secrets,
};

/// A client's TLS settings: whom it trusts, and its own certificate.
///
/// The server's certificate is always verified, and must be for the host that is connected to.
///
/// ```no_run
/// # fn run() -> thrift_runtime::Result<()> {
/// use thrift_runtime::tls::ClientTls;
///
/// let tls = ClientTls::with_roots(&std::fs::read("authority.pem")?)?
///     .certificate(&std::fs::read("client.pem")?, &std::fs::read("client.key")?)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "these settings do nothing until they are passed to a client"]
pub struct ClientTls {
    pub(super) config: Arc<ClientConfig>,
    /// Whom it trusts, if the configuration was made here.
    verifier: Option<Arc<dyn ServerCertVerifier>>,
    server_name: Option<ServerName<'static>>,
}

impl ClientTls {
    /// Trusts the authorities of the operating system.
    ///
    /// # Errors
    ///
    /// If it has none.
    pub fn new() -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            let text = "the operating system has no certificate authorities";
            return Err(Error::new(ErrorKind::Tls, text));
        }
        ClientTls::trusting(trust::in_servers(Vec::new(), roots)?)
    }

    /// Trusts the authorities with these certificates, in PEM, and servers that present one of the
    /// certificates itself, such as one that they have signed themselves.
    ///
    /// # Errors
    ///
    /// If there are none, or they cannot be read.
    pub fn with_roots(pem: &[u8]) -> Result<Self> {
        let (certificates, roots) = roots(pem)?;
        ClientTls::trusting(trust::in_servers(certificates, roots)?)
    }

    /// Uses a configuration of rustls.
    pub fn from_config(config: Arc<ClientConfig>) -> Self {
        ClientTls { config, verifier: None, server_name: None }
    }

    fn trusting(verifier: Arc<dyn ServerCertVerifier>) -> Result<Self> {
        let config = builder(&verifier)?.with_no_client_auth();
        Ok(ClientTls { config: Arc::new(config), verifier: Some(verifier), server_name: None })
    }

    /// Presents a certificate to servers that ask for one: its chain and its private key, in PEM.
    ///
    /// # Errors
    ///
    /// If they cannot be read or do not belong together, or if these settings are
    /// [from a configuration](ClientTls::from_config), which has to contain the certificate.
    pub fn certificate(self, chain: &[u8], private_key: &[u8]) -> Result<Self> {
        let Some(verifier) = &self.verifier else {
            let text = "add the certificate to the configuration of rustls that these settings use";
            return Err(Error::new(ErrorKind::Tls, text));
        };
        let config = builder(verifier)?
            .with_client_auth_cert(certificates(chain)?, key(private_key)?)
            .map_err(unusable)?;
        Ok(ClientTls { config: Arc::new(config), ..self })
    }

    /// Sets the name that the server's certificate must be for, if it is not the host that is
    /// connected to.
    ///
    /// # Errors
    ///
    /// If it is neither a host name nor an IP address.
    pub fn server_name(mut self, name: &str) -> Result<Self> {
        self.server_name = Some(parse(name)?);
        Ok(self)
    }

    /// The same settings, which offer HTTP/2 and HTTP/1.1 to servers. A configuration of rustls that
    /// offers something stays as it is.
    #[cfg(feature = "http2")]
    pub(crate) fn offering_http2(&self) -> Self {
        let mut tls = self.clone();
        if tls.config.alpn_protocols.is_empty() {
            let config = Arc::make_mut(&mut tls.config);
            config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        }
        tls
    }

    /// Begins a session with `host`.
    #[cfg(feature = "blocking")]
    pub(crate) fn session(&self, host: &str) -> Result<rustls::ClientConnection> {
        let name = self.name_of(host)?;
        rustls::ClientConnection::new(Arc::clone(&self.config), name).map_err(unusable)
    }

    /// The name that the server's certificate must be for.
    pub(super) fn name_of(&self, host: &str) -> Result<ServerName<'static>> {
        match &self.server_name {
            Some(name) => Ok(name.clone()),
            None => parse(host),
        }
    }
}

/// The beginning of a configuration.
fn builder(
    verifier: &Arc<dyn ServerCertVerifier>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>> {
    let builder = ClientConfig::builder_with_provider(provider());
    let builder = builder.with_safe_default_protocol_versions().map_err(unusable)?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::clone(verifier)))
}

fn parse(name: &str) -> Result<ServerName<'static>> {
    ServerName::try_from(name.to_owned()).map_err(|error| {
        let name = without_secrets(name);
        let text = format!("{name:?} is neither a host name nor an IP address");
        Error::with_source(ErrorKind::Tls, text, error)
    })
}
