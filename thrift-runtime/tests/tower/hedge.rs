//! Calls that are sent twice because the first is slow.

use std::time::Duration;

use thrift_runtime::{
    BinaryProtocol, Channel, Delivery, ErrorKind,
    layers::{ChannelService, HedgePolicy, ServiceChannel},
};
use tokio::time::Instant;
use tower::{ServiceBuilder, hedge::Hedge};

use crate::{
    network::Network,
    scripted::{Attempt, Scripted},
    steps::{Steps, StepsClient},
};

const SECOND: Duration = Duration::from_secs(1);

/// A channel on which calls have taken ten milliseconds so far.
fn hedged<C>(channel: C) -> impl Channel<Protocol = BinaryProtocol> + Clone
where
    C: Channel<Protocol = BinaryProtocol> + Clone + 'static,
{
    let (inner, policy) = (ChannelService::new(channel), HedgePolicy::new());
    let hedge = Hedge::new_with_mock_latencies(inner, policy, 10, 0.9, 60 * SECOND, &[10; 20]);
    let service = ServiceBuilder::new().buffer(100).service(hedge);
    ServiceChannel::new(service, BinaryProtocol::STRICT).with_timeout(5 * SECOND)
}

#[tokio::test(start_paused = true)]
async fn a_slow_call_is_sent_once_more_if_it_is_idempotent() {
    let channel = Scripted::new(&[Attempt::Hangs]);
    let begun = Instant::now();
    let error = StepsClient::new(hedged(channel.clone())).twice(1).await.unwrap_err();
    assert!(error.as_application().is_some_and(|e| e.kind().0 == 1000), "{error}");
    assert_eq!(channel.attempts(), 2);
    assert!((10..100).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());

    let channel = Scripted::new(&[Attempt::Hangs]);
    let error = StepsClient::new(hedged(channel.clone())).wait(1).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Timeout, Delivery::Possible));
    assert_eq!(channel.attempts(), 1);
    // A quick one is not, of whatever kind.
    let channel = Scripted::new(&[]);
    let steps = StepsClient::new(hedged(channel.clone()));
    assert!(steps.twice(1).await.is_err() && steps.wait(1).await.is_err());
    tokio::time::sleep(SECOND).await;
    assert_eq!(channel.attempts(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_second_goes_to_another_server() {
    let network = Network::default();
    network.start_slow(1, 1_000 * SECOND);
    let quick = network.start(2);
    let balanced = network.builder().connections(1).to(["1.1.1.1:1", "1.1.1.1:2"]);
    let steps = StepsClient::new(hedged(balanced));
    for number in 0..50 {
        let begun = Instant::now();
        assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
        assert!(begun.elapsed() < SECOND, "{:?}", begun.elapsed());
    }
    assert_eq!(quick.calls(), 50);
}
