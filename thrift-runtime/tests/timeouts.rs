//! How long a server waits for its peers, on every transport.

#[path = "common/certificates.rs"]
mod certificates;
mod common;
#[path = "common/raw_tls.rs"]
mod raw_tls;

use std::time::Duration;

use certificates::Authority;
use common::{Add, Blob, DIALECTS, Nothing, Service};
use flate2::{Compress, Compression, FlushCompress};
use thrift_runtime::{
    Bytes, ConnectionOptions, Result, serve_connection,
    tls::{ServerTls, rustls::ClientConnection},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

const BUFFERED: common::Dialect = DIALECTS[0];
const FRAMED: common::Dialect = DIALECTS[1];

fn serve_with(
    service: &Service,
    options: ConnectionOptions,
) -> (DuplexStream, JoinHandle<Result<()>>) {
    let (ours, theirs) = duplex(4096);
    let service = service.clone();
    let serving = tokio::spawn(async move { serve_connection(theirs, service, &options).await });
    (ours, serving)
}

fn serve(options: ConnectionOptions) -> (DuplexStream, JoinHandle<Result<()>>) {
    serve_with(&Service::default(), options)
}

fn seconds(seconds: u64) -> Option<Duration> {
    Some(Duration::from_secs(seconds))
}

fn with_tls(plain: bool) -> ConnectionOptions {
    tls_of(&Authority::new(), plain)
}

fn tls_of(authority: &Authority, plain: bool) -> ConnectionOptions {
    let identity = authority.sign("localhost");
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap();
    let mut options = ConnectionOptions::default();
    options.tls = Some(if plain { tls.and_plain() } else { tls });
    options
}

/// Waits until the server has closed the connection, and says why and after how many seconds.
async fn closed(serving: JoinHandle<Result<()>>, start: Instant) -> (String, u64) {
    let served = timeout(Duration::from_secs(100_000), serving).await.expect("it ends");
    let error = served.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    (error.to_string(), start.elapsed().as_millis().div_ceil(1000) as u64)
}

/// Each in a piece of one compressed stream.
fn deflated<const N: usize>(pieces: [&[u8]; N]) -> [Vec<u8>; N] {
    let mut deflater = Compress::new(Compression::none(), true);
    pieces.map(|bytes| {
        let mut out = Vec::with_capacity(2 * bytes.len() + 100);
        deflater.compress_vec(bytes, &mut out, FlushCompress::Sync).unwrap();
        out
    })
}

fn post(body: &[u8]) -> Vec<u8> {
    let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A call of so many bytes, and one that follows it, on every transport.
fn calls(length: usize) -> Vec<(&'static str, [Vec<u8>; 2])> {
    // Nothing that could be compressed.
    let mut state = 1_u32;
    let bytes: Bytes = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(length)
    .collect();
    let call = |dialect: common::Dialect| dialect.call("echo", 1, &Blob { bytes: bytes.clone() });
    let envelope = [b"\x0f\xff\0\0\0\0\0\x07\0\x01\0\0\0\0", &*call(BUFFERED)].concat();
    let twice = |call: Vec<u8>| [call.clone(), call];
    vec![
        ("buffered", twice(call(BUFFERED))),
        ("framed", twice(call(FRAMED))),
        ("header", twice(FRAMED.frame(envelope))),
        ("http", twice(post(&call(BUFFERED)))),
        ("zlib", deflated([&call(FRAMED), &call(FRAMED)])),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_sends_nothing_is_left() {
    let defaults = ConnectionOptions::default();
    for (options, expected) in [(defaults, 60), (with_tls(true), 60), (with_tls(false), 10)] {
        let start = Instant::now();
        let (_stream, serving) = serve(options);
        let expected = ("the peer sent nothing in time".to_owned(), expected);
        assert_eq!(closed(serving, start).await, expected);
    }
}

/// What came fast before does not earn a peer a longer pause.
#[tokio::test(start_paused = true)]
async fn a_burst_is_not_followed_by_a_long_silence() {
    for (name, [call, _]) in calls(3_000_000) {
        let start = Instant::now();
        let (mut stream, serving) = serve(ConnectionOptions::default());
        stream.write_all(&call[..call.len() - 10]).await.unwrap();
        let expected = ("the rest of a call did not arrive in time".to_owned(), 60);
        assert_eq!(closed(serving, start).await, expected, "{name}");
    }
    for (name, [call, _]) in calls(3_000_000) {
        let start = Instant::now();
        let (mut stream, serving) = serve(ConnectionOptions::default());
        stream.write_all(&call).await.unwrap();
        stream.read_exact(&mut vec![0; 1_000_000]).await.unwrap();
        let expected = ("the peer did not read its answers in time".to_owned(), 60);
        assert_eq!(closed(serving, start).await, expected, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_has_its_time_from_the_beginning_of_the_connection() {
    for plain in [false, true] {
        let start = Instant::now();
        let (mut stream, serving) = serve(with_tls(plain));
        sleep(Duration::from_secs(8)).await;
        tokio::spawn(async move {
            for byte in b"\x16\x03\x01\x02\x00\x01\x00".iter().cycle() {
                if stream.write_all(&[*byte]).await.is_err() {
                    return;
                }
                sleep(Duration::from_millis(100)).await;
            }
        });
        let (_, after) = closed(serving, start).await;
        assert_eq!(after, 10);
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_trickles_in_is_left() {
    for concurrent_calls in [1, 4] {
        for (transport, call) in calls(2000) {
            // From the beginning, and after a call.
            for calls_before in [0, 1] {
                let mut options = ConnectionOptions::default();
                options.concurrent_calls = concurrent_calls;
                options.timeouts.message = seconds(20);
                let (mut stream, serving) = serve(options);
                if calls_before > 0 {
                    stream.write_all(&call[0]).await.unwrap();
                    assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
                    sleep(Duration::from_secs(5)).await;
                }
                let start = Instant::now();
                let trickle = call[calls_before].clone();
                tokio::spawn(async move {
                    for byte in trickle {
                        if stream.write_all(&[byte]).await.is_err() {
                            return;
                        }
                        sleep(Duration::from_millis(500)).await;
                    }
                });
                let expected = ("the rest of a call did not arrive in time".to_owned(), 20);
                assert_eq!(closed(serving, start).await, expected, "{transport}");
            }
        }
    }
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let length = format!("{:x}\r\n", body.len());
    [&head[..], length.as_bytes(), body, b"\r\n0\r\n\r\n"].concat()
}

/// Does a handshake with a server.
async fn shake_hands(stream: &mut DuplexStream, authority: &Authority) -> ClientConnection {
    let mut session = raw_tls::session(&authority.pem);
    loop {
        let records = raw_tls::sealed(&mut session, b"");
        stream.write_all(&records).await.unwrap();
        if !session.is_handshaking() {
            return session;
        }
        let mut arrived = vec![0; 4096];
        let count = stream.read(&mut arrived).await.unwrap();
        session.read_tls(&mut &arrived[..count]).unwrap();
        session.process_new_packets().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_part_of_a_message_behind_a_whole_one_is_no_rest() {
    let options = || {
        let mut options = ConnectionOptions::default();
        options.timeouts.message = seconds(20);
        options
    };
    let expected = ("the rest of a call did not arrive in time".to_owned(), 20);
    let chunks = chunked(&BUFFERED.call("add", 1, &Add { a: 1, b: 1 }));
    let mut calls = calls(300);
    calls.push(("chunked http", [chunks.clone(), chunks]));
    for (transport, [call, next]) in calls {
        // The first bytes of a compressed block say nothing, and the last ones end it.
        let ends = if transport == "zlib" { 20 } else { 1 };
        for part in [ends, 40, next.len() / 2, next.len() - ends] {
            let (mut stream, serving) = serve(options());
            stream.write_all(&[&*call, &next[..part]].concat()).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
            let start = Instant::now();
            assert_eq!(closed(serving, start).await, expected, "{part} bytes over {transport}");
        }
    }
    let authority = Authority::new();
    let secure = |options: ConnectionOptions| {
        let timeouts = options.timeouts;
        let mut options = tls_of(&authority, false);
        options.timeouts = timeouts;
        options
    };
    for (transport, call) in [
        ("framed", FRAMED.call("add", 1, &Add { a: 1, b: 1 })),
        ("http", post(&BUFFERED.call("add", 1, &Add { a: 1, b: 1 }))),
    ] {
        for part in [1, 4, 5, 6, 20] {
            let (mut stream, serving) = serve(secure(options()));
            let mut session = shake_hands(&mut stream, &authority).await;
            let [first, next] = [(); 2].map(|()| raw_tls::sealed(&mut session, &call));
            stream.write_all(&[&*first, &next[..part]].concat()).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
            let start = Instant::now();
            let what = format!("{part} bytes of a record over {transport} in TLS");
            assert_eq!(closed(serving, start).await, expected, "{what}");
        }
        // One that has whole messages only rests.
        let (mut stream, _serving) = serve(secure(options()));
        let mut session = shake_hands(&mut stream, &authority).await;
        for _ in 0..2 {
            let records = raw_tls::sealed(&mut session, &[&*call, &*call].concat());
            stream.write_all(&records).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.expect(transport), 0);
            sleep(Duration::from_secs(100_000)).await;
        }
    }
}

/// As a peer that does not read cannot.
#[tokio::test(start_paused = true)]
async fn a_peer_that_reads_too_late_is_left_after_its_call() {
    for concurrent_calls in [1, 4] {
        for cancels in [false, true] {
            let service = Service::default();
            let mut options = ConnectionOptions::default();
            options.concurrent_calls = concurrent_calls;
            options.cancel_abandoned_calls = cancels;
            let (mut stream, serving) = serve_with(&service, options);
            let blob = Blob { bytes: Bytes::from(vec![7; 20_000]) };
            let waits = FRAMED.call("wait", 2, &Nothing {});
            stream.write_all(&[FRAMED.call("echo", 1, &blob), waits].concat()).await.unwrap();
            let start = Instant::now();
            sleep(Duration::from_secs(80)).await;
            assert_eq!(serving.is_finished(), cancels, "{concurrent_calls}");
            // It reads at last, and its call ends.
            tokio::spawn(async move { tokio::io::copy(&mut stream, &mut tokio::io::sink()).await });
            sleep(Duration::from_secs(10)).await;
            service.gate.add_permits(1);
            let after = if cancels { 80 } else { 90 };
            let (error, ended) = closed(serving, start).await;
            assert_eq!(error, "the peer did not read its answers in time", "{concurrent_calls}");
            assert!((after..=after + 11).contains(&ended), "{ended} s of {concurrent_calls}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_large_message_at_the_least_rate_is_waited_for() {
    for (transport, call) in calls(100_000) {
        let mut options = ConnectionOptions::default();
        options.timeouts.message = seconds(5);
        let (mut stream, serving) = serve(options);
        for piece in call[0].chunks(1100) {
            stream.write_all(piece).await.unwrap();
            sleep(Duration::from_secs(1)).await;
        }
        let mut answer = vec![0; 100_000];
        stream.read_exact(&mut answer).await.expect(transport);
        drop(stream);
        let _ = serving.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_is_left() {
    for concurrent_calls in [1, 4] {
        for (transport, call) in calls(20_000) {
            // Nothing is read, or less than enough.
            for read in [0, 100] {
                let mut options = ConnectionOptions::default();
                options.concurrent_calls = concurrent_calls;
                let (stream, serving) = serve(options);
                let (mut reading, mut writing) = tokio::io::split(stream);
                writing.write_all(&call[0]).await.expect(transport);
                let start = Instant::now();
                let slow = tokio::spawn(async move {
                    while read > 0 && reading.read_exact(&mut vec![0; read]).await.is_ok() {
                        sleep(Duration::from_secs(1)).await;
                    }
                    std::future::pending::<()>().await;
                });
                let (error, after) = closed(serving, start).await;
                assert_eq!(error, "the peer did not read its answers in time", "{transport}");
                assert!((60..=70).contains(&after), "{after} s over {transport}");
                slow.abort();
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_may_rest_as_long_as_it_is_told_to() {
    for idle in [None, seconds(600)] {
        for (transport, call) in calls(10) {
            let mut options = ConnectionOptions::default();
            options.timeouts.idle = idle;
            let (mut stream, serving) = serve(options);
            sleep(Duration::from_secs(59)).await;
            stream.write_all(&call[0]).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0, "{transport}");
            let start = Instant::now();
            if idle.is_none() {
                sleep(Duration::from_secs(100_000)).await;
                stream.write_all(&call[1]).await.unwrap();
                assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0, "{transport}");
            } else {
                let expected = ("the connection was idle".to_owned(), 600);
                assert_eq!(closed(serving, start).await, expected, "{transport}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_rests_after_a_request_that_is_no_call() {
    let (mut stream, serving) = serve(ConnectionOptions::default());
    for _ in 0..2 {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
        sleep(Duration::from_secs(100_000)).await;
    }
    stream.write_all(&post(&BUFFERED.call("add", 1, &Add { a: 1, b: 1 }))).await.unwrap();
    assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
    drop(stream);
    serving.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_call_may_take_longer_than_anything_else() {
    for concurrent_calls in [1, 4] {
        for wrap in [|call| call, |call: Vec<u8>| post(&call)] {
            let mut options = ConnectionOptions::default();
            options.concurrent_calls = concurrent_calls;
            options.timeouts.idle = seconds(1);
            options.timeouts.age = seconds(1);
            let service = Service::default();
            let (mut stream, _serving) = serve_with(&service, options);
            stream.write_all(&wrap(BUFFERED.call("wait", 1, &Nothing {}))).await.unwrap();
            sleep(Duration::from_secs(10_000)).await;
            service.gate.add_permits(1);
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_old_ends_between_calls() {
    let mut ends = Vec::new();
    for _ in 0..20 {
        let mut options = ConnectionOptions::default();
        options.timeouts.age = seconds(1000);
        let start = Instant::now();
        let (mut stream, serving) = serve(options);
        let call = BUFFERED.call("add", 1, &Add { a: 1, b: 1 });
        loop {
            if stream.write_all(&call).await.is_err() {
                break;
            }
            let mut answer = BUFFERED.sum(1, 2);
            if stream.read_exact(&mut answer).await.is_err() {
                break;
            }
            sleep(Duration::from_secs(1)).await;
        }
        serving.await.unwrap().unwrap();
        ends.push(start.elapsed().as_secs());
    }
    assert!(ends.iter().all(|end| (899..=1102).contains(end)), "{ends:?}");
    ends.dedup();
    assert!(ends.len() > 1, "they end together");
}
