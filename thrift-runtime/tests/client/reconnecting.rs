//! Channels that outlive their connections.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use crate::{
    FRAMED, client_of,
    common::{Service, add},
};
use thrift_runtime::{Client, Reconnecting, Server};
use tokio::{
    net::TcpListener,
    task::JoinSet,
    time::{sleep, timeout},
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
