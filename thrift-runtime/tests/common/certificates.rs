//! Certificates that are made for a test.

#![allow(dead_code, unreachable_pub)]

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

/// An authority that signs certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub pem: Vec<u8>,
}

/// A certificate and its key, in PEM.
pub struct Identity {
    pub chain: Vec<u8>,
    pub key: Vec<u8>,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = named("authority", Vec::new());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem().into_bytes();
        Authority { issuer: Issuer::new(params, key), pem }
    }

    /// A certificate for a host.
    pub fn sign(&self, host: &str) -> Identity {
        let key = KeyPair::generate().unwrap();
        let params = named(host, vec![host.to_owned()]);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity { chain: certificate.pem().into_bytes(), key: key.serialize_pem().into_bytes() }
    }
}

impl Identity {
    /// A certificate that its owner has signed, from the beginning of one year to that of another.
    /// It claims to be an authority's, as those that OpenSSL makes do.
    pub fn self_signed(host: &str, years: std::ops::Range<i32>) -> Self {
        let mut params = named(host, vec![host.to_owned()]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_before = date_time_ymd(years.start, 1, 1);
        params.not_after = date_time_ymd(years.end, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Identity { chain: certificate.pem().into_bytes(), key: key.serialize_pem().into_bytes() }
    }
}

/// OpenSSL takes a certificate of its issuer's name for one that it has signed itself.
fn named(name: &str, hosts: Vec<String>) -> CertificateParams {
    let mut params = CertificateParams::new(hosts).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.use_authority_key_identifier_extension = true;
    params
}
