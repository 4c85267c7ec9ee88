//! What an observer is told.

use std::{io::Write, net::Shutdown, time::Duration};

use socket2::SockRef;
use thrift_runtime::{
    ConnectionOptions, Event, Server, UdpServer, protocol::MessageType, tls::ServerTls,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
    time::sleep,
};

use crate::{
    BUFFERED, PATIENCE, TRANSPORTS,
    certificates::Authority,
    common::{Add, Nothing, Service, Text, settle},
    observer, over, raw_tls, serve, start,
};

/// Closes a socket in a way that the other end finds a reset.
fn reset(stream: TcpStream) {
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
}

async fn blocking<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(run)).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_resets_between_calls_has_closed() {
    for concurrent_calls in [1, 4] {
        for transport in TRANSPORTS {
            let (address, told) =
                start(Service::default(), |server| server.concurrent_calls(concurrent_calls)).await;
            // One that checks whether the server is there.
            let stream = TcpStream::connect(address).await.unwrap();
            assert_eq!(told.next(), "connected");
            reset(stream);
            assert_eq!(told.next(), "closed: by the peer");

            let mut stream = TcpStream::connect(address).await.unwrap();
            let calls = over(transport, &[BUFFERED.call("add", 1, &Add { a: 1, b: 2 })]);
            stream.write_all(&calls[0]).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
            reset(stream);
            let events = [told.next(), told.next()];
            assert_eq!(events, ["connected", "closed: by the peer"], "{transport}");

            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(&calls[0][..calls[0].len() - 10]).await.unwrap();
            stream.flush().await.unwrap();
            assert_eq!(told.next(), "connected");
            sleep(Duration::from_millis(20)).await;
            reset(stream);
            assert_ne!(told.next(), "closed: by the peer", "{transport}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_leaves_tls_between_calls_has_closed() {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap();
    let (address, told) = start(Service::default(), |server| server.tls(tls)).await;
    let told = blocking(move || {
        let call = BUFFERED.call("add", 0, &Add { a: 1, b: 2 });
        let ask = || {
            let mut peer = raw_tls::connect(address, &authority.pem);
            peer.write_all(&call).unwrap();
            raw_tls::read_until(&mut peer, &BUFFERED.sum(0, 3));
            assert_eq!(told.next(), "connected");
            peer
        };
        raw_tls::just_close(ask());
        assert_eq!(told.next(), "closed: by the peer");
        let peer = ask();
        peer.sock.set_nodelay(true).unwrap();
        SockRef::from(&peer.sock).set_linger(Some(Duration::ZERO)).unwrap();
        drop(peer);
        assert_eq!(told.next(), "closed: by the peer");
        told
    })
    .await;
    // A handshake that fails is told apart.
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"\x16\x03\x01\0\x05hello").await.unwrap();
    assert_eq!(told.next(), "connected");
    assert_eq!(told.next(), "the handshake failed");
}

#[tokio::test(start_paused = true)]
async fn why_a_connection_ends_is_told() {
    let add = BUFFERED.call("add", 1, &Add { a: 1, b: 2 });
    for transport in TRANSPORTS {
        for (limit, expected) in [
            ("idle", "closed: the connection was idle"),
            ("age", "closed: the connection reached its maximum age"),
            ("message", "closed: the rest of a call did not arrive in time"),
        ] {
            let mut options = ConnectionOptions::default();
            let patience = Some(Duration::from_secs(100));
            match limit {
                "idle" => options.timeouts.idle = patience,
                "age" => options.timeouts.age = patience,
                _ => {}
            }
            let (mut stream, told) = serve(Service::default(), options);
            let calls = over(transport, &[add.clone(), add.clone()]);
            stream.write_all(&calls[0]).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
            if limit == "message" {
                stream.write_all(&calls[1][..calls[1].len() - 10]).await.unwrap();
            }
            sleep(Duration::from_secs(130)).await;
            assert_eq!(told.all(), ["connected", expected], "{transport}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_server_is_told() {
    for patience in [None, Some(Duration::ZERO)] {
        let (observer, told) = observer();
        let server = Server::bind("127.0.0.1:0").await.unwrap().observer(observer);
        let (address, shutdown) = (server.local_addr().unwrap(), server.shutdown_handle());
        let serving = tokio::spawn(server.serve(Service::default()));
        let mut stream = TcpStream::connect(address).await.unwrap();
        assert_eq!(told.next(), "connected");
        let expected = match patience {
            None => {
                shutdown.begin();
                "closed: the server was shut down"
            }
            Some(patience) => {
                stream.write_all(&BUFFERED.call("wait", 1, &Nothing {})).await.unwrap();
                sleep(Duration::from_millis(50)).await;
                shutdown.begin_within(patience);
                "closed: the connection was dropped"
            }
        };
        serving.await.unwrap();
        assert_eq!(told.all(), [expected]);
    }
}

#[tokio::test]
async fn messages_that_cannot_be_read_and_panics_are_told() {
    let mut short = BUFFERED.call("add", 1, &Add { a: 1, b: 2 });
    let last = short.len() - 8;
    // A type that there is not.
    short[last] = 99;
    for transport in TRANSPORTS {
        // Without a frame, the end of such a message is unknown, so that the connection fails.
        let framed = !matches!(transport, "buffered" | "zlib");
        let (mut stream, told) = serve(Service::default(), ConnectionOptions::default());
        let panic = BUFFERED.call("panic", 2, &Nothing {});
        let calls = if framed { vec![short.clone(), panic] } else { vec![panic, short.clone()] };
        for call in over(transport, &calls) {
            stream.write_all(&call).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
        }
        drop(stream);
        settle().await;
        let mut told = told.all();
        told.truncate(3);
        let (unreadable, panicked) = if framed { (1, 2) } else { (2, 1) };
        let start = if framed { "a message cannot be read: " } else { "closed: " };
        assert!(told[unreadable].starts_with(start), "{transport}: {told:?}");
        assert!(told[unreadable].ends_with("type id 99 is unknown"), "{transport}: {told:?}");
        assert_eq!((&*told[0], &*told[panicked]), ("connected", "panic panicked"), "{transport}");
    }
}

#[tokio::test]
async fn a_body_of_http_that_is_no_message_is_told() {
    let (mut stream, told) = serve(Service::default(), ConnectionOptions::default());
    let call = over("http", &[b"hello, is it you I look for".to_vec()]).remove(0);
    stream.write_all(&call).await.unwrap();
    assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
    let told = told.all();
    assert!(
        told[1].starts_with("a message cannot be read: the peer does not speak Thrift"),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_reply_that_is_too_large_is_told() {
    for transport in ["buffered", "framed", "http", "zlib"] {
        let mut options = ConnectionOptions::default();
        options.limits.message_size = 20;
        let (mut stream, told) = serve(Service::default(), options);
        let call = over(transport, &[BUFFERED.call("peer", 1, &Nothing {})]).remove(0);
        stream.write_all(&call).await.unwrap();
        assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0, "{transport}");
        let expected = ["connected", "the reply of peer was too large, with 28 bytes"];
        assert_eq!(told.all(), expected, "{transport}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn that_no_connection_can_be_accepted_is_told() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let copy = listener.try_clone().unwrap();
    let (observer, told) = observer();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let server = Server::from_listener(listener).observer(observer);
    tokio::spawn(server.serve(Service::default()));
    SockRef::from(&copy).shutdown(Shutdown::Both).unwrap();
    for _ in 0..2 {
        let event = told.next();
        assert!(event.starts_with("cannot accept a connection: "), "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn datagrams_that_hold_no_call_are_told() {
    let (observer, told) = observer();
    let server = UdpServer::bind("127.0.0.1:0").await.unwrap().observer(observer);
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Service::default()));
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let panic = BUFFERED.message(MessageType::Oneway, b"panic", 1, &Nothing {});
    let text = BUFFERED.message(MessageType::Oneway, b"note", 1, &Text { text: "x".into() });
    for datagram in [&b"nothing of the kind"[..], &text, &panic] {
        socket.send_to(datagram, address).await.unwrap();
    }
    let event = told.next();
    assert!(event.starts_with("a message cannot be read: "), "{event}");
    assert_eq!(told.next(), "panic panicked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_observer_that_panics_harms_nobody() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let server = server.observer(|_: &Event<'_>| panic!("as it was asked to"));
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Service::default()));
    for _ in 0..2 {
        let client = thrift_runtime::Client::connect(address).await.unwrap();
        assert_eq!(crate::common::add(&client, 1, 2).await.unwrap(), 3);
    }
}
