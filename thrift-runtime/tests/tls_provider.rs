//! The cryptography that a program has chosen. This is a program of its own, since the choice is
//! made once.

#[path = "common/certificates.rs"]
mod certificates;
mod common;
#[path = "common/raw_tls.rs"]
mod raw_tls;

use std::{io::Write, net::TcpListener, thread};

use certificates::Authority;
use common::{Add, DIALECTS, Service, add};
use thrift_runtime::{
    Client, Server,
    tls::{
        ClientTls, ServerTls,
        rustls::{
            CipherSuite,
            crypto::{CryptoProvider, ring},
        },
    },
};

const CHOSEN: CipherSuite = CipherSuite::TLS13_CHACHA20_POLY1305_SHA256;

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_use_the_default_provider_of_the_process() {
    let cipher_suites = vec![ring::cipher_suite::TLS13_CHACHA20_POLY1305_SHA256];
    let provider = CryptoProvider { cipher_suites, ..ring::default_provider() };
    provider.install_default().unwrap();
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap();
    let server = Server::bind("127.0.0.1:0").await.unwrap().tls(tls);
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Service::default()));
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let calling = thread::spawn(move || {
        let mut peer = raw_tls::connect(address, &authority.pem);
        peer.write_all(&DIALECTS[0].call("add", 0, &Add { a: 1, b: 2 })).unwrap();
        raw_tls::read_until(&mut peer, &DIALECTS[0].sum(0, 3));
        peer.conn.negotiated_cipher_suite().unwrap().suite()
    });
    assert_eq!(calling.join().unwrap(), CHOSEN);

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("localhost:{}", listener.local_addr().unwrap().port());
    let serving = thread::spawn(move || {
        let mut peer = raw_tls::accept(&listener, &identity);
        raw_tls::read_until(&mut peer, &[0, 0, 0, 2, 0]);
        peer.write_all(&DIALECTS[0].sum(0, 3)).unwrap();
        peer.conn.negotiated_cipher_suite().unwrap().suite()
    });
    let client = Client::builder().connect_tls(&host, &trust).await.unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    assert_eq!(serving.join().unwrap(), CHOSEN);
}
