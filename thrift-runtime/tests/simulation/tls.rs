//! TLS around a conversation. Keys and signatures are of one length, so that a seed decides how long
//! everything is.

use std::{
    io,
    sync::{Arc, LazyLock},
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PKCS_ED25519};
use thrift_runtime::tls::{
    ServerTls,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName},
    },
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::wire::End;

const HOST: &str = "desk";

struct Certificates {
    authority: CertificateDer<'static>,
    chain: String,
    key: String,
}

static CERTIFICATES: LazyLock<Certificates> = LazyLock::new(|| {
    let key = || KeyPair::generate_for(&PKCS_ED25519).unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = key();
    let authority = params.self_signed(&authority_key).unwrap().der().clone();
    let issuer = Issuer::new(params, authority_key);
    let (key, params) = (key(), CertificateParams::new(vec![HOST.to_owned()]).unwrap());
    let chain = params.signed_by(&key, &issuer).unwrap().pem();
    Certificates { authority, chain, key: key.serialize_pem() }
});

/// Makes the certificates, which are the same for all conversations.
pub(crate) fn prepare() {
    LazyLock::force(&CERTIFICATES);
}

pub(crate) fn server() -> ServerTls {
    let Certificates { chain, key, .. } = &*CERTIFICATES;
    ServerTls::new(chain.as_bytes(), key.as_bytes()).unwrap()
}

/// Does the client's part of the handshake.
pub(crate) async fn connect(stream: End) -> io::Result<TlsStream<End>> {
    let mut roots = RootCertStore::empty();
    roots.add(CERTIFICATES.authority.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(HOST).unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}
