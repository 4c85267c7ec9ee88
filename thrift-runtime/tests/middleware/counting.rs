//! Calls are counted by outcome, one a call, on both sides and however they travel.

use std::sync::Arc;

use thrift_runtime::{
    AnyProtocol, BlockOn, BlockingClient, Bytes, Channel, Method, Multiplexed, NonBlocking,
    Request, Response, Result, UdpClient, serve_udp,
};
use tokio::{net::UdpSocket, task::JoinSet};

use crate::{
    desk::{Desk, DeskBlocking as _, DeskBlockingClient, DeskClient, DeskHalfError, DeskProcessor},
    handler::Handler,
    layers::{Counted, Counts, Table, nothing},
    relay::{Random, relay},
    ways::{Host, PROTOCOLS, Transport, Way, ways},
};

fn table<const N: usize>(counts: [(&str, &str, u64); N]) -> Table {
    let entries = counts.into_iter().filter(|(.., count)| *count > 0);
    entries.map(|(method, outcome, count)| ((method.into(), outcome.into()), count)).collect()
}

/// Gives up soon on what waits.
#[derive(Clone)]
struct Hasty<C>(C);

impl<C: Channel> Channel for Hasty<C> {
    type Protocol = C::Protocol;

    async fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        if request.method().name() == "wait" {
            request.set_timeout(std::time::Duration::from_millis(50));
        }
        self.0.send(request).await
    }
}

/// Calls a method that may not exist, with arguments that lack what it needs.
async fn call_with_nothing(channel: &impl Channel<Protocol = AnyProtocol>, method: &str) -> i32 {
    let (method, nothing) = (Method::named(method), nothing());
    let response = channel.send(Request::new(&method, &nothing)).await.unwrap();
    let error = response.read::<crate::desk::Odd>().unwrap_err();
    error.as_application().expect("an application exception").kind().0
}

/// Echoes what is random, of up to `most` bytes.
async fn echo<C: Channel>(desk: &DeskClient<C>, random: &mut Random, most: usize) {
    // Many small strings, or one that is large.
    let size = random.size(10, most);
    let words = (0..(size / 20).min(500)).map(|_| "w".repeat(random.below(20))).collect();
    let bytes = Bytes::from(random.bytes(size));
    assert_eq!(desk.echo(bytes.clone(), words).await.unwrap(), bytes);
}

async fn check(way: Way, seed: u64) {
    let (served, sent) = (Counts::default(), Counts::default());
    let processor = DeskProcessor::new(Handler::new());
    let address = way.serve(Counted { inner: processor, counts: served.clone() }).await;
    let channel = Hasty(way.connect(relay(address, seed)).await);
    let channel = Counted { inner: channel, counts: sent.clone() };
    let desk = DeskClient::new(channel.clone());

    let mut random = Random::new(seed);
    let most = if way.protocol == PROTOCOLS[3] { 1_000_000 } else { 10_000_000 };
    for _ in 0..6 {
        echo(&desk, &mut random, most).await;
    }
    let largest = Bytes::from(random.bytes(most));
    assert_eq!(desk.echo(largest.clone(), Vec::new()).await.unwrap(), largest);
    let at_once = if way.blocks() { 1 } else { 8 };
    for _ in 0..3 {
        let mut calls = JoinSet::new();
        for _ in 0..at_once {
            let (desk, mut random) = (desk.clone(), Random::new(random.next()));
            calls.spawn(async move { echo(&desk, &mut random, 100_000).await });
        }
        calls.join_all().await;
    }

    assert_eq!(desk.half(8).await.unwrap(), 4);
    for _ in 0..2 {
        assert!(matches!(desk.half(7).await, Err(DeskHalfError::Odd(_))));
    }
    assert!(matches!(desk.half(1000).await, Err(DeskHalfError::Large(_))));
    let error = desk.fail("no".into()).await.unwrap_err();
    assert_eq!(error.as_application().unwrap().kind().0, 42);
    assert!(desk.panic().await.unwrap_err().is_application());
    assert_eq!(call_with_nothing(&channel, "unheard").await, 1);
    assert_eq!(call_with_nothing(&channel, "need").await, 7);
    for then in ["", "", "fail", "panic"] {
        desk.note(Bytes::from(random.bytes(100)), then.into()).await.unwrap();
    }
    assert_eq!(desk.half(2).await.unwrap(), 1);
    assert!(desk.wait(500).await.unwrap_err().is_timeout());

    let echoed = 7 + 3 * at_once;
    let context = format!("{way:?}");
    let common = [
        ("echo", "returned", echoed),
        ("half", "returned", 2),
        ("half", "exception odd", 2),
        ("half", "exception large", 1),
        ("fail", "failed (application exception 42)", 1),
        ("panic", "failed (internal error)", 1),
    ];
    let mut expected = table(common);
    expected.extend(table([
        ("unheard", "refused (unknown method)", 1),
        ("need", "refused (protocol error)", 1),
        ("note", "returned", 2),
        ("note", "failed (application exception 42)", 1),
        ("note", "failed (internal error)", 1),
        ("wait", "returned", 1),
    ]));
    served.expect(&expected, &context).await;
    let mut expected = table(common);
    expected.extend(table([
        ("unheard", "failed (unknown method)", 1),
        ("need", "failed (protocol error)", 1),
        ("note", "returned", 4),
        ("wait", "lost", 1),
    ]));
    sent.expect(&expected, &context).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_call_is_counted_once_on_both_sides() {
    for (way, seed) in ways().zip(1..) {
        check(way, seed).await;
    }
}

#[tokio::test]
async fn oneway_calls_over_udp_are_counted_with_what_became_of_them() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let (served, sent) = (Counts::default(), Counts::default());
    let processor = Counted { inner: DeskProcessor::new(Handler::new()), counts: served.clone() };
    tokio::spawn(serve_udp(socket, Multiplexed::new().service("Desk", processor)));
    let client = UdpClient::connect(address).await.unwrap().to_service("Desk");
    let desk = DeskClient::new(Counted { inner: client, counts: sent.clone() });
    let mut random = Random::new(7);
    for then in ["", "fail", "panic", ""] {
        let size = random.size(10, 60_000);
        desk.note(Bytes::from(random.bytes(size)), then.into()).await.unwrap();
    }
    assert!(desk.half(2).await.is_err());
    sent.expect(&table([("note", "returned", 4), ("half", "lost", 1)]), "UDP").await;
    let expected = [
        ("note", "returned", 2),
        ("note", "failed (application exception 42)", 1),
        ("note", "failed (internal error)", 1),
    ];
    served.expect(&table(expected), "UDP").await;
}

#[tokio::test]
async fn a_multiplexed_processor_is_counted_outside_and_within() {
    let (outside, within) = (Counts::default(), Counts::default());
    let desk = Counted { inner: DeskProcessor::new(Handler::new()), counts: within.clone() };
    let services = Multiplexed::new().service("Desk", desk);
    let processor = Arc::new(Counted { inner: services, counts: outside.clone() });
    for host in [Host::Sequential, Host::Concurrent] {
        let transport = Transport::Plain(thrift_runtime::Framing::Buffered);
        let way = Way { host, transport, protocol: PROTOCOLS[0] };
        let address = relay(way.serve(Arc::clone(&processor)).await, 3);
        let client = thrift_runtime::Client::connect(address).await.unwrap();
        let desk = DeskClient::new(client.to_service("Desk"));
        assert_eq!(desk.half(8).await.unwrap(), 4);
        assert!(matches!(desk.half(7).await, Err(DeskHalfError::Odd(_))));
        let nobody = DeskClient::new(client.to_service("Nobody"));
        assert!(nobody.half(8).await.is_err());
    }
    within.expect(&table([("half", "returned", 2), ("half", "exception odd", 2)]), "").await;
    let expected = [
        ("Desk:half", "returned", 2),
        ("Desk:half", "exception odd", 2),
        ("Nobody:half", "refused (unknown method)", 2),
    ];
    outside.expect(&table(expected), "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_middleware_counts_the_calls_of_a_blocking_client() {
    let counts = Counts::default();
    let transport = Transport::Blocking(thrift_runtime::Framing::Buffered);
    let way = Way { host: Host::Blocking, transport, protocol: PROTOCOLS[0] };
    let address = way.serve(DeskProcessor::blocking(Handler::new())).await;
    let theirs = counts.clone();
    let calling = tokio::task::spawn_blocking(move || {
        let client = NonBlocking(BlockingClient::connect(address).unwrap());
        let desk = DeskBlockingClient::new(BlockOn(Counted { inner: client, counts: theirs }));
        assert_eq!(desk.half(8).unwrap(), 4);
        assert!(desk.half(7).is_err() && desk.panic().is_err());
        desk.note(Bytes::new(), "fail".into()).unwrap();
    });
    calling.await.unwrap();
    let expected = [
        ("half", "returned", 1),
        ("half", "exception odd", 1),
        ("panic", "failed (internal error)", 1),
        ("note", "returned", 1),
    ];
    counts.expect(&table(expected), "").await;
}

/// A reply without a result is an error to the caller, and no success to middleware.
#[tokio::test]
async fn a_missing_result_is_counted_as_a_failure() {
    struct Silent;

    impl Channel for Silent {
        type Protocol = AnyProtocol;

        async fn send(&self, request: Request<'_, AnyProtocol>) -> Result<Response<AnyProtocol>> {
            let message = b"\x80\x01\0\x02\0\0\0\x04half\0\0\0\0\0";
            Response::from_message(PROTOCOLS[0], &request, &message[..])
        }
    }

    let counts = Counts::default();
    let desk = DeskClient::new(Counted { inner: Silent, counts: counts.clone() });
    assert!(desk.half(8).await.is_err() && desk.panic().await.is_err());
    desk.fail(String::new()).await.unwrap();
    let expected = [
        ("half", "failed (missing result)", 1),
        ("panic", "failed (missing result)", 1),
        ("fail", "returned", 1),
    ];
    counts.expect(&table(expected), "").await;
}
