//! Peers that fall silent, and when they are given up.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use crate::{
    BUFFERED, adding, client_of,
    common::{Service, Text, add, call_oneway, settle, wait},
    waiting,
};
use thrift_runtime::{Client, Reconnecting};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    time::{Instant, sleep},
};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_connection_on_which_calls_time_out_one_after_another_is_left() {
    // The peer reads everything, or nothing.
    for space in [1 << 20, 16] {
        let connections = Arc::new(AtomicU32::new(0));
        let channel = Reconnecting::new({
            let connections = Arc::clone(&connections);
            move || {
                let first = connections.fetch_add(1, Ordering::SeqCst) == 0;
                async move {
                    if !first {
                        return Ok(client_of(&Service::default(), BUFFERED));
                    }
                    let (ours, frozen) = duplex(space);
                    tokio::spawn(async move {
                        sleep(1000 * SECOND).await;
                        drop(frozen);
                    });
                    Ok(Client::from_stream(ours))
                }
            }
        })
        .with_timeout(SECOND);
        let patient = tokio::spawn({
            let channel = channel.with_timeout(None);
            async move { wait(&channel).await }
        });
        for _ in 0..3 {
            assert!(add(&channel, 1, 1).await.unwrap_err().is_timeout());
        }
        let error = patient.await.unwrap().unwrap_err();
        assert!(error.is_closed(), "{error:?}");
        let text = "the peer sent nothing while 3 calls timed out";
        assert!(error.to_string().ends_with(text), "{error}");
        for _ in 0..10 {
            assert_eq!(add(&channel, 1, 1).await.unwrap(), 2);
        }
        assert_eq!(connections.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_find_no_place_in_flight_count_too() {
    let (ours, mut peer) = duplex(1 << 16);
    let client = Client::builder().max_in_flight(1).over(ours);
    let call = waiting(&client.with_timeout(None));
    settle().await;
    for _ in 0..3 {
        let error = add(&client.with_timeout(SECOND), 1, 1).await.unwrap_err();
        assert_eq!(error.to_string(), "add was not sent within 1s");
    }
    assert!(call.await.unwrap().unwrap_err().is_closed());
    peer.read_to_end(&mut Vec::new()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn oneway_calls_that_cannot_be_sent_count_too() {
    let (ours, _peer) = duplex(16);
    let client = Client::from_stream(ours).with_timeout(SECOND);
    for _ in 0..3 {
        let note = Text { text: "more than the stream takes".into() };
        assert!(call_oneway(&client, "note", &note).await.unwrap_err().is_timeout());
    }
    settle().await;
    assert!(client.is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_is_slow_or_answers_others_is_kept() {
    let (ours, mut peer) = duplex(1 << 16);
    let client = Client::from_stream(ours);
    // It pauses for a moment, in which many calls give up.
    let hasty = client.with_timeout(Duration::from_millis(5));
    for _ in 0..50 {
        assert!(add(&hasty, 1, 1).await.unwrap_err().is_timeout());
    }
    peer.write_all(&BUFFERED.sum(0, 2)).await.unwrap();
    // It answers, but the call before the last each time.
    for seqid in 1..20 {
        assert!(add(&client.with_timeout(SECOND), 1, 1).await.unwrap_err().is_timeout());
        peer.write_all(&BUFFERED.sum(seqid, 2)).await.unwrap();
    }
    assert!(!client.is_closed());

    let (ours, _peer) = duplex(1 << 16);
    let client = Client::builder().max_timeouts(None).over(ours).with_timeout(SECOND);
    for _ in 0..20 {
        assert!(add(&client, 1, 1).await.unwrap_err().is_timeout());
    }
    assert!(!client.is_closed());
}

#[tokio::test(start_paused = true)]
async fn silence_while_replies_are_due_ends_the_connection() {
    let (ours, mut peer) = duplex(1 << 16);
    let client = Client::builder().silence_timeout(10 * SECOND).call_timeout(None).over(ours);
    sleep(1000 * SECOND).await;
    assert!(!client.is_closed(), "no reply was due");
    let call = adding(&client, 1, 1);
    let seqid = BUFFERED.read(&mut peer).await.seqid;
    for byte in BUFFERED.sum(seqid, 2) {
        sleep(9 * SECOND).await;
        peer.write_all(&[byte]).await.unwrap();
    }
    assert_eq!(call.await.unwrap().unwrap(), 2);
    sleep(1000 * SECOND).await;

    let start = Instant::now();
    let call = adding(&client, 1, 1);
    sleep(6 * SECOND).await;
    let error = waiting(&client).await.unwrap().unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 10);
    for error in [error, call.await.unwrap().unwrap_err()] {
        assert!(error.is_closed(), "{error:?}");
        let text = "the peer sent nothing for 10s while calls waited for replies";
        assert!(error.to_string().ends_with(text), "{error}");
    }
    assert!(client.is_closed());
}
