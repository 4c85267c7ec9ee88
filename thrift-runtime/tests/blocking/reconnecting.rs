//! Blocking channels that outlive their connections.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use thrift_runtime::{BlockingClient, BlockingReconnecting, Delivery, ErrorKind};

use crate::{TestServiceBlocking, TestServiceBlockingClient, start};

#[test]
fn a_lost_connection_is_made_again() {
    let (address, _) = start(|server| server);
    let channel = BlockingReconnecting::new(move || BlockingClient::connect(address));
    let client = TestServiceBlockingClient::new(channel.clone());
    assert_eq!(client.add(1, 2).unwrap(), 3);
    let hasty = TestServiceBlockingClient::new(channel.with_timeout(Duration::from_millis(50)));
    assert!(hasty.wait().unwrap_err().is_timeout());
    assert_eq!(client.add(1, 2).unwrap(), 3, "the old connection is closed");
    let old = channel.client().unwrap();
    channel.reconnect().unwrap();
    assert_eq!(client.add(1, 2).unwrap(), 3);
    assert!(!old.is_closed());
    channel.flush().unwrap();
    channel.close().unwrap();
    let error = client.add(1, 2).unwrap_err();
    assert!(error.is_closed() && error.delivery() == Delivery::NotSent, "{error:?}");
}

#[test]
fn a_client_that_was_closed_fails_calls() {
    let (address, _) = start(|server| server);
    let connection = BlockingClient::connect(address).unwrap();
    let client = TestServiceBlockingClient::new(connection.clone());
    assert_eq!(client.add(1, 2).unwrap(), 3);
    connection.flush().unwrap();
    connection.close().unwrap();
    assert!(connection.is_closed());
    let text = "the connection is closed: this client has closed it";
    assert_eq!(client.add(1, 2).unwrap_err().to_string(), text);
}

#[test]
fn attempts_pause_while_connections_end_before_a_reply() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().for_each(drop));
    let connections = Arc::new(AtomicU32::new(0));
    let channel = BlockingReconnecting::new({
        let connections = Arc::clone(&connections);
        move || {
            connections.fetch_add(1, Ordering::SeqCst);
            BlockingClient::connect(address)
        }
    })
    .backoff(Duration::from_millis(40)..=Duration::from_millis(80));
    let client = TestServiceBlockingClient::new(channel.clone());
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(400) {
        client.add(1, 2).unwrap_err();
    }
    let count = connections.load(Ordering::SeqCst);
    assert!(count <= 14, "{count} connections");
    let hasty = TestServiceBlockingClient::new(channel.with_timeout(Duration::from_millis(1)));
    let error = hasty.add(1, 2).unwrap_err();
    assert!(error.to_string().starts_with("the next attempt to connect is in "), "{error}");
    assert_eq!(error.delivery(), Delivery::NotSent);
}

#[test]
fn threads_share_an_attempt_and_its_failure() {
    let attempts = Arc::new(AtomicU32::new(0));
    let channel = BlockingReconnecting::new({
        let attempts = Arc::clone(&attempts);
        move || {
            attempts.fetch_add(1, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(100));
            BlockingClient::connect("no port")
        }
    });
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let client = TestServiceBlockingClient::new(channel.clone());
                assert!(client.add(1, 2).unwrap_err().is_io());
            });
        }
        thread::sleep(Duration::from_millis(20));
        let hasty = channel.with_timeout(Duration::from_millis(20));
        let error = TestServiceBlockingClient::new(hasty).add(1, 2).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{error:?}");
    });
    assert_eq!(attempts.load(Ordering::SeqCst), 1);
}
