//! Peers that negotiate as nobody should.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    sync::mpsc,
    time::Duration,
};

use thrift_runtime::{ErrorKind, Event, Timeouts, sasl::ServerSasl};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::Instant,
};

use crate::{
    decide, login, message, options, serve, serve_with, start, start_blocking, told, told_for,
};

/// What a peer may send, and what it is told, in pieces.
fn wrong() -> Vec<(Vec<u8>, u8, &'static str)> {
    let start = message(1, b"PLAIN");
    let after = |bytes: &[u8]| [&start[..], bytes].concat();
    vec![
        (message(1, b"GSSAPI"), 3, "unsupported mechanism \"GSSAPI\"; this server supports PLAIN"),
        (message(1, b"plain"), 3, "unsupported mechanism \"plain\"; this server supports PLAIN"),
        (message(1, b"PL\nIN"), 3, "unsupported mechanism \"PL\\nIN\"; this server supports PLAIN"),
        (message(1, &[b'A'; 1000]), 3, "unsupported mechanism \"AAAAAAAAAAAAAAAAAAAA…\"; this"),
        (b"\x01\x7f\xff\xff\xff".to_vec(), 4, "a message of 2147483647 bytes exceeds the limit"),
        (message(2, b"early"), 4, "START is expected here, not OK"),
        (message(5, b"early"), 4, "START is expected here, not COMPLETE"),
        (after(&start), 4, "OK or COMPLETE is expected here, not START"),
        (after(b"\x02\x7f\xff\xff\xff"), 4, "a message of 2147483647 bytes exceeds the limit"),
        (after(b"\x02\xff\xff\xff\xff"), 4, "a message of 4294967295 bytes exceeds the limit"),
        (after(b"\x06"), 4, "0x06 is no status of SASL"),
        (after(b"\x80\x01\0\x01"), 4, "0x80 is no status of SASL"),
        (after(&message(2, b"")), 3, "a login of PLAIN has three parts"),
        (after(&message(2, b"\0alice\0secret")), 3, "wrong user\nor password"),
    ]
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_is_told_at_once() {
    for (bytes, status, text) in wrong() {
        let start = Instant::now();
        let (told, served) = told_for(options(ServerSasl::plain(decide)), &bytes).await;
        assert_eq!(start.elapsed(), Duration::ZERO, "{text}");
        assert!(told.0 == status && told.1.starts_with(text), "{told:?}");
        let error = served.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Sasl, "{error}");
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_gives_up_is_told_nothing() {
    let (mut stream, serving) = serve();
    let bytes = [message(1, b"PLAIN"), message(3, b"no\nticket")].concat();
    stream.write_all(&bytes).await.unwrap();
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
    let error = serving.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), r#"the peer gave up the SASL negotiation: "no\nticket""#);
}

/// What a client of PLAIN sends, with a call.
fn conversation() -> Vec<u8> {
    let call = b"\x80\x01\0\x01\0\0\0\x04name\0\0\0\x01\0";
    [login(), (call.len() as u32).to_be_bytes().to_vec(), call.to_vec()].concat()
}

#[tokio::test(start_paused = true)]
async fn a_conversation_may_end_anywhere() {
    let all = conversation();
    for end in 0..=all.len() {
        let (mut stream, serving) = serve();
        stream.write_all(&all[..end]).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let served = serving.await.unwrap();
        // Before anything, after the login, and after the call.
        let whole = [0, login().len(), all.len()].contains(&end);
        match served {
            Ok(()) => assert!(whole || end < 6, "{end}"),
            Err(error) => assert!(!whole && error.is_closed(), "{end}: {error}"),
        }
        assert_eq!(answer.starts_with(b"\x05\0\0\0\0"), end >= login().len(), "{end}");
        assert_eq!(answer.len() > 5, end == all.len(), "{end}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_before_a_fault_are_answered() {
    let (login, all) = (login(), conversation());
    let call = &all[login.len()..];
    for fault in [&b""[..], b"\0", b"\0\0\0\x10\x80\x01", b"\x7f\xff\xff\xff"] {
        for concurrent_calls in [1, 4] {
            let mut options = options(ServerSasl::plain(decide));
            options.concurrent_calls = concurrent_calls;
            let (mut stream, serving) = serve_with(options);
            stream.write_all(&[&login, call, call, fault].concat()).await.unwrap();
            stream.shutdown().await.unwrap();
            assert_eq!(told(&mut stream).await, (5, String::new()));
            let mut answers = Vec::new();
            stream.read_to_end(&mut answers).await.unwrap();
            let answered = answers.windows(5).filter(|bytes| bytes == b"alice").count();
            assert_eq!(answered, 2, "{fault:02x?}, {concurrent_calls} at once");
            assert_eq!(serving.await.unwrap().is_err(), !fault.is_empty(), "{fault:02x?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_stops_is_given_up_in_time() {
    let all = conversation();
    let started = message(1, b"PLAIN").len();
    for end in [6, 9, started, started + 1, started + 5, login().len() - 1] {
        let (mut stream, serving) = serve();
        let start = Instant::now();
        stream.write_all(&all[..end]).await.unwrap();
        let error = serving.await.unwrap().unwrap_err();
        assert_eq!(error.to_string(), "the SASL negotiation did not end in time");
        assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Timeout, Duration::from_secs(10)));
    }
    // A drop now and then is no more.
    let (mut stream, serving) = serve();
    let start = Instant::now();
    let dripping = async {
        for byte in all {
            if stream.write_all(&[byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let (served, ()) = tokio::join!(serving, dripping);
    assert!(served.unwrap().unwrap_err().is_timeout());
    assert!(start.elapsed() <= Duration::from_secs(17), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn half_a_length_behind_a_call_is_a_part_of_a_message() {
    let (mut stream, serving) = serve();
    let start = Instant::now();
    stream.write_all(&[&conversation()[..], b"\0\0"].concat()).await.unwrap();
    let error = serving.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "the rest of a call did not arrive in time");
    assert_eq!(start.elapsed(), Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn an_empty_frame_ends_no_rest() {
    for part in [0, 1, 3] {
        let (mut stream, serving) = serve();
        stream.write_all(&conversation()).await.unwrap();
        assert_eq!(told(&mut stream).await, (5, String::new()));
        for bytes in [&[0; 4][..part], &[0; 4][part..]] {
            tokio::time::sleep(Duration::from_secs(1)).await;
            stream.write_all(bytes).await.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(100_000)).await;
        assert!(!serving.is_finished(), "{:?}", serving.await);
        // A part of one does.
        stream.write_all(&[0; 3]).await.unwrap();
        let start = Instant::now();
        assert!(serving.await.unwrap().unwrap_err().is_timeout());
        assert_eq!(start.elapsed(), Duration::from_secs(60));
    }
}

#[tokio::test(start_paused = true)]
async fn frames_that_lie_end_the_connection() {
    for frame in [&b"\x7f\xff\xff\xff"[..], b"\xff\xff\xff\xff", b"\x06\x40\x00\x01"] {
        let (mut stream, serving) = serve();
        stream.write_all(&[&login(), frame].concat()).await.unwrap();
        assert_eq!(told(&mut stream).await, (5, String::new()));
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
        let error = serving.await.unwrap().unwrap_err();
        assert!(error.is_limit(), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_plain_messages_are_in_frames() {
    for content in [
        &b"\0\0\0\x10\x80\x01\0\x01\0\0\0\x04name\0\0\0\x01\0"[..],
        b"\x78\x9c\0\0\0\0",
        b"POST / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"\0\0\0\x20\x0f\xff\0\0",
        b"\x01\0\0\0\x05PLAIN",
    ] {
        let (mut stream, serving) = serve();
        let frame = [&(content.len() as u32).to_be_bytes()[..], content].concat();
        stream.write_all(&[login(), frame].concat()).await.unwrap();
        assert_eq!(told(&mut stream).await, (5, String::new()));
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
        let error = serving.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Dialect, "{error}");
        assert!(
            error.to_string().ends_with("within SASL, whose frames must contain plain messages")
        );
    }
}

#[tokio::test]
async fn answers_can_be_read_though_more_was_sent_behind_a_fault() {
    let sasl = || ServerSasl::plain(decide);
    let address = start(|server| server.sasl(sasl())).await;
    let concurrent = start(|server| server.sasl(sasl()).concurrent_calls(4)).await;
    let blocking = start_blocking(|server| server.sasl(sasl()));
    for address in [address, concurrent, blocking] {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let fault = [0x7f; 100_000];
        stream.write_all(&[&conversation()[..], &fault].concat()).await.unwrap();
        // A reset would discard what has come.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        assert!(answer.windows(5).any(|bytes| bytes == b"alice"), "{}", answer.escape_ascii());
    }
}

/// What a blocking server says to bytes that are followed by the end.
fn told_by(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(bytes).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

#[test]
fn a_blocking_server_tells_the_same() {
    let (sender, closed) = mpsc::channel();
    let address = start_blocking(|server| {
        server.sasl(ServerSasl::plain(decide)).observer(move |event: &Event<'_>| {
            if let Event::Closed { .. } = event {
                let _ = sender.send(event.to_string());
            }
        })
    });
    for (bytes, status, text) in wrong() {
        let answer = told_by(address, &bytes);
        assert_eq!(answer[0], status);
        assert!(answer[5..].starts_with(text.as_bytes()), "{}", answer.escape_ascii());
        let told = closed.recv_timeout(Duration::from_secs(20)).unwrap();
        assert!(told.contains(text), "{told}");
    }
    let all = conversation();
    for end in 0..=all.len() {
        let answer = told_by(address, &all[..end]);
        assert_eq!(answer.starts_with(b"\x05\0\0\0\0"), end >= login().len(), "{end}");
        assert_eq!(answer.len() > 5, end == all.len(), "{end}");
    }
    let lie = told_by(address, &[&login()[..], b"\x7f\xff\xff\xff"].concat());
    assert_eq!(lie, b"\x05\0\0\0\0");
}

#[test]
fn a_blocking_server_gives_a_negotiation_up_in_time() {
    let mut timeouts = Timeouts::default();
    timeouts.handshake = Some(Duration::from_millis(50));
    let address =
        start_blocking(|server| server.sasl(ServerSasl::plain(decide)).timeouts(timeouts));
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(&message(1, b"PLAIN")).unwrap();
    assert_eq!(stream.read(&mut [0; 8]).unwrap(), 0);
    // Nor is a peer waited for that sends nothing, where there is only SASL.
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    assert_eq!(stream.read(&mut [0; 8]).unwrap(), 0);
}

#[test]
fn an_empty_frame_in_pieces_is_no_beginning_of_a_call_to_a_blocking_server() {
    let mut timeouts = Timeouts::default();
    timeouts.message = Some(Duration::from_secs(1));
    let address =
        start_blocking(|server| server.sasl(ServerSasl::plain(decide)).timeouts(timeouts));
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.set_nodelay(true).unwrap();
    let call = conversation().split_off(login().len());
    stream.write_all(&conversation()).unwrap();
    stream.read_exact(&mut [0; 5]).unwrap();
    read_frame(&mut stream);
    for _ in 0..2 {
        stream.write_all(&[0, 0]).unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    std::thread::sleep(Duration::from_millis(1200));
    let (part, rest) = call.split_at(10);
    stream.write_all(part).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    stream.write_all(rest).unwrap();
    read_frame(&mut stream);
}

/// Reads a frame.
pub(crate) fn read_frame(stream: &mut TcpStream) -> Vec<u8> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).unwrap();
    let mut frame = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut frame).unwrap();
    frame
}
