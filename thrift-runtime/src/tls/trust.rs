//! Trusting single certificates, beside those that authorities have signed.

use std::{fmt, sync::Arc};

use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::{
        ParsedCertificate, WebPkiClientVerifier,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
};

use super::{provider, rustls, unusable, validity};
use crate::error::Result;

/// Trusts the given certificates themselves, and those that they have signed.
///
/// A certificate that its owner has signed often claims to be an authority's, as those that OpenSSL
/// makes do. It could not be a server's or a client's if it had to be verified by others.
struct Trust<V: ?Sized> {
    certificates: Vec<CertificateDer<'static>>,
    authorities: Arc<V>,
}

/// The verifier of servers.
pub(super) fn in_servers(
    certificates: Vec<CertificateDer<'static>>,
    roots: RootCertStore,
) -> Result<Arc<dyn ServerCertVerifier>> {
    let authorities = WebPkiServerVerifier::builder_with_provider(roots.into(), provider());
    let authorities = authorities.build().map_err(unusable)?;
    Ok(Arc::new(Trust { certificates, authorities }))
}

/// The verifier of clients.
pub(super) fn in_clients(
    certificates: Vec<CertificateDer<'static>>,
    roots: RootCertStore,
) -> Result<Arc<dyn ClientCertVerifier>> {
    let authorities = WebPkiClientVerifier::builder_with_provider(roots.into(), provider());
    let authorities = authorities.build().map_err(unusable)?;
    Ok(Arc::new(Trust { certificates, authorities }))
}

impl<V: ?Sized> Trust<V> {
    /// Whether a certificate is one of those given. If so, it has to be valid still.
    fn knows(&self, certificate: &CertificateDer<'_>, now: UnixTime) -> Result<bool, Error> {
        let known = self.certificates.contains(certificate);
        if known {
            validity::check(certificate, now)?;
        }
        Ok(known)
    }
}

/// What both kinds of verifier leave to the authorities, whichever certificates are known.
macro_rules! authorities_check_signatures {
    () => {
        fn verify_tls12_signature(
            &self,
            message: &[u8],
            cert: &CertificateDer<'_>,
            dss: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            self.authorities.verify_tls12_signature(message, cert, dss)
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            cert: &CertificateDer<'_>,
            dss: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            self.authorities.verify_tls13_signature(message, cert, dss)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.authorities.supported_verify_schemes()
        }
    };
}

impl ServerCertVerifier for Trust<WebPkiServerVerifier> {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Trust { authorities, .. } = self;
        if !self.knows(end_entity, now)? {
            return authorities.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            );
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    authorities_check_signatures!();
}

impl ClientCertVerifier for Trust<dyn ClientCertVerifier> {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.authorities.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match self.knows(end_entity, now)? {
            true => Ok(ClientCertVerified::assertion()),
            false => self.authorities.verify_client_cert(end_entity, intermediates, now),
        }
    }

    authorities_check_signatures!();
}

impl<V: ?Sized> fmt::Debug for Trust<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("certificates", &self.certificates.len())
            .finish_non_exhaustive()
    }
}
