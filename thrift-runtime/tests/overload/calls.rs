//! Too many calls.

use std::sync::atomic::Ordering;

use thrift_runtime::{ApplicationErrorKind, Delivery, Error, Multiplexed};

use crate::{
    Running, TRANSPORTS,
    common::{Text, add, call_oneway, wait},
    start, start_with, until,
};

const TOO_MANY: &str = "the server is overloaded: too many calls are in progress";

#[track_caller]
pub(crate) fn check_refused(error: &Error, text: &str) {
    let exception = error.as_application().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(exception.kind(), ApplicationErrorKind::OVERLOADED);
    assert_eq!(exception.message(), text);
    assert_eq!(error.delivery(), Delivery::Refused);
}

#[tokio::test]
async fn a_call_too_many_is_refused() {
    for concurrent_calls in [1, 4] {
        let server = start(|server| server.concurrent_calls(concurrent_calls).max_calls(2)).await;
        refuses_a_third_call(&server, None).await;
        let several = |service| Multiplexed::new().service("Test", service);
        let configure =
            |server: thrift_runtime::Server| server.concurrent_calls(concurrent_calls).max_calls(2);
        let server = start_with(configure, several).await;
        refuses_a_third_call(&server, Some("Test")).await;
    }
}

async fn refuses_a_third_call(server: &Running, service: Option<&'static str>) {
    let connect = |transport| server.connect_to(transport, service);
    let holders = [connect("buffered").await, connect("http").await];
    let held = holders.map(|channel| tokio::spawn(async move { wait(&channel).await }));
    until(|| server.service.calls.load(Ordering::SeqCst) == 2).await;
    for transport in TRANSPORTS {
        let channel = connect(transport).await;
        let error = add(&channel, 1, 2).await.unwrap_err();
        check_refused(&error, TOO_MANY);
        let error = add(&channel, 1, 2).await.unwrap_err();
        check_refused(&error, TOO_MANY);
        call_oneway(&channel, "note", &Text { text: "x".into() }).await.unwrap();
    }
    assert!(server.told.has(TOO_MANY));
    let count = || server.told.all().iter().filter(|event| event.ends_with(TOO_MANY)).count();
    until(|| count() == 3 * TRANSPORTS.len()).await;
    server.service.gate.add_permits(2);
    for call in held {
        assert_eq!(call.await.unwrap().unwrap(), 7);
    }
    for transport in TRANSPORTS {
        let channel = connect(transport).await;
        assert_eq!(add(&channel, 1, 2).await.unwrap(), 3);
    }
    assert_eq!(server.service.notes.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_call_that_is_given_up_counts_no_more() {
    let server = start(|server| server.max_calls(1)).await;
    for round in 1..=3 {
        let channel = server.connect("buffered").await;
        let waiting = tokio::spawn(async move { wait(&channel).await });
        until(|| server.service.calls.load(Ordering::SeqCst) == round).await;
        waiting.abort();
        server.service.gate.add_permits(1);
        until(|| server.service.gate.available_permits() == 0).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let channel = server.connect("buffered").await;
    assert_eq!(add(&channel, 1, 2).await.unwrap(), 3);
}
