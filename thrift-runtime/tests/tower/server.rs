//! tower's own layers around a server.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use thrift_runtime::{
    AnyProtocol, ApplicationErrorKind, ApplicationException, BinaryProtocol, Call, Client,
    Delivery, Error, ErrorKind, Exchange, HttpClient, Method, Multiplexed, Outcome, Paths,
    Processed, Processor, Protocol, Server,
    layers::{OwnedCall, ProcessorService, ServiceProcessor},
    protocol::Encoding,
};
use tower::{
    BoxError, ServiceBuilder, buffer::BufferLayer, layer::util::Identity,
    limit::ConcurrencyLimitLayer, timeout::TimeoutLayer, util::MapRequestLayer,
};

use crate::{
    Handler, LONG, Tenant, builders, served, settle,
    steps::{Steps, StepsClient, StepsHalfError, StepsProcessor},
};

const TIME: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn towers_own_layers_go_around_a_server() {
    for builder in builders() {
        let handler = Handler::default();
        let inner = || StepsProcessor::new(handler.clone());
        macro_rules! each {
            ($($name:literal: $layer:expr),* $(,)?) => {$(
                let processor = ServiceProcessor::layered(&$layer, inner());
                exercise(builder.clone().over(served(processor)), &handler, $name).await;
            )*};
        }
        each! {
            "nothing": Identity::new(),
            "timeout": TimeoutLayer::new(TIME),
            "load_shed": ServiceBuilder::new().load_shed(),
            "concurrency_limit": ConcurrencyLimitLayer::new(1),
            "rate_limit": ServiceBuilder::new().buffer(8).rate_limit(2, TIME),
            "buffer": ServiceBuilder::new().buffer(8),
            "filter": ServiceBuilder::new().filter(Ok::<OwnedCall, BoxError>),
            "many": ServiceBuilder::new().load_shed().concurrency_limit(8).timeout(TIME),
        }
    }
}

async fn exercise(client: Client, handler: &Handler, layers: &str) {
    let before = handler.calls();
    let steps = StepsClient::new(client);
    assert_eq!(steps.twice(4).await.unwrap(), 8, "{layers}");
    match steps.half(5).await.unwrap_err() {
        StepsHalfError::Odd(odd) => assert_eq!(odd.number, 5, "{layers}"),
        other => panic!("{layers}: {other:?}"),
    }
    let error = steps.fail("on purpose".into()).await.unwrap_err();
    assert_eq!(error.as_application().unwrap().message(), "on purpose", "{layers}");
    let error = steps.panic().await.unwrap_err();
    assert_eq!(error.as_application().unwrap().message(), "the handler panicked", "{layers}");
    steps.note("once".into()).await.unwrap();
    let call = async |number| steps.twice(number).await.unwrap();
    assert_eq!(tokio::join!(call(1), call(2), call(3)), (2, 4, 6), "{layers}");
    settle().await;
    assert_eq!(handler.calls() - before, 7, "{layers}");
}

#[tokio::test(start_paused = true)]
async fn every_protocol_goes_through_layers() {
    for encoding in [Encoding::Binary { strict: false }, Encoding::Compact, Encoding::Json] {
        let protocol = AnyProtocol::for_encoding(encoding).unwrap();
        let processor =
            ServiceProcessor::layered(&Identity::new(), StepsProcessor::new(Handler::default()));
        let client = Client::builder().protocol(protocol);
        let steps = StepsClient::new(client.clone().over(served(processor)));
        assert_eq!(steps.twice(4).await.unwrap(), 8, "{encoding}");
        assert!(matches!(steps.half(5).await, Err(StepsHalfError::Odd(_))), "{encoding}");
        let stream = served(StepsProcessor::new(Handler::default()));
        let steps = StepsClient::new(client.layer(Identity::new()).over(stream));
        assert_eq!(steps.twice(4).await.unwrap(), 8, "{encoding}");
    }
}

/// Notes what became of calls.
struct Noted<T>(T, Arc<Mutex<Vec<(String, Outcome)>>>);

impl<T: Processor> Processor for Noted<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let processed = self.0.process(call.reborrow()).await;
        self.1.lock().unwrap().push((call.method_name().into(), call.outcome()));
        processed
    }
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_dropped_and_answered() {
    let (handler, noted) = (Handler::default(), Arc::default());
    let layered =
        ServiceProcessor::layered(&TimeoutLayer::new(TIME), StepsProcessor::new(handler.clone()));
    let steps = StepsClient::new(Client::from_stream(served(Noted(layered, Arc::clone(&noted)))));
    let error = steps.wait(2_000).await.unwrap_err();
    let exception = error.as_application().unwrap();
    assert_eq!(exception.kind(), ApplicationErrorKind::TIMEOUT);
    assert_eq!(exception.message(), "wait took too long");
    assert_eq!(error.delivery(), Delivery::Possible);
    tokio::time::sleep(5 * TIME).await;
    assert_eq!((handler.calls(), handler.done()), (1, 0));
    assert_eq!(steps.wait(10).await.unwrap(), 10);
    assert!(matches!(steps.half(5).await, Err(StepsHalfError::Odd(_))));
    let noted = noted.lock().unwrap().clone();
    let names: Vec<_> = noted.iter().map(|(name, outcome)| format!("{name} {outcome}")).collect();
    assert_eq!(names, ["wait failed (timeout)", "wait returned", "half exception odd"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_too_much_is_refused() {
    let handler = Handler::default();
    let layers = ServiceBuilder::new().load_shed().concurrency_limit(1);
    let processor = ServiceProcessor::layered(&layers, StepsProcessor::new(handler.clone()));
    let steps = StepsClient::new(Client::from_stream(served(processor)));
    let waiting = tokio::spawn({
        let steps = steps.clone();
        async move { steps.wait(100).await }
    });
    settle().await;
    let error = steps.twice(1).await.unwrap_err();
    let exception = error.as_application().unwrap();
    assert_eq!(exception.kind(), ApplicationErrorKind::OVERLOADED);
    assert_eq!(exception.message(), "the server is overloaded: too many calls are in progress");
    assert_eq!(error.delivery(), Delivery::Refused);
    assert_eq!(handler.calls(), 1);
    assert_eq!(waiting.await.unwrap().unwrap(), 100);
    assert_eq!(steps.twice(1).await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_a_filter_refuses_with_is_answered() {
    fn exception() -> BoxError {
        ApplicationException::new(ApplicationErrorKind(401), "who are you?").into()
    }
    fn own() -> BoxError {
        Error::new(ErrorKind::Closed, "the database is gone").into()
    }
    fn text() -> BoxError {
        "just a text".into()
    }
    let made: [(fn() -> BoxError, _, _); 3] = [
        (exception, ApplicationErrorKind(401), "who are you?"),
        (own, ApplicationErrorKind::INTERNAL_ERROR, "the handler failed"),
        (text, ApplicationErrorKind::INTERNAL_ERROR, "the handler failed"),
    ];
    for (make, kind, text) in made {
        let filter = move |call: OwnedCall| match call.method() {
            b"twice" => Ok(call),
            _ => Err(make()),
        };
        let layers = ServiceBuilder::new().filter(filter);
        let processor = ServiceProcessor::layered(&layers, StepsProcessor::new(Handler::default()));
        let steps = StepsClient::new(Client::from_stream(served(processor)));
        let error = steps.who().await.unwrap_err();
        let exception = error.as_application().unwrap();
        assert_eq!((exception.kind(), exception.message()), (kind, text));
        assert_eq!(steps.twice(1).await.unwrap(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_layer_adds_reaches_the_handler() {
    let layer = MapRequestLayer::new(|mut call: OwnedCall| {
        let identity = call.headers().get("token").map_or("no one".to_owned(), str::to_uppercase);
        call.set_identity(identity);
        call.extensions_mut().insert(Tenant("blue"));
        call.set_deadline(Instant::now() + TIME);
        call
    });
    let handler = Handler::default();
    let inner = StepsProcessor::per_call(move |cx| handler.of(cx));
    // Behind several services, calls keep their short names.
    let services = Multiplexed::new().service("Steps", ServiceProcessor::layered(&layer, inner));
    let client = Client::builder().header().over(served(services)).to_service("Steps");
    let client = client.with_header("token", "me").with_header("trace", "7f3a");
    let header = Mutex::new(None);
    let client = thrift_runtime::Inspect::new(client, |_, sent| {
        let found = sent.as_ref().unwrap().headers().get("handled").map(str::to_owned);
        *header.lock().unwrap() = found;
    });
    let who = StepsClient::new(client).who().await.unwrap();
    assert_eq!(who, "ME of blue, 7f3a, a deadline");
    assert_eq!(header.into_inner().unwrap().as_deref(), Some("who"));
}

#[tokio::test(start_paused = true)]
async fn arguments_that_cannot_be_read_are_refused() {
    let layers = ServiceBuilder::new().buffer(1);
    let processor = ServiceProcessor::layered(&layers, StepsProcessor::new(Handler::default()));
    for (body, text) in [
        (&b"\x08\x00\x01\x00\x00\x00\x01"[..], "cannot be read"),
        (&b"\x08\x00\x01\x00\x00\x00\x01\x00"[..], ""),
    ] {
        let message =
            [&b"\x80\x01\x00\x01\x00\x00\x00\x05twice\x00\x00\x00\x07"[..], body].concat();
        let answered = Exchange::new(message).run(&processor).await;
        match answered {
            Ok(answered) if text.is_empty() => assert!(answered.outcome.is_returned()),
            Ok(answered) => {
                assert_ne!(answered.outcome, Outcome::Returned);
                let reply = String::from_utf8_lossy(&answered.message).into_owned();
                assert!(reply.contains(text), "{reply}");
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_server_and_a_client_have_layers() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let handler = Handler::default();
    let layered = server.layer(TimeoutLayer::new(Duration::from_millis(50))).layer(
        MapRequestLayer::new(|mut call: OwnedCall| {
            call.set_identity("a caller");
            call
        }),
    );
    let (address, shutdown) = (layered.local_addr().unwrap(), layered.shutdown_handle());
    let theirs = handler.clone();
    let serving = tokio::spawn(layered.serve(StepsProcessor::per_call(move |cx| theirs.of(cx))));
    let channel = Client::builder()
        .protocol(BinaryProtocol::NON_STRICT)
        .layer(TimeoutLayer::new(Duration::from_secs(20)))
        .connect(address)
        .await
        .unwrap();
    let steps = StepsClient::new(channel);
    assert_eq!(steps.who().await.unwrap(), "a caller of nowhere, no trace, no deadline");
    let error = steps.wait(LONG).await.unwrap_err();
    assert_eq!(error.as_application().unwrap().kind(), ApplicationErrorKind::TIMEOUT);
    drop(steps);
    shutdown.begin();
    serving.await.unwrap();
}

#[tokio::test]
async fn a_call_that_waits_in_layers_counts_once() {
    let server = Server::bind("127.0.0.1:0").await.unwrap().max_calls(1);
    let address = server.local_addr().unwrap();
    let layered = server.layer(BufferLayer::<OwnedCall>::new(1));
    let serving = tokio::spawn(layered.serve(StepsProcessor::new(Handler::default())));
    let steps = StepsClient::connect(address).await.unwrap();
    for number in 0..3 {
        assert_eq!(steps.twice(number).await.unwrap(), 2 * number);
    }
    serving.abort();
}

#[test]
fn a_layered_processor_knows_its_methods() {
    let steps = || StepsProcessor::new(Handler::default());
    let layered = ServiceProcessor::layered(&TimeoutLayer::new(TIME), steps());
    let twice = layered.method(b"twice").expect("the method of the processor within");
    assert!(twice.is_idempotent() && twice.service() == Some("Steps"));
    assert!(layered.method(b"made up").is_none());
    // Behind another, too.
    let multiplexed = Multiplexed::new().service("Steps", layered.clone());
    assert!(multiplexed.method(b"Steps:note").is_some_and(Method::is_oneway));
    let unknown = ServiceProcessor::new(ProcessorService::new(steps()));
    assert!(unknown.method(b"twice").is_none());
}

#[tokio::test]
async fn a_path_at_which_there_is_nothing_is_not_found_through_layers() {
    let paths = Paths::new().at("/steps", StepsProcessor::new(Handler::default()));
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let serving = tokio::spawn(server.layer(TimeoutLayer::new(20 * TIME)).serve(paths));
    let at = |path| StepsClient::new(HttpClient::new(&format!("http://{address}{path}")).unwrap());
    assert_eq!(at("/steps").twice(4).await.unwrap(), 8);
    let error = at("/stairs").twice(4).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status, "{error}");
    assert!(error.to_string().contains("404 Not Found"), "{error}");
    serving.abort();
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_written_in_another_way_is_the_same() {
    let message = br#"[1,"twic\u0065",1,7,{"1":{"i32":4}}]"#;
    let processor = StepsProcessor::new(Handler::default());
    let bare = Exchange::new(&message[..]).run(&processor).await.unwrap();
    let layered = ServiceProcessor::layered(&Identity::new(), processor);
    let answered = Exchange::new(&message[..]).run(&layered).await.unwrap();
    assert_eq!(answered.message, bare.message);
    assert_eq!(answered.message, br#"[1,"twice",2,7,{"0":{"i32":8}}]"#[..]);
}
