//! Calls over HTTP, as the server and as the client has them.

#![cfg(feature = "http")]

#[cfg(feature = "tls")]
#[path = "common/certificates.rs"]
mod certificates;
mod common;
#[path = "common/recorder.rs"]
mod recorder;

use std::{net::SocketAddr, sync::atomic::Ordering, time::Duration};

use common::{Add, DIALECTS, Nothing, Text, add, echo, wait};
use recorder::Recorder;
use thrift_runtime::{
    ApplicationErrorKind, Bytes, Channel, Client, ErrorKind, HttpClient, Limits, Server,
    protocol::MessageType,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// What the server answers to bytes, until it closes or says nothing for a while.
async fn answer(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(Ok(count @ 1..)) =
        timeout(Duration::from_millis(300), stream.read(&mut chunk)).await
    {
        answer.extend_from_slice(&chunk[..count]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn post(body: &[u8]) -> Vec<u8> {
    let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn calls_are_posted_with_headers_over_connections_that_are_kept() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server.max_connections(1)).await;
    let client = HttpClient::new(&format!("http://{address}/messages?v=1")).unwrap();
    for n in 0..10 {
        let traced = client.with_header("Trace", &n.to_string()).unwrap();
        // With one connection at most, it is used again.
        assert_eq!(timeout(PATIENCE, add(&traced, n, 1)).await.unwrap().unwrap(), n + 1);
        assert_eq!(recorder.last("trace"), Some(n.to_string()));
        assert_eq!(recorder.last("content-type").as_deref(), Some("application/x-thrift"));
    }
    let large = Bytes::from(vec![7; 3 << 20]);
    assert_eq!(echo(&client, &large).await.unwrap(), large);
    let error = client
        .call::<_, common::Returned<i32>>("fail", &Text { text: "no".into() })
        .await
        .unwrap_err();
    assert_eq!(error.as_application().unwrap().kind(), ApplicationErrorKind(42));
    client.call_oneway("note", &Text { text: "x".into() }).await.unwrap();
    assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
    timeout(PATIENCE, async {
        while recorder.service.notes.load(Ordering::SeqCst) < 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .unwrap();
}

#[cfg(feature = "compact")]
#[tokio::test]
async fn any_protocol_is_posted() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let client = HttpClient::new(&format!("http://{address}")).unwrap();
    let compact = client.protocol(thrift_runtime::CompactProtocol);
    assert_eq!(add(&compact, 1, 2).await.unwrap(), 3);
    #[cfg(feature = "json")]
    assert_eq!(add(&compact.protocol(thrift_runtime::JsonProtocol), 1, 2).await.unwrap(), 3);
}

#[tokio::test]
async fn one_port_answers_http_beside_the_rest_and_calls_at_once() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let plain = Client::connect(address).await.unwrap();
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { wait(&client).await }
    });
    assert_eq!(add(&plain, 1, 2).await.unwrap(), 3);
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    let hasty = client.with_timeout(Duration::from_millis(50));
    assert!(wait(&hasty).await.unwrap_err().is_timeout());
    recorder.service.gate.add_permits(2);
    assert_eq!(timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap(), 7);
}

#[tokio::test]
async fn what_is_no_call_gets_a_status() {
    let limits = Limits { message_size: 1000, ..Limits::default() };
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server.limits(limits)).await;
    let got = answer(address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(got.starts_with("HTTP/1.1 405 ") && got.contains("allow: POST"), "{got}");
    for (request, status) in [
        (post(b"hello"), "415"),
        (post(b""), "415"),
        (post(b"\x80\x01\0\x01\0\0"), "400"),
        (post(&[b'['; 1001]), "413"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n".to_vec(), "400"),
    ] {
        let got = answer(address, &request).await;
        assert!(got.starts_with(&format!("HTTP/1.1 {status} ")), "{got}");
    }
    let call = DIALECTS[0].call("add", 1, &Add { a: 1, b: 2 });
    assert!(answer(address, &post(&call)).await.starts_with("HTTP/1.1 200 "));

    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    let error = echo(&client, &Bytes::from(vec![0; 2000])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert!(error.to_string().contains("413"), "{error}");
    for url in ["", "nothing", "ftp://127.0.0.1/", "/path"] {
        assert!(HttpClient::new(url).is_err());
    }
}

#[tokio::test]
async fn a_request_that_stands_still_is_ended() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server.stall_timeout(Duration::from_millis(50))).await;
    for part in [&b"POST / HTTP/1.1\r\nHo"[..], &post(&[0x80; 100])[..80]] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(part).await.unwrap();
        let mut rest = Vec::new();
        let _ = timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("it is closed");
    }
}

#[tokio::test]
async fn a_call_waits_for_the_oneway_calls_before_it_and_they_are_answered_at_once() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let oneway = DIALECTS[0].message(MessageType::Oneway, b"wait", 0, &Nothing {});
    let call = DIALECTS[0].call("add", 1, &Add { a: 1, b: 2 });
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&[post(&oneway), post(&oneway), post(&call)].concat()).await.unwrap();
    let mut answers = Vec::new();
    timeout(PATIENCE, async {
        while answers.windows(4).filter(|bytes| bytes == b"\r\n\r\n").count() < 2 {
            stream.read_buf(&mut answers).await.unwrap();
        }
    })
    .await
    .unwrap();
    assert!(timeout(Duration::from_millis(200), stream.read_buf(&mut answers)).await.is_err());

    recorder.service.gate.add_permits(2);
    let sum = DIALECTS[0].sum(1, 3);
    timeout(PATIENCE, async {
        while !answers.ends_with(&sum) {
            assert_ne!(stream.read_buf(&mut answers).await.unwrap(), 0);
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_oneway_call_does_not_wait_for_a_body_without_a_length() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        // As Apache's server in Python, which runs the call only now.
        stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n").await.unwrap();
        std::future::pending::<()>().await
    });
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    let note = Text { text: "x".into() };
    timeout(PATIENCE, client.call_oneway("note", &note)).await.unwrap().unwrap();
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn calls_are_posted_over_tls() {
    use thrift_runtime::tls::{ClientTls, ServerTls};

    let authority = certificates::Authority::new();
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
async fn a_call_is_answered_though_its_sender_has_ended_the_stream() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let call = DIALECTS[0].call("wait", 0, &common::Nothing {});
    stream.write_all(&post(&call)).await.unwrap();
    stream.shutdown().await.unwrap();
    timeout(PATIENCE, async {
        while recorder.service.calls.load(Ordering::SeqCst) < 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .unwrap();
    // The server has time to see the end.
    tokio::time::sleep(Duration::from_millis(50)).await;
    recorder.service.gate.add_permits(1);
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
    let reply = DIALECTS[0].reply("wait", 0, &common::Returned { success: Some(7) });
    assert!(answer.ends_with(&reply));
}

/// The outcome of a call over TLS to a server that answers this and closes the connection without
/// a word of TLS, as servers in Python do.
#[cfg(feature = "tls")]
async fn added_by_a_server_that_just_closes(answer: Vec<u8>) -> thrift_runtime::Result<i32> {
    use std::io::{Read, Write};

    use thrift_runtime::tls::{
        ClientTls,
        rustls::{
            ServerConfig, ServerConnection, Stream,
            crypto::ring,
            pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        },
    };

    let authority = certificates::Authority::new();
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

#[cfg(feature = "tls")]
#[tokio::test]
async fn connecting_has_a_time_of_its_own() {
    use thrift_runtime::tls::ClientTls;

    // Its queue takes connections, and no handshake is ever answered.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/", silent.local_addr().unwrap().port());
    let trust = ClientTls::with_roots(&certificates::Authority::new().pem).unwrap();
    let client = HttpClient::new(&url).unwrap().tls(trust).with_timeout(None);
    let client = client.connect_timeout(Duration::from_millis(50));
    let error = timeout(PATIENCE, add(&client, 1, 2)).await.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(error.to_string().contains("no connection was made"), "{error}");
}

#[cfg(feature = "tls")]
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
