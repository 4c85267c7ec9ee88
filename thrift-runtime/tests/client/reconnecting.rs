//! Channels that outlive their connections.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use crate::{
    BUFFERED, FRAMED, client_of,
    common::{Service, Text, add, call_oneway, settle, wait},
};
use thrift_runtime::{Client, Delivery, ErrorKind, Reconnecting, Server};
use tokio::{
    io::{AsyncWriteExt, duplex},
    net::TcpListener,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_server_may_end_and_come_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let channel = Reconnecting::new(move || Client::connect(address));
    assert!(add(&channel, 1, 1).await.unwrap_err().is_io(), "nobody is there yet");
    for _ in 0..3 {
        let server = Server::bind(address).await.unwrap();
        let shutdown = server.shutdown_handle();
        let serving = tokio::spawn(server.serve(Service::default()));
        assert_eq!(add(&channel, 1, 1).await.unwrap(), 2);
        let connection = channel.client().await.unwrap();
        assert_eq!(add(&connection, 1, 2).await.unwrap(), 3);
        shutdown.begin();
        serving.await.unwrap();
        timeout(PATIENCE, async {
            while !connection.is_closed() {
                sleep(Duration::from_millis(1)).await;
            }
        })
        .await
        .unwrap();
        let error = add(&channel, 1, 1).await.unwrap_err();
        let text = format!("cannot connect to {address}: ");
        assert!(error.is_io() && error.to_string().starts_with(&text), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_share_an_attempt_and_its_outcome() {
    let attempts = Arc::new(AtomicU32::new(0));
    let channel = Reconnecting::new({
        let attempts = Arc::clone(&attempts);
        move || {
            let attempt = attempts.fetch_add(1, Ordering::SeqCst);
            async move {
                sleep(Duration::from_secs(5)).await;
                match attempt {
                    0 => Client::connect("no port").await,
                    _ => Ok(client_of(&Service::default(), FRAMED)),
                }
            }
        }
    });
    for (attempt, good) in [(1, false), (2, true), (2, true)] {
        let mut calls = JoinSet::new();
        for n in 0..50 {
            let channel = channel.clone();
            calls.spawn(async move { add(&channel, n, 1).await.map(|sum| assert_eq!(sum, n + 1)) });
        }
        for outcome in calls.join_all().await {
            assert_eq!(outcome.is_ok(), good, "{outcome:?}");
        }
        assert_eq!(attempts.load(Ordering::SeqCst), attempt);
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_given_up_harms_nobody() {
    let attempts = Arc::new(AtomicU32::new(0));
    let channel = Reconnecting::new({
        let attempts = Arc::clone(&attempts);
        move || {
            let attempt = attempts.fetch_add(1, Ordering::SeqCst);
            async move {
                if attempt == 0 {
                    std::future::pending::<()>().await;
                }
                Ok(client_of(&Service::default(), FRAMED))
            }
        }
    });
    assert!(timeout(Duration::from_secs(1), add(&channel, 1, 1)).await.is_err());
    assert_eq!(add(&channel, 1, 1).await.unwrap(), 2);
}

/// A channel whose server closes every connection when the first call comes, or answers that call
/// and then closes. Counts the connections.
fn closing(answers: bool) -> (Reconnecting, Arc<AtomicU32>) {
    let connections = Arc::new(AtomicU32::new(0));
    let channel = Reconnecting::new({
        let connections = Arc::clone(&connections);
        move || {
            connections.fetch_add(1, Ordering::SeqCst);
            let (ours, mut theirs) = duplex(1 << 16);
            tokio::spawn(async move {
                let seqid = BUFFERED.read(&mut theirs).await.seqid;
                if answers {
                    theirs.write_all(&BUFFERED.sum(seqid, 2)).await.unwrap();
                }
            });
            async move { Ok(Client::from_stream(ours)) }
        }
    });
    (channel, connections)
}

#[tokio::test(start_paused = true)]
async fn attempts_pause_while_connections_end_before_a_reply() {
    let (channel, connections) = closing(false);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        assert!(add(&channel, 1, 1).await.unwrap_err().is_closed());
    }
    let count = connections.load(Ordering::SeqCst);
    assert!((15..40).contains(&count), "{count} connections in a minute");

    // Those that have answered are made again at once.
    let (channel, connections) = closing(true);
    let start = Instant::now();
    for _ in 0..50 {
        assert_eq!(add(&channel, 1, 1).await.unwrap(), 2);
        settle().await;
    }
    assert_eq!(connections.load(Ordering::SeqCst), 50);
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn attempts_pause_while_they_fail_and_hasty_calls_fail_at_once() {
    let attempts = Arc::new(AtomicU32::new(0));
    let channel = Reconnecting::new({
        let attempts = Arc::clone(&attempts);
        move || {
            attempts.fetch_add(1, Ordering::SeqCst);
            Client::connect("no port")
        }
    })
    .backoff(Duration::from_secs(10)..=Duration::from_secs(20));
    assert!(add(&channel, 1, 1).await.unwrap_err().is_io());
    let hasty = channel.with_timeout(Duration::from_secs(1));
    let start = Instant::now();
    for _ in 0..100 {
        let error = add(&hasty, 1, 1).await.unwrap_err();
        assert!(error.is_io(), "{error:?}");
        assert!(error.to_string().starts_with("the next attempt to connect is in "), "{error}");
    }
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!(attempts.load(Ordering::SeqCst), 1);
    assert!(add(&channel, 1, 1).await.unwrap_err().is_io());
    assert!(start.elapsed() >= Duration::from_secs(5));
    assert_eq!(attempts.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_a_connection_no_longer_than_it_may_take() {
    let channel = Reconnecting::new(std::future::pending::<thrift_runtime::Result<Client>>);
    let start = Instant::now();
    let error = add(&channel.with_timeout(Duration::from_secs(3)), 1, 1).await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed().as_secs()), (ErrorKind::ConnectTimeout, 3));
}

#[tokio::test(start_paused = true)]
async fn a_connection_may_be_left_and_closed() {
    let service = Service::default();
    let channel = Reconnecting::new({
        let service = service.clone();
        move || {
            let client = client_of(&service, FRAMED);
            async move { Ok(client) }
        }
    });
    channel.flush().await.unwrap();
    let call = tokio::spawn({
        let channel = channel.clone();
        async move { wait(&channel).await }
    });
    settle().await;
    let old = channel.client().await.unwrap();
    channel.reconnect().await.unwrap();
    assert_eq!(add(&channel, 1, 1).await.unwrap(), 2, "the old connection is busy");
    assert!(!old.is_closed());
    service.gate.add_permits(1);
    assert_eq!(call.await.unwrap().unwrap(), 7);

    let note = Text::default();
    assert!(timeout(Duration::ZERO, call_oneway(&channel, "note", &note)).await.is_err());
    channel.flush().await.unwrap();
    channel.close().await.unwrap();
    assert_eq!(service.notes.load(Ordering::SeqCst), 1);
    assert!(add(&channel, 1, 1).await.unwrap_err().is_closed());
    assert!(channel.reconnect().await.unwrap_err().is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_was_closed_connects_no_more_and_sends_nothing() {
    // It is closed while a call waits for the next attempt, and while an attempt is made.
    for (failures, closed_after, attempts_at_most) in [(1, 1, 1), (0, 1000, 1)] {
        let attempts = Arc::new(AtomicU32::new(0));
        let service = Service::default();
        let channel = Reconnecting::new({
            let (attempts, service) = (Arc::clone(&attempts), service.clone());
            move || {
                let attempt = attempts.fetch_add(1, Ordering::SeqCst);
                let service = service.clone();
                async move {
                    if attempt < failures {
                        return Client::connect("no port").await;
                    }
                    sleep(Duration::from_secs(5)).await;
                    Ok(client_of(&service, FRAMED))
                }
            }
        });
        let channel = channel.backoff(Duration::from_secs(5)..=Duration::from_secs(5));
        for _ in 0..failures {
            add(&channel, 1, 1).await.unwrap_err();
        }
        let call = tokio::spawn({
            let channel = channel.clone();
            async move { add(&channel, 1, 1).await }
        });
        sleep(Duration::from_millis(closed_after)).await;
        let closed = Instant::now();
        channel.close().await.unwrap();
        let error = timeout(PATIENCE, call).await.unwrap().unwrap().unwrap_err();
        assert_eq!(closed.elapsed(), Duration::ZERO);
        assert_eq!(error.to_string(), "this client was closed");
        assert_eq!(error.delivery(), Delivery::NotSent);
        assert_eq!(attempts.load(Ordering::SeqCst), attempts_at_most);
        assert_eq!(service.calls.load(Ordering::SeqCst), 0);
    }
}
