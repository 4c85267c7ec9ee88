//! TLS: who trusts whom, and what those hear who are on the wrong port.

#[path = "../common/certificates.rs"]
mod certificates;
#[path = "../common/mod.rs"]
mod common;
mod ends;
#[path = "../common/raw_tls.rs"]
mod raw_tls;
#[path = "../common/recorder.rs"]
mod recorder;
mod trust;

use std::{net::SocketAddr, time::Duration};

use certificates::Authority;
use common::{Service, add, echo};
use recorder::Recorder;
use thrift_runtime::{
    ApplicationErrorKind, Bytes, Channel, Client, Error, ErrorKind, Result, Server, Timeouts,
    tls::{
        ClientTls, ServerTls,
        rustls::pki_types::{CertificateDer, pem::PemObject as _},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(20);

async fn start(tls: Option<ServerTls>) -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let server = match tls {
        Some(tls) => server.tls(tls),
        None => server,
    };
    tokio::spawn(server.serve(Service::default()));
    address
}

fn server_tls(authority: &Authority) -> ServerTls {
    let identity = authority.sign("localhost");
    ServerTls::new(&identity.chain, &identity.key).unwrap()
}

/// Connects and calls, and gives the first error.
async fn try_call(address: &str, tls: &ClientTls) -> Result<i32> {
    let client = Client::builder().connect_tls(address, tls).await?;
    timeout(PATIENCE, add(&client, 1, 2)).await.expect("an answer in time")
}

fn at(host: &str, address: SocketAddr) -> String {
    format!("{host}:{}", address.port())
}

#[tokio::test]
async fn one_port_answers_with_and_without_tls() {
    let authority = Authority::new();
    let address = start(Some(server_tls(&authority).and_plain())).await;
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let host = at("localhost", address);
    let framed = Client::builder().framed().connect_tls(&host, &trust).await.unwrap();
    let buffered = Client::builder().connect_tls(&host, &trust).await.unwrap();
    let plain = Client::connect(address).await.unwrap();
    for client in [&framed, &buffered, &plain] {
        assert_eq!(add(client, 1, 2).await.unwrap(), 3);
        let large = Bytes::from(vec![7; 1 << 20]);
        assert_eq!(echo(client, &large).await.unwrap(), large);
    }
}

#[tokio::test]
async fn a_certificate_of_another_host_or_authority_is_refused() {
    let authority = Authority::new();
    let address = start(Some(server_tls(&authority))).await;
    let trust = ClientTls::with_roots(&authority.pem).unwrap();

    let error = try_call(&at("127.0.0.1", address), &trust).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(error.to_string().starts_with("the peer's certificate is refused"), "{error}");
    let named = trust.clone().server_name("localhost").unwrap();
    assert_eq!(try_call(&at("127.0.0.1", address), &named).await.unwrap(), 3);

    let other = ClientTls::with_roots(&Authority::new().pem).unwrap();
    let error = try_call(&at("localhost", address), &other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(error.to_string().starts_with("the peer's certificate is refused"), "{error}");
}

#[tokio::test]
async fn a_client_certificate_may_be_required() {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let tls = ServerTls::with_client_roots(&identity.chain, &identity.key, &authority.pem).unwrap();
    let recorder = Recorder::default();
    let server = Server::bind("127.0.0.1:0").await.unwrap().tls(tls);
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(recorder.clone()));
    let host = at("localhost", address);
    let trust = ClientTls::with_roots(&authority.pem).unwrap();

    let identity = authority.sign("client");
    let known = trust.clone().certificate(&identity.chain, &identity.key).unwrap();
    assert_eq!(try_call(&host, &known).await.unwrap(), 3);
    let shown = recorder.certificates();
    let der = CertificateDer::from_pem_slice(&identity.chain).unwrap();
    assert_eq!(shown, [Bytes::copy_from_slice(&der)]);

    let stranger = Authority::new().sign("client");
    let stranger = trust.clone().certificate(&stranger.chain, &stranger.key).unwrap();
    for refused in [&trust, &stranger] {
        let error = try_call(&host, refused).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Tls | ErrorKind::Closed), "{error:?}");
    }
}

#[tokio::test]
async fn a_plain_client_is_told_that_a_port_takes_tls_only() {
    let authority = Authority::new();
    let address = start(Some(server_tls(&authority))).await;
    for builder in [
        Client::builder(),
        Client::builder().framed(),
        #[cfg(feature = "header")]
        Client::builder().header(),
        #[cfg(feature = "zlib")]
        Client::builder().zlib(),
    ] {
        let client = builder.connect(address).await.unwrap();
        is_told_to_use_tls(&client).await;
        // The connection has ended.
        let error = timeout(PATIENCE, add(&client, 1, 2)).await.unwrap().unwrap_err();
        assert!(error.is_closed(), "{error:?}");
    }
    #[cfg(feature = "http")]
    is_told_to_use_tls(thrift_runtime::HttpClient::new(&format!("http://{address}/")).unwrap())
        .await;
}

async fn is_told_to_use_tls(client: impl Channel) {
    let error = timeout(PATIENCE, add(&client, 1, 2)).await.unwrap().unwrap_err();
    let exception = error.as_application().unwrap();
    assert_eq!(exception.kind(), ApplicationErrorKind::UNSUPPORTED_CLIENT_TYPE);
    assert_eq!(exception.message(), "this server takes TLS only");
}

#[tokio::test]
async fn a_tls_client_is_told_that_a_port_does_not_speak_it() {
    let trust = ClientTls::with_roots(&Authority::new().pem).unwrap();
    let address = start(None).await;
    let error = timeout(PATIENCE, try_call(&at("localhost", address), &trust)).await.unwrap();
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(error.to_string().contains("refused the TLS handshake"), "{error}");

    // A peer that closes, one that answers something else, and one that says nothing.
    for (answer, text) in [
        (Some(&b""[..]), "closed the connection during the TLS handshake"),
        (Some(b"\x80\x01\0\x03\0\0\0\x03add"), "does not speak TLS"),
        (None, "no connection was made within"),
    ] {
        let error = answered(answer, &trust).await;
        let kind = if answer.is_some() { ErrorKind::Tls } else { ErrorKind::ConnectTimeout };
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(text), "{error}");
    }
}

/// The error for a handshake with a peer that answers so.
async fn answered(answer: Option<&'static [u8]>, trust: &ClientTls) -> Error {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        match answer {
            Some(answer) => stream.write_all(answer).await.unwrap(),
            None => std::future::pending().await,
        }
    });
    let builder = Client::builder().connect_timeout(Duration::from_secs(1));
    timeout(PATIENCE, builder.connect_tls(&at("localhost", address), trust))
        .await
        .unwrap()
        .unwrap_err()
}

#[tokio::test]
async fn a_handshake_has_a_deadline() {
    let authority = Authority::new();
    let mut timeouts = Timeouts::default();
    timeouts.handshake = Some(Duration::from_millis(50));
    let server = Server::bind("127.0.0.1:0").await.unwrap().tls(server_tls(&authority));
    let address = server.local_addr().unwrap();
    tokio::spawn(server.timeouts(timeouts).serve(Service::default()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"\x16\x03\x01\x02\x00").await.unwrap();
    let closed = timeout(PATIENCE, stream.read(&mut [0; 64])).await.unwrap();
    assert!(matches!(closed, Ok(0) | Err(_)));
}

#[tokio::test]
async fn random_bytes_for_a_handshake_harm_nobody() {
    let authority = Authority::new();
    let address = start(Some(server_tls(&authority))).await;
    let mut state = 7_u32;
    for length in 0..60 {
        let mut bytes = vec![0x16, 3, 1];
        for _ in 0..length * 7 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.push((state >> 24) as u8);
        }
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
    }
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    assert_eq!(try_call(&at("localhost", address), &trust).await.unwrap(), 3);
}

#[tokio::test]
async fn a_password_in_an_address_is_not_shown() {
    let trust = ClientTls::with_roots(&Authority::new().pem).unwrap();
    for address in ["me:hunter2@nowhere.invalid:1", "me:hunter2@127.0.0.1:1", "me:hunter2@"] {
        let error = Client::builder().connect_tls(address, &trust).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn what_is_no_certificate_is_refused() {
    let authority = Authority::new();
    let (one, other) = (authority.sign("a"), authority.sign("b"));
    for refused in [
        ServerTls::new(b"", &one.key),
        ServerTls::new(&one.chain, b"nothing"),
        ServerTls::new(&one.chain, &other.key),
    ] {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Tls);
    }
    assert_eq!(ClientTls::with_roots(b"").unwrap_err().kind(), ErrorKind::Tls);
}
