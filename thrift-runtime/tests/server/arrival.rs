//! How calls arrive, and how answers leave.

use std::time::Duration;

use crate::{
    BUFFERED,
    common::{Add, Blob, DIALECTS, Nothing, Returned, Service, settle},
    exchange, send_and_never_read, serve, serve_with,
};
use thrift_runtime::{Bytes, ConnectionOptions, protocol::MessageType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test(start_paused = true)]
async fn calls_arrive_a_byte_at_a_time() {
    for dialect in DIALECTS {
        let (mut stream, _serving) = serve(&Service::default());
        for seqid in 0..3 {
            for byte in dialect.call("add", seqid, &Add { a: seqid, b: 1 }) {
                stream.write_all(&[byte]).await.unwrap();
                settle().await;
            }
            let mut answer = dialect.sum(seqid, seqid + 1);
            let expected = answer.clone();
            stream.read_exact(&mut answer).await.unwrap();
            assert_eq!(answer, expected);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_calls_arrive_in_one_write() {
    for dialect in DIALECTS {
        let calls: Vec<u8> =
            (0..1000).flat_map(|n| dialect.call("add", n, &Add { a: n, b: n })).collect();
        let sums: Vec<u8> = (0..1000).flat_map(|n| dialect.sum(n, 2 * n)).collect();
        let (answer, served) = exchange(&calls).await;
        assert!(answer == sums, "{dialect:?}");
        served.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn large_messages_arrive_in_pieces_between_small_ones() {
    for dialect in DIALECTS {
        let mut calls = Vec::new();
        let mut expected = Vec::new();
        for (seqid, size) in [(0, 10), (1, 1 << 20), (2, 20_000), (3, 0), (4, 3 << 20), (5, 5)] {
            let bytes = Bytes::from(vec![seqid as u8; size]);
            calls.extend(dialect.call("echo", seqid, &Blob { bytes: bytes.clone() }));
            expected.extend(dialect.reply("echo", seqid, &Returned { success: Some(bytes) }));
        }
        let (stream, serving) = serve(&Service::default());
        let (mut read, mut write) = tokio::io::split(stream);
        let writing = tokio::spawn(async move {
            for piece in calls.chunks(77_777) {
                write.write_all(piece).await.unwrap();
            }
            write.shutdown().await.unwrap();
        });
        let mut answer = Vec::new();
        read.read_to_end(&mut answer).await.unwrap();
        assert!(answer == expected, "{dialect:?}");
        writing.await.unwrap();
        serving.await.unwrap().unwrap();
    }
}

#[cfg(feature = "json")]
#[tokio::test(start_paused = true)]
async fn a_long_header_arrives_a_byte_at_a_time() {
    let name = "n".repeat(10_000);
    let call = format!("[1,\"{name}\",1,7,{{}}]");
    let (whole, served) = exchange(call.as_bytes()).await;
    served.unwrap();
    assert!(whole.starts_with(format!("[1,\"{name}\",3,7,").as_bytes()));
    let (mut stream, _serving) = serve(&Service::default());
    for _ in 0..2 {
        for byte in call.bytes() {
            stream.write_all(&[byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        let mut answer = vec![0; whole.len()];
        stream.read_exact(&mut answer).await.unwrap();
        assert!(answer == whole);
    }
}

/// On a runtime of one thread, too.
#[tokio::test(start_paused = true)]
async fn other_tasks_have_their_turn_while_calls_are_answered() {
    let calls = BUFFERED.message(MessageType::Oneway, b"unknown", 1, &Nothing {}).repeat(20_000);
    let (mut stream, serving) = serve(&Service::default());
    stream.write_all(&calls).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut turns = 0;
    while !serving.is_finished() {
        turns += 1;
        tokio::task::yield_now().await;
    }
    serving.await.unwrap().unwrap();
    assert!(turns > 50, "{turns} turns");
}

#[tokio::test(start_paused = true)]
async fn a_finished_answer_does_not_wait_for_a_slower_handler() {
    for dialect in DIALECTS {
        let service = Service::default();
        let (mut stream, _serving) = serve(&service);
        let mut bytes = dialect.call("add", 1, &Add { a: 1, b: 1 });
        bytes.extend(dialect.call("wait", 2, &Nothing {}));
        bytes.extend(dialect.call("add", 3, &Add { a: 2, b: 2 }));
        stream.write_all(&bytes).await.unwrap();
        let mut answer = dialect.sum(1, 2);
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer, dialect.sum(1, 2));
        service.gate.add_permits(1);
        assert_eq!(dialect.read(&mut stream).await.seqid, 2);
        assert_eq!(dialect.read(&mut stream).await.seqid, 3);
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_half_close_calls_that_were_received_are_answered() {
    let service = Service::default();
    let (mut stream, serving) = serve(&service);
    stream.write_all(&BUFFERED.call("wait", 1, &Nothing {})).await.unwrap();
    stream.write_all(&BUFFERED.call("add", 2, &Add { a: 1, b: 1 })).await.unwrap();
    stream.shutdown().await.unwrap();
    settle().await;
    service.gate.add_permits(1);
    assert_eq!(BUFFERED.read(&mut stream).await.seqid, 1);
    assert_eq!(BUFFERED.read(&mut stream).await.seqid, 2);
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
    serving.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_is_not_read_from() {
    for size in [1000, 100_000] {
        send_and_never_read(ConnectionOptions::default(), size).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_stands_still_is_closed() {
    let mut options = ConnectionOptions::default();
    options.timeouts.first_byte = Some(Duration::from_secs(10));
    options.timeouts.message = Some(Duration::from_secs(5));
    let start = tokio::time::Instant::now();
    let (_stream, serving) = serve_with(&Service::default(), options.clone());
    assert!(serving.await.unwrap().unwrap_err().is_timeout());
    assert_eq!(start.elapsed().as_secs(), 10);

    let (mut stream, serving) = serve_with(&Service::default(), options);
    stream.write_all(b"\x80\x01\x00\x01\x00").await.unwrap();
    assert!(serving.await.unwrap().unwrap_err().is_timeout());
    assert_eq!(start.elapsed().as_secs(), 15);
}
