//! Calls over HTTP and TLS.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::{
    PATIENCE,
    certificates::Authority,
    common::{Add, DIALECTS, Service, add},
    raw_tls,
    recorder::Recorder,
};
use thrift_runtime::{
    ErrorKind, Event, HttpClient, Result, Server,
    tls::{
        ClientTls, ServerTls,
        rustls::{
            ServerConfig, ServerConnection, Stream,
            crypto::ring,
            pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        },
    },
};
use tokio::time::timeout;

#[tokio::test]
async fn calls_are_posted_over_tls() {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap();
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server.tls(tls)).await;
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let url = format!("https://localhost:{}/", address.port());
    let client = HttpClient::new(&url).unwrap().tls(trust.clone());
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    let other = HttpClient::new(&format!("https://{address}/")).unwrap().tls(trust);
    assert_eq!(add(&other, 1, 2).await.unwrap_err().kind(), ErrorKind::Tls);
}

#[tokio::test]
async fn connecting_has_a_time_of_its_own() {
    // Its queue takes connections, and no handshake is ever answered.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/", silent.local_addr().unwrap().port());
    let trust = ClientTls::with_roots(&Authority::new().pem).unwrap();
    let client = HttpClient::new(&url).unwrap().tls(trust).with_timeout(None);
    let client = client.connect_timeout(Duration::from_millis(50));
    let error = timeout(PATIENCE, add(&client, 1, 2)).await.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    assert!(error.to_string().contains("no connection was made"), "{error}");
    // The call's own time may pass first, and then the call was not sent either.
    let hasty = client.connect_timeout(None).with_timeout(Duration::from_millis(50));
    let error = timeout(PATIENCE, add(&hasty, 1, 2)).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{error}");
}

#[tokio::test]
async fn an_answer_without_a_length_ends_where_its_connection_does() {
    let reply = DIALECTS[0].sum(0, 3);
    let without = b"HTTP/1.0 200 OK\r\n\r\n";
    let answer = [without, &*reply].concat();
    assert_eq!(added_by_a_server_that_just_closes(answer).await.unwrap(), 3);

    let cut = [without, &reply[..reply.len() - 1]].concat();
    added_by_a_server_that_just_closes(cut).await.unwrap_err();
    let with = format!("HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n", reply.len() + 1);
    let error = added_by_a_server_that_just_closes([with.as_bytes(), &*reply].concat()).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Closed);
}

/// The outcome of a call over TLS to a server that answers this and closes the connection without
/// a word of TLS, as servers in Python do.
async fn added_by_a_server_that_just_closes(answer: Vec<u8>) -> Result<i32> {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let chain = vec![CertificateDer::from_pem_slice(&identity.chain).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(&identity.key).unwrap();
    let config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let serving = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut tls = ServerConnection::new(config.into()).unwrap();
        let mut stream = Stream::new(&mut tls, &mut socket);
        let mut request = Vec::new();
        while !request.ends_with(b"\0\0\0\x02\0") {
            let mut chunk = [0; 4096];
            let count = stream.read(&mut chunk).unwrap();
            request.extend_from_slice(&chunk[..count]);
        }
        stream.write_all(&answer).unwrap();
    });
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let client = HttpClient::new(&url).unwrap().tls(trust);
    let added = timeout(PATIENCE, add(&client, 1, 2)).await.unwrap();
    serving.join().unwrap();
    added
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_say_that_they_end() {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap();
    let server = Server::bind("127.0.0.1:0").await.unwrap().tls(tls);
    let (address, shutdown) = (server.local_addr().unwrap(), server.shutdown_handle());
    let (tell, told) = mpsc::channel();
    let server = server.observer(move |event: &Event<'_>| {
        if event.is_failure() {
            let _ = tell.send(event.error().map(ToString::to_string).unwrap_or_default());
        }
    });
    let serving = tokio::spawn(server.serve(Service::default()));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let roots = authority.pem.clone();
    let peers = thread::spawn(move || {
        let call = DIALECTS[0].call("add", 0, &Add { a: 1, b: 2 });
        let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", call.len());
        let request = [head.as_bytes(), &call].concat();
        let ask = || {
            let mut peer = raw_tls::connect(address, &roots);
            peer.write_all(&request).unwrap();
            raw_tls::read_until(&mut peer, &DIALECTS[0].sum(0, 3));
            peer
        };
        // A client that just closes between calls has not failed.
        raw_tls::just_close(ask());
        let mut peer = ask();
        shutdown.begin();
        let server = raw_tls::says_goodbye(&mut peer);

        let mut peer = raw_tls::accept(&listener, &identity);
        raw_tls::read_until(&mut peer, &[0, 0, 0, 2, 0]);
        let reply = DIALECTS[0].sum(0, 3);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", reply.len());
        peer.write_all(&[head.as_bytes(), &reply].concat()).unwrap();
        (server, raw_tls::says_goodbye(&mut peer))
    });
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let client = HttpClient::new(&url).unwrap().tls(trust);
    assert_eq!(timeout(PATIENCE, add(&client, 1, 2)).await.unwrap().unwrap(), 3);
    drop(client);
    timeout(PATIENCE, serving).await.unwrap().unwrap();
    assert_eq!(told.iter().collect::<Vec<_>>(), [""; 0]);
    let peers = tokio::task::spawn_blocking(|| peers.join().unwrap());
    assert_eq!(timeout(PATIENCE, peers).await.unwrap().unwrap(), (true, true));
}
