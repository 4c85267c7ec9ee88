//! What bounds a client: calls in flight, what is to be sent, what a peer announces.

use std::time::Duration;

use crate::{
    BUFFERED, FRAMED, adding,
    common::{Blob, Text, add},
};
use thrift_runtime::{Bytes, Client, Limits, protocol::MessageType};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
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

#[tokio::test(start_paused = true)]
async fn a_frame_that_is_announced_too_long_ends_the_connection() {
    let (ours, mut peer) = duplex(1 << 16);
    let mut limits = Limits::default();
    limits.frame_size = 1000;
    let client = Client::builder().framed().limits(limits).over(ours);
    let call = adding(&client, 1, 1);
    FRAMED.read(&mut peer).await;
    peer.write_all(b"\x00\x00\x03\xe9\x80\x01").await.unwrap();
    assert!(call.await.unwrap().unwrap_err().is_limit());
}
