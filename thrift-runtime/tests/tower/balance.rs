//! tower's balance over several connections.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use thrift_runtime::{
    BinaryProtocol, Client,
    layers::{ChannelService, ServiceChannel},
};
use tokio::sync::mpsc;
use tower::{
    ServiceBuilder,
    balance::p2c::Balance,
    discover::{Change, ServiceList},
    load::{CompleteOnResponse, PeakEwma, PendingRequests},
};

use crate::{
    Handler, LONG,
    network::Network,
    served, settle,
    steps::{Steps, StepsClient, StepsProcessor},
};

fn service(handler: &Handler) -> ChannelService<Client> {
    let stream = served(StepsProcessor::new(handler.clone()));
    ChannelService::new(Client::from_stream(stream))
}

fn pending(handler: &Handler) -> PendingRequests<ChannelService<Client>> {
    PendingRequests::new(service(handler), CompleteOnResponse::default())
}

#[tokio::test(start_paused = true)]
async fn calls_go_where_few_are_in_flight() {
    let handlers = [Handler::default(), Handler::default()];
    let balance = Balance::new(ServiceList::new::<thrift_runtime::layers::OwnedRequest>(
        handlers.iter().map(pending).collect::<Vec<_>>(),
    ));
    let service = ServiceBuilder::new().buffer(100).service(balance);
    let steps = StepsClient::new(ServiceChannel::new(service, BinaryProtocol::STRICT));
    for _ in 0..20 {
        let steps = steps.clone();
        tokio::spawn(async move { steps.wait(LONG).await });
        settle().await;
    }
    assert_eq!(handlers.map(|handler| handler.calls()), [10, 10]);
}

#[tokio::test(start_paused = true)]
async fn calls_go_where_answers_are_quick() {
    let network = Network::default();
    let handlers = [network.start(1), network.start_slow(2, Duration::from_millis(200))];
    let measured = [1, 2].map(|port| {
        let client = network.connect(([1, 1, 1, 1], port).into()).unwrap();
        let second = Duration::from_secs(1);
        PeakEwma::new(ChannelService::new(client), second, 1e9, CompleteOnResponse::default())
    });
    let balance =
        Balance::new(ServiceList::new::<thrift_runtime::layers::OwnedRequest>(Vec::from(measured)));
    let service = ServiceBuilder::new().buffer(100).service(balance);
    let steps = StepsClient::new(ServiceChannel::new(service, BinaryProtocol::STRICT));
    for _ in 0..20 {
        assert_eq!(steps.wait(10).await.unwrap(), 10);
    }
    let calls = handlers.map(|handler| handler.calls());
    assert!(calls[0] + calls[1] == 20 && calls[1] <= 3, "{calls:?}");
}

/// Servers that come and go.
struct Changes(mpsc::UnboundedReceiver<Change<u8, PendingRequests<ChannelService<Client>>>>);

impl Stream for Changes {
    type Item = Result<Change<u8, PendingRequests<ChannelService<Client>>>, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx).map(|change| change.map(Ok))
    }
}

#[tokio::test(start_paused = true)]
async fn servers_come_and_go() {
    let handlers = [Handler::default(), Handler::default()];
    let (tell, changes) = mpsc::unbounded_channel();
    let service = ServiceBuilder::new().buffer(100).service(Balance::new(Changes(changes)));
    let channel = ServiceChannel::new(service, BinaryProtocol::STRICT);
    let steps = StepsClient::new(channel);
    // A call waits for a first one.
    let first = tokio::spawn({
        let steps = steps.clone();
        async move { steps.twice(1).await }
    });
    settle().await;
    assert!(!first.is_finished());
    tell.send(Change::Insert(0, pending(&handlers[0]))).ok().unwrap();
    assert_eq!(first.await.unwrap().unwrap(), 2);
    tell.send(Change::Insert(1, pending(&handlers[1]))).ok().unwrap();
    tell.send(Change::Remove(0)).ok().unwrap();
    settle().await;
    for number in 0..10 {
        assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
    }
    assert_eq!(handlers.map(|handler| handler.calls()), [1, 10]);
}
