//! tower's own layers around a client.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use thrift_runtime::{
    BinaryProtocol, Channel, Client, ErrorKind, Extensions, Inspect,
    layers::{ChannelService, OwnedRequest, ServiceChannel},
};
use tower::{
    BoxError, ServiceBuilder, ServiceExt,
    buffer::Buffer,
    filter::FilterLayer,
    layer::util::Identity,
    util::{BoxCloneSyncService, MapRequestLayer},
};

use crate::{
    Handler, LONG, builders, served,
    steps::{Steps, StepsClient, StepsHalfError, StepsProcessor},
};

/// Makes calls of every kind.
async fn exercise(channel: impl Channel, handler: &Handler, layers: &str) {
    let before = handler.calls();
    let steps = StepsClient::new(channel);
    assert_eq!(steps.twice(4).await.unwrap(), 8, "{layers}");
    assert_eq!(steps.half(4).await.unwrap(), 2, "{layers}");
    match steps.half(5).await.unwrap_err() {
        StepsHalfError::Odd(odd) => assert_eq!(odd.number, 5, "{layers}"),
        other => panic!("{layers}: {other:?}"),
    }
    let error = steps.fail("on purpose".into()).await.unwrap_err();
    assert_eq!(error.as_application().unwrap().message(), "on purpose", "{layers}");
    steps.note("once".into()).await.unwrap();
    let all = futures_of(&steps).await;
    assert_eq!(all, [0, 2, 4, 6], "{layers}");
    assert_eq!(handler.calls() - before, 9, "{layers}");
}

/// Several calls at once.
async fn futures_of<C: Channel>(steps: &StepsClient<C>) -> [i32; 4] {
    let call = async |number| steps.twice(number).await.unwrap();
    let (a, b, c, d) = tokio::join!(call(0), call(1), call(2), call(3));
    [a, b, c, d]
}

#[tokio::test(start_paused = true)]
async fn towers_own_layers_go_around_a_client() {
    const TIME: Duration = Duration::from_secs(5);
    for builder in builders() {
        let handler = Handler::default();
        let connect = || builder.clone().over(served(StepsProcessor::new(handler.clone())));
        let service = || ChannelService::new(connect());
        macro_rules! each {
            ($($name:literal: $service:expr),* $(,)?) => {$(
                let channel = ServiceChannel::new($service, BinaryProtocol::STRICT);
                exercise(channel, &handler, $name).await;
            )*};
        }
        each! {
            "nothing": service(),
            "timeout": ServiceBuilder::new().timeout(TIME).service(service()),
            "load_shed": ServiceBuilder::new().load_shed().service(service()),
            "concurrency_limit": ServiceBuilder::new().concurrency_limit(2).service(service()),
            "rate_limit": ServiceBuilder::new().buffer(8).rate_limit(2, TIME).service(service()),
            "buffer": ServiceBuilder::new().buffer(8).service(service()),
            "filter": ServiceBuilder::new().filter(Ok::<OwnedRequest, BoxError>).service(service()),
            "boxed": BoxCloneSyncService::new(service()),
            "many": ServiceBuilder::new()
                .buffer(8)
                .load_shed()
                .concurrency_limit(8)
                .timeout(TIME)
                .layer(FilterLayer::new(Ok::<OwnedRequest, BoxError>))
                .service(service()),
        }
        let layers = ServiceBuilder::new().concurrency_limit(2).timeout(TIME);
        let stream = served(StepsProcessor::new(handler.clone()));
        exercise(builder.clone().layer(layers).over(stream), &handler, "a builder").await;
        let stream = served(StepsProcessor::new(handler.clone()));
        exercise(builder.clone().layer(Identity::new()).over(stream), &handler, "none").await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_accompanies_a_request_goes_through_layers() {
    #[derive(Debug, PartialEq)]
    struct Note(i32);
    let handler = Handler::default();
    let theirs = handler.clone();
    let stream = served(StepsProcessor::per_call(move |cx| theirs.of(cx)));
    let seen = Arc::new(Mutex::new(None));
    let ours = Arc::clone(&seen);
    let client = Client::builder().header().over(stream);
    let client = Arc::new(Inspect::new(client, move |request, _sent| {
        let note = request.extensions().get().map(|Note(number)| *number);
        *ours.lock().unwrap() = Some((note, request.is_idempotent(), request.deadline().is_some()));
    }));
    let marked = MapRequestLayer::new(|mut request: OwnedRequest| {
        let trace = format!("7f3a {}", request.method().name());
        request.headers_mut().set("trace", trace);
        request.extensions_mut().insert(Note(3));
        request.set_idempotent(true);
        request
    });
    let service =
        ServiceBuilder::new().buffer(1).layer(marked).service(ChannelService::new(client));
    let channel = ServiceChannel::new(service, BinaryProtocol::STRICT);
    let headers = Mutex::new(None);
    let inspected = Inspect::new(&channel, |request, sent| {
        assert!(request.extensions().get::<Note>().is_none());
        let header = sent.as_ref().unwrap().headers().get("handled");
        *headers.lock().unwrap() = header.map(str::to_owned);
    });
    let who = StepsClient::new(inspected).who().await.unwrap();
    assert_eq!(who, "nobody of nowhere, 7f3a who, no deadline");
    assert_eq!(headers.into_inner().unwrap().as_deref(), Some("who"));
    assert_eq!(*seen.lock().unwrap(), Some((Some(3), true, true)));
    let named = channel.with_header("trace", "lost");
    assert!(StepsClient::new(named).who().await.unwrap().contains("7f3a who"));
    let _ = Extensions::default();
}

#[tokio::test(start_paused = true)]
async fn the_time_for_a_call_is_that_of_all_layers() {
    // A service that is never ready.
    let never = ServiceBuilder::new().concurrency_limit(0).service(ChannelService::new(
        Client::from_stream(served(StepsProcessor::new(Handler::default()))),
    ));
    let channel = ServiceChannel::new(never, BinaryProtocol::STRICT);
    for (channel, time) in [
        (channel.clone(), Duration::from_secs(60)),
        (channel.with_timeout(Duration::from_secs(3)), Duration::from_secs(3)),
    ] {
        let begun = tokio::time::Instant::now();
        let error = StepsClient::new(channel).twice(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(error.delivery(), thrift_runtime::Delivery::NotSent);
        assert_eq!(error.to_string(), format!("twice was not answered within {time:?}"));
        assert!(begun.elapsed() >= time && begun.elapsed() < time + Duration::from_secs(1));
    }
    let stream = served(StepsProcessor::new(Handler::default()));
    let builder = Client::builder().call_timeout(Duration::from_secs(2));
    let channel = builder.layer(Identity::new()).over(stream);
    let begun = tokio::time::Instant::now();
    let error = StepsClient::new(channel).wait(LONG).await.unwrap_err();
    assert!(error.is_timeout() && begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn a_service_is_called_without_a_generated_client() {
    let stream = served(StepsProcessor::new(Handler::default()));
    let client = Client::from_stream(stream);
    let (buffer, worker) = Buffer::pair(ChannelService::new(client), 1);
    tokio::spawn(worker);
    let method = thrift_runtime::Method::new("twice");
    let arguments = thrift_runtime::Encoded::new(
        thrift_runtime::protocol::Encoding::Binary { strict: true },
        &b"\x08\x00\x01\x00\x00\x00\x15\x00"[..],
    );
    let response = buffer.oneshot(OwnedRequest::new(&method, arguments)).await.unwrap();
    assert_eq!(response.encoded().unwrap().bytes()[..], b"\x08\x00\x00\x00\x00\x00\x2a\x00"[..]);
}
