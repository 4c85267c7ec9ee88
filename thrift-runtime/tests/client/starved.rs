//! Calls whose connection is in a runtime that does not run.

use std::time::{Duration, Instant};

use crate::common::{Service, Text, add, call_oneway};
use thrift_runtime::{Client, Error, ErrorKind};
use tokio::{
    io::duplex,
    runtime::{Builder, Runtime},
};

const SHORT: Duration = Duration::from_millis(100);
/// Much more than it may take, on a busy machine, too.
const LONG: Duration = Duration::from_secs(3);

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn assert_late(outcome: Result<i32, Error>, begin: Instant) {
    let error = outcome.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.to_string(), "no reply to add came within 100ms");
    let took = begin.elapsed();
    assert!(took >= SHORT && took < LONG, "{took:?}");
}

#[test]
fn a_call_keeps_its_timeout_though_nobody_drives_its_connection() {
    let home = runtime();
    let client = home.block_on(async {
        let (ours, theirs) = duplex(1 << 16);
        tokio::spawn(async move {
            let service = Service::default();
            thrift_runtime::serve_connection(theirs, service, &Default::default()).await
        });
        Client::builder().framed().max_in_flight(2).over(ours)
    });
    let hasty = client.with_timeout(SHORT);
    let away = runtime();
    away.block_on(async {
        for _ in 0..2 {
            let begin = Instant::now();
            assert_late(add(&hasty, 1, 1).await, begin);
        }
        let begin = Instant::now();
        let error = add(&hasty, 1, 1).await.unwrap_err();
        assert_eq!(error.to_string(), "add was not sent within 100ms");
        let error = call_oneway(&hasty, "note", &Text::default()).await.unwrap_err();
        assert_eq!(error.to_string(), "note was not sent within 100ms");
        assert_eq!(hasty.flush().await.unwrap_err().kind(), ErrorKind::Timeout);
        assert!(begin.elapsed() < LONG);
    });
    // The replies come, and give the places back.
    home.block_on(async {
        for n in 0..10 {
            assert_eq!(add(&client, n, 1).await.unwrap(), n + 1);
        }
    });
    assert!(!client.is_closed());
}

#[test]
fn closing_takes_no_longer_than_ten_seconds_though_nobody_drives_the_connection() {
    let home = runtime();
    let client = home.block_on(async {
        let (ours, theirs) = duplex(1 << 16);
        std::mem::forget(theirs);
        Client::builder().framed().over(ours)
    });
    let away = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    away.block_on(async {
        let begin = tokio::time::Instant::now();
        let closing = tokio::time::timeout(Duration::from_secs(60), client.close());
        let error = closing.await.expect("an end in time").unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        assert_eq!(error.to_string(), "the connection was not closed within 10s");
        assert_eq!(begin.elapsed().as_secs(), 10);
    });
}

#[cfg(feature = "blocking")]
#[test]
fn a_thread_without_a_runtime_calls_flushes_and_closes() {
    use thrift_runtime::{BlockOn, BlockingChannel, Method, Request};

    static NOTE: Method = Method::new("note").oneway();
    let service = Service::default();
    let home = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let client = home.block_on(async { crate::client_of(&service, crate::FRAMED) });
    let client = BlockOn(client);
    for _ in 0..3 {
        let _ = client.send(Request::new(&NOTE, &Text::default())).unwrap();
        client.flush().unwrap();
    }
    client.close().unwrap();
    assert_eq!(service.notes.load(std::sync::atomic::Ordering::SeqCst), 3);
    assert!(client.send(Request::new(&NOTE, &Text::default())).unwrap_err().is_closed());
}

#[cfg(feature = "blocking")]
#[test]
fn a_thread_without_a_runtime_keeps_its_timeout() {
    use thrift_runtime::{BlockOn, BlockingChannel, Method, Request};

    static ADD: Method = Method::new("add");
    let home = runtime();
    let client = home.block_on(async {
        let (ours, theirs) = duplex(1 << 16);
        std::mem::forget(theirs);
        Client::builder().framed().max_in_flight(1).over(ours)
    });
    let hasty = BlockOn(client.with_timeout(SHORT));
    let begin = Instant::now();
    let arguments = crate::common::Add { a: 1, b: 1 };
    for text in ["no reply to add came within 100ms", "add was not sent within 100ms"] {
        let error = hasty.send(Request::new(&ADD, &arguments)).unwrap_err();
        assert_eq!(error.to_string(), text);
    }
    assert!(begin.elapsed() < LONG);
}
