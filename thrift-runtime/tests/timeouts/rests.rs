//! Connections between calls, and during long ones.

use std::time::Duration;

use thrift_runtime::ConnectionOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, sleep, timeout},
};

use crate::{
    BUFFERED,
    certificates::Authority,
    closed,
    common::{Add, Blob, Nothing, Service},
    raw_tls, seconds, serve, serve_with, tls_of,
    transports::{Open, TRANSPORTS, calls, open, post, shake_hands},
};

#[tokio::test(start_paused = true)]
async fn a_connection_may_rest_as_long_as_it_is_told_to() {
    for idle in [None, seconds(600)] {
        let mut options = ConnectionOptions::default();
        options.timeouts.idle = idle;
        for transport in TRANSPORTS {
            let Open { mut stream, serving, calls } = open(transport, 10, &options).await;
            sleep(Duration::from_secs(59)).await;
            stream.write_all(&calls[0]).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0, "{transport}");
            let start = Instant::now();
            if idle.is_none() {
                sleep(Duration::from_secs(100_000)).await;
                stream.write_all(&calls[1]).await.unwrap();
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
async fn an_empty_line_behind_a_request_is_no_part_of_another() {
    let (mut stream, serving) = serve(ConnectionOptions::default());
    let call = post(&BUFFERED.call("add", 1, &Add { a: 1, b: 1 }));
    for _ in 0..2 {
        stream.write_all(&[&*call, b"\r\n"].concat()).await.unwrap();
        assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
        sleep(Duration::from_secs(100_000)).await;
    }
    drop(stream);
    serving.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_no_part_of_a_message_ends_no_rest() {
    for transport in ["http", "zlib", "tls"] {
        for part in [0, 1] {
            let authority = Authority::new();
            let tls = transport == "tls";
            let options = tls_of(&authority, true);
            let (mut stream, serving) = serve(options);
            let within = if tls { "framed" } else { transport };
            let mut calls = calls(10)
                .into_iter()
                .find_map(|(name, all)| (name == within).then_some(all))
                .unwrap();
            let nothing = match transport {
                "http" => b"\r\n".to_vec(),
                // A call is whole without the last bytes of its flush.
                "zlib" => calls[0].split_off(calls[0].len() - 2),
                _ => {
                    let mut session = shake_hands(&mut stream, &authority).await;
                    // The tickets for later sessions.
                    let _ = timeout(Duration::from_millis(1), stream.read(&mut [0; 4096])).await;
                    let call = raw_tls::sealed(&mut session, &calls[0]);
                    session.refresh_traffic_keys().unwrap();
                    let update = raw_tls::sealed(&mut session, b"");
                    calls = [call, raw_tls::sealed(&mut session, &calls[1])];
                    update
                }
            };
            stream.write_all(&calls[0]).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0, "{transport}");
            // Each in a packet of its own.
            for bytes in [&nothing[..part], &nothing[part..]] {
                sleep(Duration::from_secs(1)).await;
                stream.write_all(bytes).await.unwrap();
            }
            sleep(Duration::from_secs(100_000)).await;
            assert!(!serving.is_finished(), "{transport}: {:?}", serving.await);
            stream.write_all(&calls[1]).await.unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0, "{transport}");
        }
    }
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

#[tokio::test(start_paused = true)]
async fn any_time_may_be_set_to_the_longest_that_there_is() {
    let mut options = ConnectionOptions::default();
    let longest = Some(Duration::MAX);
    options.timeouts.first_byte = longest;
    options.timeouts.handshake = longest;
    options.timeouts.message = longest;
    options.timeouts.write = longest;
    options.timeouts.idle = longest;
    options.timeouts.age = longest;
    // Each connection has an age of its own.
    for _ in 0..20 {
        for transport in TRANSPORTS {
            let Open { mut stream, serving, calls } = open(transport, 10, &options).await;
            for call in &calls[..2] {
                stream.write_all(call).await.unwrap();
                assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0, "{transport}");
                sleep(Duration::from_secs(100_000)).await;
            }
            drop(stream);
            // It has not panicked.
            let _ = serving.await.unwrap();
        }
    }
}

/// A peer that takes a reply slowly does not rest.
#[tokio::test(start_paused = true)]
async fn a_reply_may_take_longer_than_a_rest() {
    const BYTES: usize = 20_000;
    let echo = BUFFERED.call("echo", 1, &Blob { bytes: vec![7; BYTES].into() });
    for concurrent_calls in [1, 4] {
        for wrap in [|call| call, |call: Vec<u8>| post(&call)] {
            let mut options = ConnectionOptions::default();
            options.concurrent_calls = concurrent_calls;
            options.timeouts.idle = seconds(2);
            let (mut stream, _serving) = serve(options);
            stream.write_all(&wrap(echo.clone())).await.unwrap();
            let (mut count, mut space) = (0, [0; 1000]);
            while count < BYTES {
                sleep(Duration::from_secs(1)).await;
                let more = stream.read(&mut space).await.unwrap();
                assert_ne!(more, 0, "{concurrent_calls}: {count} bytes came");
                count += more;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_rests_ends_when_it_is_old() {
    let mut options = ConnectionOptions::default();
    options.timeouts.age = seconds(1000);
    for transport in TRANSPORTS {
        let Open { mut stream, serving, calls } = open(transport, 10, &options).await;
        let start = Instant::now();
        stream.write_all(&calls[0]).await.unwrap();
        assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0, "{transport}");
        serving.await.unwrap().expect(transport);
        let end = start.elapsed().as_secs();
        assert!((899..=1102).contains(&end), "{end} s over {transport}");
    }
}
