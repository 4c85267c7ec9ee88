//! What bounds a client: calls in flight, what is to be sent, what a peer announces.

use std::time::Duration;

use crate::{
    BUFFERED, FRAMED, adding,
    common::{Blob, DIALECTS, Dialect, Returned, Text, add, settle},
};
use thrift_runtime::{Bytes, Client, Limits, protocol::MessageType};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinSet,
};

#[tokio::test(start_paused = true)]
async fn calls_in_flight_are_limited() {
    let (ours, mut peer) = duplex(1 << 16);
    let client = Client::builder().max_in_flight(1).over(ours);
    let mut calls = JoinSet::new();
    for n in 0..3 {
        let client = client.clone();
        calls.spawn(async move { add(&client, n, n).await });
    }
    for _ in 0..3 {
        let call = BUFFERED.read(&mut peer).await;
        let more = tokio::time::timeout(Duration::from_secs(1), peer.read_u8()).await;
        assert!(more.is_err(), "a second call was sent");
        peer.write_all(&BUFFERED.sum(call.seqid, 1)).await.unwrap();
        assert_eq!(calls.join_next().await.unwrap().unwrap().unwrap(), 1);
    }
    // A call that is given up counts until its reply comes.
    let dropped = tokio::time::timeout(Duration::from_secs(1), add(&client, 1, 1)).await;
    assert!(dropped.is_err());
    let call = BUFFERED.read(&mut peer).await;
    let waiting = tokio::time::timeout(Duration::from_secs(1), add(&client, 1, 1)).await;
    assert!(waiting.is_err());
    let more = tokio::time::timeout(Duration::from_secs(1), peer.read_u8()).await;
    assert!(more.is_err(), "it did not count");
    peer.write_all(&BUFFERED.sum(call.seqid, 1)).await.unwrap();
    crate::common::call_oneway(&client, "note", &Text::default()).await.unwrap();
    assert_eq!(BUFFERED.read(&mut peer).await.kind, MessageType::Oneway);
}

#[tokio::test(start_paused = true)]
async fn callers_wait_while_too_much_is_to_be_sent() {
    for size in [10_000, 100_000] {
        let (ours, mut peer) = duplex(64);
        let client = Client::builder().call_timeout(None).over(ours);
        let blob = Blob { bytes: Bytes::from(vec![7; size]) };
        for _ in 0..20_000_000 / size {
            // Nobody reads yet, so nobody waits. Those that are dropped before there is room for
            // them are not sent.
            let call = crate::common::call_oneway(&client, "note", &blob);
            assert!(tokio::time::timeout(Duration::ZERO, call).await.is_err());
        }
        let reading = tokio::spawn(async move {
            let mut sent = Vec::new();
            peer.read_to_end(&mut sent).await.unwrap();
            sent.len()
        });
        crate::common::call_oneway(&client, "note", &blob).await.unwrap();
        drop(client);
        let sent = reading.await.unwrap();
        assert!(sent > 500_000 && sent < 10_000_000, "nothing bounds the calls to be sent: {sent}");
    }
}

/// A client that takes frames of 1,000 bytes at most.
fn with_small_frames(dialect: Dialect) -> (Client, DuplexStream) {
    let (ours, peer) = duplex(1 << 12);
    let mut limits = Limits::default();
    limits.frame_size = 1000;
    let builder = Client::builder().protocol(dialect.protocol).framed().limits(limits);
    (builder.over(ours), peer)
}

#[tokio::test(start_paused = true)]
async fn a_reply_in_a_frame_that_is_too_large_fails_its_call_alone() {
    for dialect in DIALECTS.into_iter().filter(|dialect| dialect.framed) {
        let (client, mut peer) = with_small_frames(dialect);
        let calls = [adding(&client, 1, 1), adding(&client, 2, 2), adding(&client, 3, 3)];
        for _ in 0..3 {
            dialect.read(&mut peer).await;
        }
        let large = Returned { success: Some("x".repeat(20 << 20)) };
        let bytes = [dialect.sum(0, 2), dialect.reply("add", 1, &large), dialect.sum(2, 6)];
        // Byte by byte where something begins.
        for bytes in bytes {
            let (first, rest) = bytes.split_at(bytes.len().min(40));
            for byte in first {
                peer.write_all(&[*byte]).await.unwrap();
                settle().await;
            }
            peer.write_all(rest).await.unwrap();
        }
        let [first, second, third] = calls;
        assert_eq!(first.await.unwrap().unwrap(), 2);
        let error = second.await.unwrap().unwrap_err();
        assert!(error.is_limit(), "{error:?}");
        assert_eq!(third.await.unwrap().unwrap(), 6);

        // Also if nobody waits for it any more, and for one that is oneway. It takes no place.
        let dropped = tokio::time::timeout(Duration::from_secs(1), add(&client, 1, 1)).await;
        assert!(dropped.is_err());
        let seqid = dialect.read(&mut peer).await.seqid;
        peer.write_all(&dialect.reply("add", seqid, &large)).await.unwrap();
        crate::common::call_oneway(&client, "note", &Text::default()).await.unwrap();
        let seqid = dialect.read(&mut peer).await.seqid;
        peer.write_all(&dialect.reply("note", seqid, &large)).await.unwrap();
        let call = adding(&client, 4, 4);
        let seqid = dialect.read(&mut peer).await.seqid;
        peer.write_all(&dialect.sum(seqid, 8)).await.unwrap();
        assert_eq!(call.await.unwrap().unwrap(), 8);
    }
}

#[tokio::test(start_paused = true)]
async fn a_frame_that_is_too_large_and_answers_nothing_ends_the_connection() {
    let name = "x".repeat(100_000);
    for frame in [
        FRAMED.reply("add", 7, &Returned { success: Some(name.clone()) }),
        FRAMED.reply(&name, 0, &Returned { success: Some(1) }),
        [&b"\x00\x00\x03\xe9"[..], &[0x80, 1, 0, 2, 0xff, 0xff, 0xff, 0xff], &[0; 1000]].concat(),
    ] {
        let (client, mut peer) = with_small_frames(FRAMED);
        let call = adding(&client, 1, 1);
        FRAMED.read(&mut peer).await;
        let _ = peer.write_all(&frame).await;
        assert!(call.await.unwrap().unwrap_err().is_limit());
        assert!(client.is_closed());
    }
}
