//! Oneway calls: when they are done, and what is left when a client closes.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    BUFFERED, FRAMED, client_and_peer,
    common::{DIALECTS, Text, add, call_oneway, settle},
    waiting,
};
use thrift_runtime::{Client, Result};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, DuplexStream, ReadBuf, duplex},
    runtime,
    task::JoinSet,
    time::{Instant, timeout},
};

async fn note(client: &Client, text: &str) -> Result<()> {
    call_oneway(client, "note", &Text { text: text.into() }).await
}

/// A runtime of one thread, as that of a small program.
fn small_runtime() -> runtime::Runtime {
    runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_oneway_call_that_returned_arrives_though_the_program_ends() {
    for dialect in DIALECTS {
        let (ours, mut theirs) = duplex(1 << 16);
        small_runtime().block_on(async {
            let client = crate::over(ours, dialect);
            note(&client, "x").await.unwrap();
        });
        let received = small_runtime().block_on(dialect.read(&mut theirs));
        assert_eq!(received.name, b"note");
    }
}

#[tokio::test(start_paused = true)]
async fn a_oneway_call_waits_until_it_is_sent() {
    let (ours, mut peer) = duplex(16);
    let client = Client::from_stream(ours).with_timeout(Duration::from_secs(3));
    let start = Instant::now();
    let error = note(&client, "more than the stream takes").await.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 3);
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.to_string(), "note was not sent within 3s");

    let second = tokio::spawn({
        let client = client.clone();
        async move { note(&client, "y").await }
    });
    settle().await;
    assert!(!second.is_finished());
    for seqid in 0..2 {
        assert_eq!(BUFFERED.read(&mut peer).await.seqid, seqid);
    }
    second.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_oneway_call_that_cannot_be_sent_fails() {
    let (ours, peer) = duplex(16);
    let client = Client::from_stream(ours);
    let calls: Vec<_> = (0..3)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { note(&client, "more than the stream takes").await })
        })
        .collect();
    settle().await;
    drop(peer);
    for call in calls {
        assert!(call.await.unwrap().unwrap_err().is_closed());
    }
}

#[test]
fn a_oneway_call_fails_if_its_runtime_ends_before_it_is_sent() {
    let (ours, _peer) = duplex(16);
    let (theirs, own) = (small_runtime(), small_runtime());
    let client = theirs.block_on(async { Client::from_stream(ours) });
    let call = own.spawn(async move { note(&client, "x").await });
    own.block_on(tokio::task::yield_now());
    drop(theirs);
    assert!(own.block_on(call).unwrap().unwrap_err().is_closed());
}

/// Counts how often a stream is written to.
struct Counted(DuplexStream, Arc<AtomicUsize>);

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[tokio::test(start_paused = true)]
async fn oneway_calls_at_once_share_a_write() {
    let (ours, _peer) = duplex(1 << 20);
    let writes = Arc::new(AtomicUsize::new(0));
    let client = Client::from_stream(Counted(ours, Arc::clone(&writes)));
    let mut calls = JoinSet::new();
    for _ in 0..64 {
        let client = client.clone();
        calls.spawn(async move {
            for _ in 0..10 {
                note(&client, "x").await.unwrap();
            }
        });
    }
    calls.join_all().await;
    let writes = writes.load(Ordering::SeqCst);
    assert!((10..=20).contains(&writes), "{writes} writes");
}

#[tokio::test(start_paused = true)]
async fn flushing_waits_for_all_calls_before() {
    let (ours, mut peer) = duplex(16);
    let client = Client::from_stream(ours).with_timeout(Duration::from_secs(3));
    client.flush().await.unwrap();
    assert!(timeout(Duration::ZERO, note(&client, "more than the stream takes")).await.is_err());
    let error = client.flush().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    let flushing = tokio::spawn({
        let client = client.clone();
        async move { client.flush().await }
    });
    settle().await;
    assert!(!flushing.is_finished());
    assert_eq!(BUFFERED.read(&mut peer).await.name, b"note");
    flushing.await.unwrap().unwrap();
    client.flush().await.unwrap();

    assert!(timeout(Duration::ZERO, note(&client, "more than the stream takes")).await.is_err());
    drop(peer);
    assert!(client.flush().await.unwrap_err().is_closed());
}

#[tokio::test(start_paused = true)]
async fn closing_sends_what_is_left_and_ends_all_calls() {
    let (ours, mut peer) = duplex(16);
    let client = Client::builder().framed().over(ours);
    let call = waiting(&client);
    FRAMED.read(&mut peer).await;
    let sending = tokio::spawn({
        let client = client.clone();
        async move { note(&client, "more than the stream takes").await }
    });
    settle().await;
    let closing = tokio::spawn({
        let client = client.clone();
        async move { client.close().await }
    });
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_closed(), "{error:?}");
    let error = add(&client, 1, 1).await.unwrap_err();
    assert!(error.is_closed(), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the connection is closed: this client has closed the connection"
    );
    assert!(!sending.is_finished() && !closing.is_finished());
    assert_eq!(FRAMED.read(&mut peer).await.name, b"note");
    assert_eq!(peer.read(&mut [0; 8]).await.unwrap(), 0);
    drop(peer);
    sending.await.unwrap().unwrap();
    closing.await.unwrap().unwrap();
    client.close().await.unwrap();
    client.flush().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn closing_takes_no_longer_than_ten_seconds() {
    let (client, _peer) = client_and_peer(BUFFERED);
    let start = Instant::now();
    client.close().await.unwrap();
    assert!(start.elapsed() <= Duration::from_secs(10));

    let (ours, _peer) = duplex(16);
    let client = Client::from_stream(ours);
    assert!(timeout(Duration::ZERO, note(&client, "more than the stream takes")).await.is_err());
    let start = Instant::now();
    let error = client.close().await.unwrap_err();
    assert!(start.elapsed() <= Duration::from_secs(10));
    let text = "the connection is closed: the peer did not accept the remaining calls within 5s";
    assert_eq!(error.to_string(), text);
}
