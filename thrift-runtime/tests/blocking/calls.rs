//! Calls, their answers and their deadlines.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, atomic::Ordering, mpsc},
    thread,
    time::Duration,
};

use thrift_runtime::{
    ApplicationErrorKind, BlockingClient, BlockingServer, Bytes, Delivery, ErrorKind, Event,
    Limits, PeerAddr, Timeouts,
};

use crate::{
    ExtendedServiceBlocking, ExtendedServiceBlockingClient, ExtendedServiceHalfError,
    ExtendedServiceProcessor, Handler, Odd, TestServiceBlocking, TestServiceBlockingClient, start,
};

#[test]
fn calls_are_answered_in_both_framings() {
    let (address, handler) = start(|server| server);
    let buffered = TestServiceBlockingClient::connect(address).unwrap();
    let framed = BlockingClient::builder().framed().connect(address).unwrap();
    for client in [&buffered, &TestServiceBlockingClient::new(framed)] {
        assert_eq!(client.add(1, 2).unwrap(), 3);
        let large = Bytes::from(vec![7; 1 << 20]);
        assert_eq!(client.echo(large.clone()).unwrap(), large);
        let error = client.fail("no".into()).unwrap_err();
        assert_eq!(error.as_application().unwrap().kind(), ApplicationErrorKind(42));
        assert!(client.panic().unwrap_err().is_application());
        client.note("x".into()).unwrap();
        assert_eq!(client.add(3, 4).unwrap(), 7);
    }
    assert_eq!(handler.notes.load(Ordering::SeqCst), 2);
}

#[cfg(all(feature = "compact", feature = "json"))]
#[test]
fn every_protocol_is_spoken() {
    let (address, _) = start(|server| server);
    let builder = BlockingClient::builder().protocol(thrift_runtime::CompactProtocol);
    let compact = TestServiceBlockingClient::new(builder.connect(address).unwrap());
    assert_eq!(compact.add(1, 2).unwrap(), 3);
    let builder = BlockingClient::builder().protocol(thrift_runtime::JsonProtocol).framed();
    let json = TestServiceBlockingClient::new(builder.connect(address).unwrap());
    assert_eq!(json.add(1, 2).unwrap(), 3);
}

#[test]
fn a_call_that_takes_too_long_closes_the_connection() {
    let (address, _) = start(|server| server);
    let builder = BlockingClient::builder().call_timeout(Duration::from_millis(50));
    let client = TestServiceBlockingClient::new(builder.connect(address).unwrap());
    assert_eq!(client.add(1, 2).unwrap(), 3);
    let error = client.wait().unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.to_string(), "no reply to wait came within 50ms");
    for _ in 0..2 {
        let error = client.add(1, 2).unwrap_err();
        assert!(error.is_closed());
        let text = "the connection is closed: no reply to wait came within 50ms";
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn errors_of_connecting_and_listening_say_where() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let error = BlockingServer::bind(address).unwrap_err();
    let text = format!("cannot listen at {address}: ");
    assert!(error.is_io() && error.to_string().starts_with(&text), "{error:?}");
    drop(taken);
    for patience in [None, Some(Duration::from_secs(20))] {
        let builder = BlockingClient::builder().connect_timeout(patience);
        let error = builder.connect(address).unwrap_err();
        let text = format!("cannot connect to {address}: ");
        assert!(error.is_io() && error.to_string().starts_with(&text), "{error:?}");
    }
    let error = BlockingClient::connect("no port").unwrap_err();
    assert!(error.to_string().starts_with("cannot resolve the address: "), "{error}");
}

#[test]
fn a_service_that_extends_another_has_its_methods() {
    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    thread::spawn(move || server.serve(ExtendedServiceProcessor::blocking(Handler::default())));
    let client = ExtendedServiceBlockingClient::connect(address).unwrap();
    assert_eq!(client.add(1, 2).unwrap(), 3);
    assert_eq!(client.half(8).unwrap(), 4);
    let error = client.half(7).unwrap_err();
    assert!(matches!(error, ExtendedServiceHalfError::Odd(Odd { number: 7 })), "{error:?}");
}

#[test]
fn threads_share_a_client() {
    let (address, _) = start(|server| server);
    let client = TestServiceBlockingClient::connect(address).unwrap();
    thread::scope(|scope| {
        for thread in 0..8 {
            let client = client.clone();
            scope.spawn(move || {
                for n in 0..50 {
                    assert_eq!(client.add(thread * 100, n).unwrap(), thread * 100 + n);
                }
            });
        }
    });
}

fn message_timeout(timeout: Duration) -> Timeouts {
    let mut timeouts = Timeouts::default();
    timeouts.message = Some(timeout);
    timeouts
}

#[test]
fn garbage_and_silence_harm_nobody_and_connections_are_bounded() {
    let timeouts = message_timeout(Duration::from_millis(100));
    let (address, _) = start(|server| server.max_connections(2).timeouts(timeouts));
    for garbage in [&[0xff; 4096][..], &[0; 4096], b"\x78\x9c\0\0", b"\x80\x01\0\x01"] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(garbage).unwrap();
        let closed = stream.read(&mut [0; 64]);
        assert!(closed.is_ok_and(|count| count == 0) || garbage.len() > 100);
    }
    let one = TestServiceBlockingClient::connect(address).unwrap();
    assert_eq!(one.add(1, 2).unwrap(), 3);
}

#[test]
fn peers_on_the_wrong_port_are_told() {
    let (address, _) = start(|server| server);
    for (bytes, told) in [
        (&b"\x16\x03\x01\x02\x00\x01\x00"[..], &b"\x15\x03\x03\0\x02\x02\x28"[..]),
        (b"POST / HTTP/1.1\r\n\r\n", b"HTTP/1.1 501 "),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\0\0\0\x04\0\0\0\0\0\0\0\x2a\x07"),
        (b"\0\0\0\x0f\x7f\0\0\x01tinit check", b"\0\0\0\x3e\x80\0\0\x01"),
        (b"\0\0\x51\0\0\0\0\x04\0\0\x01\0\0", b"\0\0\x3b\0\0\0\0\x2c"),
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(told), "{answer:02x?}");
    }
}

#[test]
fn why_connections_fail_is_told() {
    let (sender, told) = mpsc::channel();
    let timeouts = message_timeout(Duration::from_millis(50));
    let (address, _) = start(|server| {
        server.timeouts(timeouts).observer(move |event: &Event<'_>| {
            if let Some(error) = event.error() {
                sender.send((event.peer().unwrap(), error.kind())).unwrap();
            }
        })
    });
    let client = TestServiceBlockingClient::connect(address).unwrap();
    assert_eq!(client.add(1, 2).unwrap(), 3);
    drop(client);
    for (bytes, ended, kind) in [
        (&b"POST / HTTP/1.1\r\n\r\n"[..], true, ErrorKind::Dialect),
        (b"\x16\x03\x01\x02\x00\x01", true, ErrorKind::Dialect),
        (b"\xff\xff\xff\xff", true, ErrorKind::Dialect),
        (b"\x80\x01\0\x01\0\0\0\x03ad", true, ErrorKind::Closed),
        (b"\x80\x01\0\x01\0\0\0\x03ad", false, ErrorKind::Timeout),
    ] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(bytes).unwrap();
        if ended {
            stream.shutdown(Shutdown::Write).unwrap();
        }
        let expected = (PeerAddr::Tcp(stream.local_addr().unwrap()), kind);
        assert_eq!(told.recv_timeout(Duration::from_secs(60)).unwrap(), expected);
    }
}

#[test]
fn a_socket_that_listens_already_is_served() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = BlockingServer::from_listener(listener);
    let address = server.local_addr().unwrap();
    let shutdown = server.shutdown_handle();
    let processor = ExtendedServiceProcessor::blocking(Handler::default());
    let serving = thread::spawn(move || server.serve(processor));
    let builder = BlockingClient::builder().framed().buffered().connect_timeout(None);
    let client = builder.connect(address).unwrap();
    assert_eq!(TestServiceBlockingClient::new(&client).add(1, 2).unwrap(), 3);
    let shared = TestServiceBlockingClient::new(Arc::new(client));
    assert_eq!(shared.add(3, 4).unwrap(), 7);
    shutdown.begin();
    serving.join().unwrap();
}

#[test]
fn a_peer_that_answers_otherwise_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 100]);
        stream.write_all(b"\0\0\0\x10\x80\x01\0\x02").unwrap();
        thread::park();
    });
    let client = TestServiceBlockingClient::connect(address).unwrap();
    assert_eq!(client.add(1, 2).unwrap_err().kind(), ErrorKind::Dialect);
}

#[test]
fn a_peer_that_never_answers_may_speak_otherwise() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 100]);
    });
    let client = TestServiceBlockingClient::connect(address).unwrap();
    let error = client.add(1, 2).unwrap_err();
    let hint = "it may expect another framing or protocol";
    assert!(error.is_closed() && error.to_string().contains(hint), "{error}");
}

/// Reads from a peer until it has sent this many bytes.
fn read(stream: &mut TcpStream, count: usize) {
    stream.read_exact(&mut vec![0; count]).unwrap();
}

#[test]
fn a_reply_to_a_oneway_call_is_dropped() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        for seqid in [0, 2] {
            // `note("x")`, and `add(1, 2)`.
            read(&mut stream, 16 + 8 + 1);
            read(&mut stream, 15 + 14 + 1);
            // An exception of type 1 for `note`, and 3 for `add`.
            let unknown = [b"\x80\x01\0\x03\0\0\0\x04note\0\0\0", &[seqid][..]].concat();
            let sum = [b"\x80\x01\0\x02\0\0\0\x03add\0\0\0", &[seqid + 1][..]].concat();
            let body: &[u8] = b"\x08\0\x02\0\0\0\x01\0";
            let sum_body: &[u8] = b"\x08\0\0\0\0\0\x03\0";
            stream.write_all(&[&unknown, body, &sum, sum_body].concat()).unwrap();
        }
    });
    let client = TestServiceBlockingClient::connect(address).unwrap();
    for _ in 0..2 {
        client.note("x".into()).unwrap();
        assert_eq!(client.add(1, 2).unwrap(), 3);
    }
    serving.join().unwrap();
}

#[test]
fn peers_that_are_slow_or_gone_do_not_keep_a_thread() {
    let mut timeouts = message_timeout(Duration::from_millis(200));
    timeouts.first_byte = Some(Duration::from_millis(100));
    timeouts.write = Some(Duration::from_millis(200));
    timeouts.idle = Some(Duration::from_millis(150));
    let (sender, told) = mpsc::channel();
    let (address, _) = start(|server| {
        server.max_connections(1).timeouts(timeouts).observer(move |event: &Event<'_>| {
            if let Event::Closed { why, .. } = event {
                sender.send(why.to_string()).unwrap();
            }
        })
    });
    let next = || told.recv_timeout(Duration::from_secs(20)).unwrap();
    let connect = || TcpStream::connect(address).unwrap();
    let silent = connect();
    assert_eq!(next(), "the peer sent nothing in time");

    let mut trickling = connect();
    let trickle = thread::spawn(move || {
        let call = b"\x80\x01\0\x01\0\0\0\x04echo\0\0\0\0\x0b\0\x01\0\0\x40\0";
        for byte in call.iter().chain([0; 400].iter()) {
            if trickling.write_all(&[*byte]).is_err() {
                return true;
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    });
    assert_eq!(next(), "the rest of a call did not arrive in time");
    assert!(trickle.join().unwrap());

    // Its answer is more than sockets hold.
    let head = b"\x80\x01\0\x01\0\0\0\x04echo\0\0\0\0\x0b\0\x01\x02\0\0\0";
    let call = [head, &vec![0; 32 << 20][..], &[0]].concat();
    let mut unread = connect();
    unread.write_all(&call).unwrap();
    assert_eq!(next(), "the peer did not read its answers in time");

    let idle = TestServiceBlockingClient::connect(address).unwrap();
    assert_eq!(idle.add(1, 2).unwrap(), 3);
    assert_eq!(next(), "the connection was idle");
    drop((silent, unread, idle));
}

#[test]
fn a_reply_in_a_frame_that_is_too_large_fails_its_call_alone() {
    let (address, _) = start(|server| server);
    let mut limits = Limits::default();
    limits.frame_size = 1000;
    let client = BlockingClient::builder().framed().limits(limits).connect(address).unwrap();
    let client = TestServiceBlockingClient::new(client);
    for n in 0..2 {
        let error = client.echo(vec![7; 1 << 20].into()).unwrap_err();
        assert!(error.is_limit(), "{error:?}");
        assert_eq!(client.add(n, 2).unwrap(), n + 2);
    }
}

/// A client whose peer answers each call with the bytes for it, and closes after the last of them.
fn answered(answers: &'static [&'static [u8]]) -> TestServiceBlockingClient {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = BlockingClient::builder().framed().connect(listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut peer = listener.accept().unwrap().0;
        for answer in answers {
            let _ = peer.read(&mut [0; 1000]);
            peer.write_all(answer).unwrap();
        }
    });
    TestServiceBlockingClient::new(client.unwrap())
}

/// A frame that never comes whole is not waited for, as its length says already what is wrong.
#[test]
fn a_frame_that_is_too_large_is_told_of_before_it_has_come() {
    const TOO_LARGE: &[u8] = b"\x01\xff\xff\0\x80\x01\0\x02\0\0\0\x03add\0\0\0\0";
    let client = answered(&[TOO_LARGE, b"more of it"]);
    let error = client.add(1, 2).unwrap_err();
    assert!(error.is_limit(), "{error:?}");
    // It is still what comes.
    let error = client.add(1, 2).unwrap_err();
    assert!(error.is_closed(), "{error:?}");
    assert!(format!("{error:#}").contains("within a message"), "{error:#}");
}

#[test]
fn a_reply_that_is_cut_is_told_from_none() {
    let within = |answers| format!("{:#}", answered(answers).add(1, 2).unwrap_err());
    assert!(within(&[b"\0\0\0\x40\x80\x01"]).contains("within a message"));
    assert!(!within(&[b""]).contains("within a message"));
}

#[test]
fn errors_say_whether_a_call_may_have_been_processed() {
    let (address, _) = start(|server| server);
    let connect = || BlockingClient::builder().call_timeout(Duration::from_millis(50));
    let client = TestServiceBlockingClient::new(connect().connect(address).unwrap());
    assert_eq!(client.wait().unwrap_err().delivery(), Delivery::Possible);
    // Its connection is closed now.
    assert_eq!(client.add(1, 2).unwrap_err().delivery(), Delivery::NotSent);
    let plain = connect().connect(address).unwrap().with_header("a", "b");
    let error = TestServiceBlockingClient::new(plain).add(1, 2).unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotSent);

    // One that reads nothing cannot process a call that is large enough.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = connect().connect(listener.local_addr().unwrap()).unwrap();
    let (_silent, _) = listener.accept().unwrap();
    let client = TestServiceBlockingClient::new(client);
    let error = client.echo(vec![7; 32 << 20].into()).unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.delivery(), Delivery::NotSent);

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TestServiceBlockingClient::connect(listener.local_addr().unwrap()).unwrap();
    let (mut peer, _) = listener.accept().unwrap();
    thread::spawn(move || peer.read(&mut [0; 100]));
    let error = client.add(1, 2).unwrap_err();
    assert!(error.is_closed(), "{error:?}");
    assert_eq!(error.delivery(), Delivery::Possible);
}

#[test]
fn a_peer_of_sasl_is_refused_in_its_own_words() {
    let (address, _) = start(|server| server);
    for bytes in [&b"\x01\0\0\0\x05PLAIN\x02\0\0\0\x04\0u\0p"[..], b"\x01\x7f\xff\xff\xff"] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let text = "this server takes no SASL; connect without it (Hive: NOSASL)";
        assert_eq!(answer, [b"\x03\0\0\0\x3c", text.as_bytes()].concat());
    }
}

#[test]
fn what_a_server_of_sasl_says_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    for (answer, told) in [
        (&b"\x04\0\0\0\x13Invalid status -128"[..], "Invalid status -128"),
        (b"\x04\0\0\0\x13Invalid", "Invalid"),
    ] {
        let client = TestServiceBlockingClient::connect(address).unwrap();
        let (mut peer, _) = listener.accept().unwrap();
        let called = thread::spawn(move || client.add(1, 2).unwrap_err());
        peer.read_exact(&mut [0; 5]).unwrap();
        peer.write_all(answer).unwrap();
        peer.shutdown(Shutdown::Write).unwrap();
        let error = called.join().unwrap();
        assert_eq!(error.kind(), ErrorKind::Dialect, "{error}");
        assert!(
            error.to_string().contains(&format!("without it: \"{told}\"; set `sasl`")),
            "{error}"
        );
    }
}
