//! Messages that do not come in time, or are not read.

use std::time::Duration;

use thrift_runtime::{Bytes, ConnectionOptions};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, sleep},
};

use crate::{
    FRAMED, closed,
    common::{Blob, Nothing, Service},
    seconds, serve, serve_with,
    transports::{Open, TRANSPORTS, open},
    with_tls,
};

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
        // From the beginning, and after a call.
        for calls_before in [0, 1] {
            let mut options = ConnectionOptions::default();
            options.concurrent_calls = concurrent_calls;
            options.timeouts.message = seconds(20);
            for transport in TRANSPORTS {
                let Open { mut stream, serving, calls } = open(transport, 2000, &options).await;
                if calls_before > 0 {
                    stream.write_all(&calls[0]).await.unwrap();
                    assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
                    sleep(Duration::from_secs(5)).await;
                }
                let start = Instant::now();
                let trickle = calls[calls_before].clone();
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

#[tokio::test(start_paused = true)]
async fn a_large_message_at_the_least_rate_is_waited_for() {
    let mut options = ConnectionOptions::default();
    options.timeouts.message = seconds(5);
    for transport in TRANSPORTS {
        let Open { mut stream, serving, calls } = open(transport, 100_000, &options).await;
        for piece in calls[0].chunks(1100) {
            stream.write_all(piece).await.unwrap();
            sleep(Duration::from_secs(1)).await;
        }
        let mut answer = vec![0; 100_000];
        stream.read_exact(&mut answer).await.expect(transport);
        drop(stream);
        let _ = serving.await.unwrap();
    }
}

/// What came fast before does not earn a peer a longer pause.
#[tokio::test(start_paused = true)]
async fn a_burst_is_not_followed_by_a_long_silence() {
    let options = ConnectionOptions::default();
    for transport in TRANSPORTS {
        let Open { mut stream, serving, calls } = open(transport, 3_000_000, &options).await;
        let start = Instant::now();
        stream.write_all(&calls[0][..calls[0].len() - 10]).await.unwrap();
        let expected = ("the rest of a call did not arrive in time".to_owned(), 60);
        assert_eq!(closed(serving, start).await, expected, "{transport}");
    }
    for transport in TRANSPORTS {
        let Open { mut stream, serving, calls } = open(transport, 3_000_000, &options).await;
        let start = Instant::now();
        stream.write_all(&calls[0]).await.unwrap();
        stream.read_exact(&mut vec![0; 1_000_000]).await.unwrap();
        let expected = ("the peer did not read its answers in time".to_owned(), 60);
        assert_eq!(closed(serving, start).await, expected, "{transport}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_is_left() {
    for concurrent_calls in [1, 4] {
        // Nothing is read, or less than enough.
        for read in [0, 100] {
            let mut options = ConnectionOptions::default();
            options.concurrent_calls = concurrent_calls;
            for transport in TRANSPORTS {
                let Open { stream, serving, calls } = open(transport, 20_000, &options).await;
                let (mut reading, mut writing) = tokio::io::split(stream);
                writing.write_all(&calls[0]).await.expect(transport);
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
