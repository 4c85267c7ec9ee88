//! What clients make of servers that do not let them in, or do not speak SASL.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::Duration,
};

use thrift_runtime::{
    BlockingClient, Client, Error, ErrorKind, Framing, Result,
    sasl::{Plain, PlainServer, ServerSasl},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    task::spawn_blocking,
    time::Instant,
};

use crate::{Who as _, WhoClient, alice, decide, login, start, start_blocking};

const WRONG: &str = "the server refused the SASL mechanism PLAIN: \"wrong user\\nor password\"; \
                     check the user and the password of `Plain`, and that the server accepts PLAIN";

/// The errors of both clients at a server.
async fn errors(address: std::net::SocketAddr, login: Plain) -> [Error; 2] {
    let error = Client::builder().sasl(login.clone()).connect(address).await.unwrap_err();
    let connecting =
        spawn_blocking(move || BlockingClient::builder().sasl(login).connect(address).unwrap_err());
    [error, connecting.await.unwrap()]
}

#[tokio::test]
async fn a_wrong_password_is_told() {
    for address in [
        start(|server| server.sasl(ServerSasl::plain(decide))).await,
        start_blocking(|server| server.sasl(ServerSasl::plain(decide))),
    ] {
        for error in errors(address, Plain::new("alice", "secret")).await {
            assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Sasl, WRONG));
        }
        for error in errors(address, Plain::new("panic", "x")).await {
            assert!(
                error.to_string().contains("\"the server failed to authenticate the client\""),
                "{error}"
            );
        }
        // The server goes on.
        Client::builder().sasl(alice()).connect(address).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_without_sasl_says_so() {
    for address in [start(|server| server).await, start_blocking(|server| server)] {
        for error in errors(address, alice()).await {
            assert_eq!(error.kind(), ErrorKind::Sasl);
            assert!(error.to_string().contains("\"this server takes no SASL; "), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_let_in_may_be_found_out_by_asking_others() {
    let plain = PlainServer::with_async(|login| async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        match login.acts_as() {
            Some("bob") => Ok("bob"),
            _ => Err("no"),
        }
    });
    let options = || crate::options(ServerSasl::new(plain.clone().allow_acting_as()));
    let (stream, _serving) = crate::serve_with(options());
    let client = Client::builder().sasl(alice().acting_as("bob")).negotiate_over(stream).await;
    assert_eq!(WhoClient::new(client.unwrap()).name().await.unwrap(), "bob");
    let (stream, _serving) = crate::serve_with(options());
    let error = Client::builder().sasl(alice()).negotiate_over(stream).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sasl);

    // A directory that does not answer takes no longer than a handshake may.
    let slow = PlainServer::with_async(|_| std::future::pending::<Result<String, String>>());
    let (stream, serving) = crate::serve_with(crate::options(ServerSasl::new(slow)));
    let start = Instant::now();
    Client::builder().sasl(alice()).negotiate_over(stream).await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::from_secs(10));
    let error = serving.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "the SASL negotiation did not end in time");
}

#[tokio::test(start_paused = true)]
async fn settings_that_contradict_sasl_are_errors() {
    let (stream, _peer) = duplex(100);
    let client = Client::builder().sasl(alice()).over(stream);
    let error = WhoClient::new(client).name().await.unwrap_err();
    assert!(
        error.to_string().contains("by `connect` or `negotiate_over`, not by `over`"),
        "{error}"
    );
    let kinds = [
        Client::builder().framed().sasl(alice()).connect("127.0.0.1:1").await.unwrap_err(),
        Client::builder().sasl(alice()).header().connect("127.0.0.1:1").await.unwrap_err(),
        Client::builder().sasl(alice()).zlib().connect("127.0.0.1:1").await.unwrap_err(),
        BlockingClient::builder().sasl(alice()).framed().connect("127.0.0.1:1").unwrap_err(),
    ]
    .map(|error| error.kind());
    assert_eq!(kinds, [ErrorKind::Unsupported; 4]);
    let text = format!(
        "messages within SASL have the frames of SASL, so they cannot be {}",
        Framing::Framed
    );
    let error = Client::builder().framed().sasl(alice()).connect("127.0.0.1:1").await.unwrap_err();
    assert_eq!(error.to_string(), text);
    for login in [Plain::new("", "x"), Plain::new("x", ""), Plain::new("x", "a\0b")] {
        let (stream, _peer) = duplex(100);
        let error = Client::builder().sasl(login).negotiate_over(stream).await.unwrap_err();
        assert!(error.to_string().starts_with("the SASL mechanism PLAIN "), "{error}");
    }
}

/// What a server may send, and what the client says then.
const ANSWERS: [(&[u8], &str); 11] = [
    (
        b"",
        "failed: the server closed the connection; it may not accept SASL (then leave out `sasl`)",
    ),
    (b"\x05\0\0\0", "failed: the server closed the connection; it may not accept SASL"),
    (b"\x05\0\0\0\x09part", "failed: the server closed the connection; it may not accept SASL"),
    (b"\x04\0\0\0\x09part", "the server refused the SASL mechanism PLAIN: \"part\"; check"),
    (b"\x03\0\0\0\x02no", "the server refused the SASL mechanism PLAIN: \"no\"; check"),
    (b"\x02\0\0\0\x02hm", "failed: the server sent a challenge after the last one"),
    (b"\x01\0\0\0\x05PLAIN", "failed: the server sent START, which only clients may send"),
    (b"\x05\x7f\xff\xff\xff", "failed: the server answered 05 7f ff ff ff, which is not SASL"),
    (
        b"\x80\x01\0\x02",
        "failed: the server answered 80 01 00 02, which is not SASL; it may not accept SASL",
    ),
    (
        b"\0\0\0\x20\x80",
        "failed: the server answered 00 00 00 20 80, which is not SASL; it may not accept SASL",
    ),
    (b"HTTP/1.1 400 Bad Request", "failed: the server answered 48 54 54 50 2f, which is not SASL"),
];

#[tokio::test(start_paused = true)]
async fn a_server_that_does_otherwise_is_told_of() {
    for (answer, text) in ANSWERS {
        let (ours, mut peer) = duplex(1 << 16);
        let client = tokio::spawn(Client::builder().sasl(alice()).negotiate_over(ours));
        let mut sent = vec![0; login().len()];
        peer.read_exact(&mut sent).await.unwrap();
        peer.write_all(answer).await.unwrap();
        drop(peer);
        let error = client.await.unwrap().unwrap_err();
        assert!(error.to_string().contains(text), "{error}");
        assert_eq!(error.kind(), ErrorKind::Sasl);
    }
}

#[test]
fn a_server_that_does_otherwise_is_told_of_without_a_runtime_too() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    for (answer, text) in ANSWERS {
        let client = thread::spawn(move || {
            BlockingClient::builder().sasl(alice()).connect(address).unwrap_err()
        });
        let (mut peer, _) = listener.accept().unwrap();
        peer.read_exact(&mut vec![0; login().len()]).unwrap();
        peer.write_all(answer).unwrap();
        drop(peer);
        let error = client.join().unwrap();
        // What comes at once is read at once.
        let text = text.split(" answered ").next().unwrap();
        assert!(error.to_string().contains(text), "{error}");
        assert_eq!(error.kind(), ErrorKind::Sasl);
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_takes_no_longer_than_connecting_may() {
    for come in [&b""[..], b"\x05", b"\x05\0\0\0\x01"] {
        let (ours, mut peer) = duplex(1 << 16);
        peer.write_all(come).await.unwrap();
        let start = Instant::now();
        let error = Client::builder().sasl(alice()).negotiate_over(ours).await.unwrap_err();
        assert_eq!(start.elapsed(), Duration::from_secs(10));
        assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
        assert!(error.to_string().ends_with("the server did not finish the SASL negotiation"));
    }
}

#[test]
fn a_silent_server_takes_no_longer_without_a_runtime() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let builder = BlockingClient::builder().connect_timeout(Duration::from_millis(100));
    let error = builder.sasl(alice()).connect(address).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    assert!(error.to_string().ends_with("the server did not finish the SASL negotiation"));
}
