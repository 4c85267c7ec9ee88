//! Calls are measured on both sides, with the names of OpenTelemetry's conventions.

use std::time::Duration;

use metrics::Unit;
use opentelemetry_semantic_conventions::{attribute, metric};
use thrift_runtime::{
    Channel, Client, ConnectionOptions, Encoded, Framing, Method, Request, Server,
    protocol::Encoding,
    serve_connection,
    telemetry::{EventCounter, Metered},
};

use crate::{
    desk::{Desk, DeskClient, DeskProcessor},
    handler::{Handler, connect, serve},
    recorder::Recorded,
};

const SYSTEM: (&str, &str) = (attribute::RPC_SYSTEM_NAME, "thrift");
const STATUS: &str = attribute::RPC_RESPONSE_STATUS_CODE;

fn method(name: &str) -> (&'static str, &str) {
    (attribute::RPC_METHOD, name)
}

#[tokio::test]
async fn durations_tell_how_calls_ended() {
    let (recorded, _guard) = Recorded::record();
    let address = serve(Metered::new(DeskProcessor::new(Handler::default()))).await;
    let client = connect(address, Framing::Buffered).await;
    let channel = Metered::new(client.clone()).server("desk.internal", 9090);
    let desk = DeskClient::new(&channel);
    for _ in 0..2 {
        assert_eq!(desk.half(8).await.unwrap(), 4);
    }
    assert!(desk.half(7).await.is_err());
    assert!(desk.fail("no".into()).await.is_err());
    for name in ["made", "up"] {
        let made_up = Method::named(name.to_owned());
        let nothing = &Encoded::new(Encoding::Binary { strict: true }, &b"\0"[..]);
        let _ = channel.send(Request::new(&made_up, nothing)).await.unwrap();
    }
    client.close().await.unwrap();
    assert!(desk.half(8).await.is_err());

    let server = [(attribute::SERVER_ADDRESS, "desk.internal"), (attribute::SERVER_PORT, "9090")];
    let endings: [(_, &[_], _); 5] = [
        ("Desk/half", &[(STATUS, "OK")], 2),
        ("Desk/half", &[(STATUS, "EXCEPTION"), (attribute::ERROR_TYPE, "odd")], 1),
        ("Desk/fail", &[(STATUS, "42"), (attribute::ERROR_TYPE, "42")], 1),
        ("_OTHER", &[(STATUS, "UNKNOWN_METHOD"), (attribute::ERROR_TYPE, "UNKNOWN_METHOD")], 2),
        ("Desk/half", &[(attribute::ERROR_TYPE, "closed")], 1),
    ];
    for (name, ending, count) in endings {
        let labels = [&[SYSTEM], &server[..], &[method(name)], ending].concat();
        let values = recorded.values(metric::RPC_CLIENT_CALL_DURATION, &labels);
        assert_eq!(values.len(), count, "{labels:?}: {recorded:?}");
        assert!(values.iter().all(|seconds| (0.0..10.0).contains(seconds)), "{values:?}");
    }
    for (name, ending, count) in &endings[..4] {
        let labels = [&[SYSTEM], &[method(name)], *ending].concat();
        let values = recorded.values(metric::RPC_SERVER_CALL_DURATION, &labels);
        assert_eq!(values.len(), *count, "{labels:?}: {recorded:?}");
    }
    for name in [metric::RPC_SERVER_CALL_DURATION, metric::RPC_CLIENT_CALL_DURATION] {
        assert_eq!(recorded.unit(name), Some(Unit::Seconds));
    }
    let made_up: Vec<_> = recorded.keys().into_iter().filter(|key| key.contains("made")).collect();
    assert!(made_up.is_empty(), "{made_up:?}");
}

#[tokio::test]
#[allow(deprecated)] // They have no successors.
async fn sizes_are_those_of_messages() {
    let (recorded, _guard) = Recorded::record();
    let address = serve(Metered::new(DeskProcessor::new(Handler::default()))).await;
    let desk = DeskClient::new(Metered::new(connect(address, Framing::Framed).await));
    let bytes = thrift_runtime::Bytes::from(vec![7; 1000]);
    desk.echo(bytes.clone(), Vec::new()).await.unwrap();
    desk.note(bytes, String::new()).await.unwrap();
    desk.half(8).await.unwrap();
    let sizes = |name, of| recorded.values(name, &[SYSTEM, method(of)]);
    // A header with a name of four letters, and fields with a type, an id, and a length.
    assert_eq!(sizes(metric::RPC_SERVER_REQUEST_SIZE, "Desk/echo"), [16. + 1007. + 8. + 1.]);
    for name in [metric::RPC_SERVER_RESPONSE_SIZE, metric::RPC_CLIENT_RESPONSE_SIZE] {
        assert_eq!(sizes(name, "Desk/echo"), [16. + 1007. + 1.], "{name}");
        assert_eq!(sizes(name, "Desk/note"), [0.; 0], "{name}");
        assert_eq!(recorded.unit(name), Some(Unit::Bytes));
    }
    assert_eq!(sizes(metric::RPC_SERVER_REQUEST_SIZE, "Desk/note").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn calls_in_progress_go_up_and_down_even_if_they_are_given_up() {
    let (recorded, _guard) = Recorded::record();
    let metered = Metered::new(DeskProcessor::new(Handler::default()));
    let (ours, theirs) = tokio::io::duplex(1000);
    let server = tokio::spawn(async move {
        serve_connection(theirs, metered, &ConnectionOptions::default()).await
    });
    let desk = DeskClient::new(Metered::new(Client::from_stream(ours)));
    desk.wait(10).await.unwrap();
    let wait = desk.wait(60_000);
    assert!(tokio::time::timeout(Duration::from_secs(1), wait).await.is_err());
    server.abort();
    assert!(server.await.unwrap_err().is_cancelled());
    let labels = [SYSTEM, method("Desk/wait")];
    for (active, duration) in [
        ("rpc.client.active_calls", metric::RPC_CLIENT_CALL_DURATION),
        ("rpc.server.active_calls", metric::RPC_SERVER_CALL_DURATION),
    ] {
        assert_eq!(recorded.values(active, &labels), [1., 0., 1., 0.]);
        let cancelled = [&labels[..], &[(attribute::ERROR_TYPE, "cancelled")]].concat();
        assert_eq!(recorded.values(duration, &cancelled).len(), 1, "{recorded:?}");
    }
}

#[tokio::test]
async fn connections_and_what_goes_wrong_are_counted() {
    let (recorded, _guard) = Recorded::record();
    let server = Server::bind("127.0.0.1:0").await.unwrap().observer(EventCounter::new());
    let address = server.local_addr().unwrap();
    let served = tokio::spawn(server.serve(DeskProcessor::new(Handler::default())));
    let client = connect(address, Framing::Buffered).await;
    let desk = DeskClient::new(client.clone());
    assert!(desk.panic().await.is_err());
    client.close().await.unwrap();
    let counted = |labels: &[_]| recorded.values("thrift.server.events", labels);
    while counted(&[("event", "closed"), ("reason", "peer")]).is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(counted(&[("event", "opened")]), [1.]);
    assert_eq!(counted(&[("event", "panicked")]), [1.]);
    assert_eq!(recorded.values("thrift.server.connections", &[]), [1., 0.]);
    served.abort();
}
