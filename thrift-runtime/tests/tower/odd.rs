//! Balanced channels that are used in odd ways.

use std::{
    future::Future,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use thrift_runtime::{
    BinaryProtocol, Client, Delivery, ErrorKind, Result,
    layers::{Balanced, BalancedBuilder},
};
use tokio::sync::mpsc;
use tower::discover::Change;

use crate::{
    LONG,
    network::{Found, Network},
    settle,
    steps::{Steps, StepsClient},
};

const SECOND: Duration = Duration::from_secs(1);
const ADDRESS: &str = "1.1.1.1:1";

fn one() -> SocketAddr {
    ([1, 1, 1, 1], 1).into()
}

/// With a function that panics when it is called, or when what it returns is polled, so often at first.
fn panicking(network: &Network, times: usize, late: bool) -> BalancedBuilder {
    let (network, calls) = (network.clone(), Arc::new(AtomicUsize::new(0)));
    Balanced::builder(BinaryProtocol::STRICT, move |address| {
        let panics = calls.fetch_add(1, Ordering::SeqCst) < times;
        assert!(late || !panics, "as it was asked to");
        let connected = network.connect(address);
        let connecting: Pin<Box<dyn Future<Output = Result<Client>> + Send>> =
            Box::pin(async move {
                assert!(!panics, "as it was asked to");
                connected
            });
        connecting
    })
    .backoff(SECOND / 10..=SECOND)
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_connecting_is_a_failure() {
    for late in [false, true] {
        let network = Network::default();
        network.start(1);
        let channel = panicking(&network, 2, late).to([ADDRESS]);
        assert_eq!(StepsClient::new(channel).twice(4).await.unwrap(), 8);
        let channel = panicking(&network, usize::MAX, late).to([ADDRESS]).with_timeout(SECOND);
        let error = StepsClient::new(channel).twice(4).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{error}");
        assert!(error.to_string().contains("a panic interrupted"), "{error}");
    }
}

/// A discovery that panics when it has told of a server.
struct Panics(Option<SocketAddr>);

impl Stream for Panics {
    type Item = Result<Change<u8, SocketAddr>, String>;

    fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.take() {
            Some(address) => Poll::Ready(Some(Ok(Change::Insert(1, address)))),
            None => panic!("as it was asked to"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_a_discovery_is_its_end() {
    let network = Network::default();
    network.start(1);
    for by_key in [false, true] {
        let builder = network.builder();
        let builder = if by_key { builder.by_key() } else { builder };
        let steps = StepsClient::new(builder.discover(Panics(Some(one()))));
        for number in 0..3 {
            assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn settings_may_be_as_large_or_small_as_can_be() {
    let network = Network::default();
    network.start(1);
    for time in [Duration::ZERO, Duration::MAX] {
        let builder = network.builder().resolve_every(time).backoff(time..=time);
        let steps = StepsClient::new(builder.to([ADDRESS]));
        for number in 0..3 {
            assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
            settle().await;
        }
    }
    for connections in [0, usize::MAX] {
        let steps = StepsClient::new(network.builder().connections(connections).to([ADDRESS]));
        for number in 0..3 {
            assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
        }
    }
    let channel = network.builder().to([ADDRESS]).with_timeout(Duration::ZERO);
    let error = StepsClient::new(channel).wait(LONG).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn without_addresses_a_call_says_so() {
    let network = Network::default();
    let none: [&str; 0] = [];
    let (_tell, found) = mpsc::unbounded_channel();
    for channel in [network.builder().to(none), network.builder().discover(Found(found))] {
        let error = StepsClient::new(channel.with_timeout(SECOND)).twice(4).await.unwrap_err();
        let what = (error.kind(), error.delivery());
        assert_eq!(what, (ErrorKind::ConnectTimeout, Delivery::NotSent), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_discovered_again_keeps_its_connections() {
    for by_key in [false, true] {
        let network = Network::default();
        network.start(1);
        network.start(2);
        let (tell, found) = mpsc::unbounded_channel();
        let builder = network.builder();
        let builder = if by_key { builder.by_key() } else { builder };
        let steps = StepsClient::new(builder.discover(Found(found)));
        for number in 0..10 {
            tell.send(Ok(Change::Insert("one", one()))).unwrap();
            assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
        }
        assert_eq!(network.connections(1), 1);
        // With another address, it is another server; and one that was gone may come back.
        tell.send(Ok(Change::Insert("one", ([1, 1, 1, 1], 2).into()))).unwrap();
        assert_eq!(steps.twice(4).await.unwrap(), 8);
        assert_eq!(network.connections(2), 1);
        tell.send(Ok(Change::Remove("one"))).unwrap();
        tell.send(Ok(Change::Remove("nobody"))).unwrap();
        tell.send(Ok(Change::Insert("one", ([1, 1, 1, 1], 2).into()))).unwrap();
        assert_eq!(steps.twice(4).await.unwrap(), 8);
        assert_eq!(network.connections(2), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_outlives_its_channel_and_then_nothing_is_left() {
    let network = Network::default();
    let handler = network.start(1);
    let channel = network.builder().to([ADDRESS]);
    let call = {
        let steps = StepsClient::new(channel.clone());
        tokio::spawn(async move { steps.wait(1_000).await })
    };
    settle().await;
    drop(channel);
    assert_eq!(call.await.unwrap().unwrap(), 1_000);
    settle().await;
    assert_eq!((handler.done(), network.open(1)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn connections_are_made_while_nobody_calls() {
    let network = Network::default();
    network.start(1);
    let theirs = network.clone();
    let builder = Balanced::builder(BinaryProtocol::STRICT, move |address| {
        let network = theirs.clone();
        async move {
            tokio::time::sleep(SECOND / 20).await;
            network.connect(address)
        }
    });
    let steps = StepsClient::new(builder.connections(2).to([ADDRESS]));
    assert_eq!(steps.twice(1).await.unwrap(), 2);
    // The second finds the first in flight, and the third one begins a connection.
    let calls = [0, 1, 2].map(|_| {
        let steps = steps.clone();
        tokio::spawn(async move { steps.wait(10).await.unwrap() })
    });
    for call in calls {
        call.await.unwrap();
    }
    tokio::time::sleep(SECOND).await;
    assert_eq!(network.connections(1), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waited_for_its_turn_says_so() {
    let network = Network::default();
    network.start(1);
    let theirs = network.clone();
    // At the other address nobody answers.
    let builder = Balanced::builder(BinaryProtocol::STRICT, move |address| {
        let stream = theirs.stream(address);
        async move { Ok(Client::builder().max_in_flight(1).over(stream?)) }
    });
    let channel = builder.connections(1).to([ADDRESS, "1.1.1.1:2"]);
    let busy = StepsClient::new(channel.clone());
    let busy = tokio::spawn(async move { busy.wait(30_000).await.unwrap() });
    settle().await;
    for _ in 0..2 {
        let steps = StepsClient::new(channel.with_timeout(3 * SECOND));
        let error = steps.twice(1).await.unwrap_err();
        let what = (error.kind(), error.delivery());
        assert_eq!(what, (ErrorKind::Timeout, Delivery::NotSent), "{error}");
    }
    busy.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_closed_leaves_nothing() {
    for by_key in [false, true] {
        let network = Network::default();
        network.start(1);
        network.start(2);
        let builder = network.builder();
        let builder = if by_key { builder.by_key() } else { builder };
        let channel = builder.to([ADDRESS, "1.1.1.1:2"]);
        let steps = StepsClient::new(channel.clone());
        for number in 0..10 {
            assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
        }
        channel.flush().await.unwrap();
        let waiting = tokio::spawn({
            let steps = steps.clone();
            async move { steps.wait(2_000).await.unwrap_err() }
        });
        settle().await;
        channel.close().await.unwrap();
        assert_eq!(waiting.await.unwrap().kind(), ErrorKind::Closed);
        let error = steps.twice(1).await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Closed, Delivery::NotSent));
        // The handler has come to its end then.
        tokio::time::sleep(3 * SECOND).await;
        assert_eq!((network.open(1), network.open(2)), (0, 0));
        assert!(network.connections(1) + network.connections(2) <= 2);
    }
}
