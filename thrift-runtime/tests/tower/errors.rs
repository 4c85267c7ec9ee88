//! What layers around a client fail with.

use std::{io, time::Duration};

use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, BinaryProtocol, Client, Delivery, Error, ErrorKind,
    layers::{ChannelService, OwnedRequest, ServiceChannel},
};
use tokio::task::JoinHandle;
use tower::{BoxError, ServiceBuilder, buffer::Buffer, load_shed, timeout};

use crate::{
    Handler, LONG, served, settle,
    steps::{Steps, StepsClient, StepsProcessor},
};

const TIME: Duration = Duration::from_secs(1);
const BINARY: BinaryProtocol = BinaryProtocol::STRICT;

fn service(handler: &Handler) -> ChannelService<Client> {
    let stream = served(StepsProcessor::new(handler.clone()));
    ChannelService::new(Client::from_stream(stream))
}

/// What tells errors apart.
fn told(error: &Error) -> (ErrorKind, Delivery) {
    (error.kind(), error.delivery())
}

/// Begins a call that waits for a reply.
async fn occupy<C>(steps: &StepsClient<C>) -> JoinHandle<()>
where
    C: thrift_runtime::Channel + Clone + 'static,
{
    let steps = steps.clone();
    let waiting = tokio::spawn(async move {
        let _ = steps.wait(LONG).await;
    });
    settle().await;
    waiting
}

#[tokio::test(start_paused = true)]
async fn a_timeout_says_whether_the_call_was_sent() {
    let handler = Handler::default();
    let sent = ServiceBuilder::new().timeout(TIME).service(service(&handler));
    let error = StepsClient::new(ServiceChannel::new(sent, BINARY)).wait(LONG).await.unwrap_err();
    assert_eq!(told(&error), (ErrorKind::Timeout, Delivery::Possible));
    assert!(error.is_timeout());
    assert!(error.get_ref().unwrap().is::<timeout::error::Elapsed>());

    // The second one is still in the queue when its time is over.
    let kept = ServiceBuilder::new().buffer(2).concurrency_limit(1).service(service(&handler));
    let occupied = occupy(&StepsClient::new(ServiceChannel::new(kept.clone(), BINARY))).await;
    let before = handler.calls();
    let hurried = ServiceBuilder::new().timeout(TIME).service(kept);
    let steps = StepsClient::new(ServiceChannel::new(hurried, BINARY));
    let error = steps.twice(1).await.unwrap_err();
    assert_eq!(told(&error), (ErrorKind::Timeout, Delivery::NotSent));
    occupied.abort();
    settle().await;
    assert_eq!(steps.twice(1).await.unwrap(), 2);
    assert_eq!(handler.calls() - before, 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_shed_was_not_sent() {
    let handler = Handler::default();
    let shed = ServiceBuilder::new().load_shed().concurrency_limit(1).service(service(&handler));
    let steps = StepsClient::new(ServiceChannel::new(shed, BINARY));
    let occupied = occupy(&steps).await;
    let error = steps.twice(1).await.unwrap_err();
    assert_eq!(told(&error), (ErrorKind::Overloaded, Delivery::NotSent));
    assert!(error.get_ref().unwrap().is::<load_shed::error::Overloaded>());
    assert_eq!(error.to_string(), "service overloaded");
    assert_eq!(handler.calls(), 1);
    occupied.abort();
    settle().await;
    assert_eq!(steps.twice(1).await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_buffer_without_its_worker_is_closed() {
    let (buffer, worker) = Buffer::pair(service(&Handler::default()), 1);
    drop(worker);
    let steps = StepsClient::new(ServiceChannel::new(buffer, BINARY));
    let error = steps.twice(1).await.unwrap_err();
    assert_eq!(told(&error), (ErrorKind::Closed, Delivery::NotSent));
}

#[tokio::test(start_paused = true)]
async fn what_a_filter_refuses_with_comes_out_as_it_was() {
    fn own() -> BoxError {
        Error::new(ErrorKind::Unsupported, "not today").into()
    }
    fn answer() -> BoxError {
        ApplicationException::new(ApplicationErrorKind(7), "no").into()
    }
    fn of_io() -> BoxError {
        io::Error::from(io::ErrorKind::ConnectionReset).into()
    }
    fn text() -> BoxError {
        "just a text".into()
    }
    let made: [(fn() -> BoxError, _, _); 4] = [
        (own, ErrorKind::Unsupported, "not today"),
        (answer, ErrorKind::Application, "protocol error: no"),
        (of_io, ErrorKind::Closed, "connection reset"),
        (text, ErrorKind::Layer, "just a text"),
    ];
    for (make, kind, text) in made {
        let handler = Handler::default();
        let filter = move |_: OwnedRequest| Err::<OwnedRequest, _>(make());
        let layers = ServiceBuilder::new().buffer(1).timeout(TIME).filter(filter);
        let channel = ServiceChannel::new(layers.service(service(&handler)), BINARY);
        let error = StepsClient::new(channel).twice(1).await.unwrap_err();
        assert_eq!(told(&error), (kind, Delivery::NotSent));
        assert_eq!(error.to_string(), text);
        assert_eq!(handler.calls(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn errors_of_this_library_come_out_as_they_were() {
    let (ours, theirs) = tokio::io::duplex(1 << 10);
    let client = Client::from_stream(ours);
    let layers = ServiceBuilder::new().buffer(4).load_shed().concurrency_limit(4).timeout(TIME);
    let channel = ServiceChannel::new(layers.service(ChannelService::new(client.clone())), BINARY);
    let (plain, steps) = (StepsClient::new(client), StepsClient::new(channel));
    let lost = async || tokio::join!(plain.twice(1), steps.twice(1));
    let ending = async {
        settle().await;
        drop(theirs);
    };
    for told_of in [tokio::join!(lost(), ending).0, lost().await] {
        let (plain, layered) = (told_of.0.unwrap_err(), told_of.1.unwrap_err());
        assert_eq!(told(&plain), told(&layered));
        assert_eq!(plain.to_string(), layered.to_string());
    }
    assert_eq!(told(&steps.twice(1).await.unwrap_err()).1, Delivery::NotSent);
}
