//! A call is a span on both sides, with the names of OpenTelemetry's conventions.

use opentelemetry_semantic_conventions::attribute;
use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, Call, Channel, Client, ConnectionOptions, Context,
    Encoded, Error, ErrorKind, Framing, Headers, HttpClient, Method, Multiplexed, Processed,
    Processor, Protocol, Request, Response, Result, UdpClient,
    protocol::Encoding,
    serve_connection,
    telemetry::{Propagator, TraceContext, Traced},
};
use tracing::Span;

use crate::{
    desk::{Desk, DeskClient, DeskProcessor},
    handler::{Handler, connect, serve},
    spans::{Fields, Spans},
};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// What a span tells of how its call ended.
fn ending(fields: &Fields) -> [&str; 3] {
    [attribute::RPC_RESPONSE_STATUS_CODE, attribute::ERROR_TYPE, "otel.status_code"]
        .map(|name| fields.get(name).map_or("", String::as_str))
}

#[tokio::test]
async fn the_attributes_have_the_names_of_the_conventions() {
    let (spans, _guard) = Spans::record();
    let address = serve(Traced::new(DeskProcessor::new(Handler::default()))).await;
    let client = connect(address, Framing::Buffered).await;
    let desk = DeskClient::new(Traced::new(client).server("desk.internal", 9090));
    assert_eq!(desk.half(8).await.unwrap(), 4);
    assert!(desk.half(7).await.is_err());
    let [client, _] = &spans.of("client")[..] else { panic!("{spans:?}") };
    for (name, value) in [
        (attribute::RPC_SYSTEM_NAME, "thrift"),
        (attribute::RPC_METHOD, "Desk/half"),
        (attribute::RPC_RESPONSE_STATUS_CODE, "OK"),
        (attribute::SERVER_ADDRESS, "desk.internal"),
        (attribute::SERVER_PORT, "9090"),
        ("otel.name", "Desk/half"),
    ] {
        assert_eq!(client.get(name).map(String::as_str), Some(value), "{name}: {client:?}");
    }
    let [server, _] = &spans.of("server")[..] else { panic!("{spans:?}") };
    assert_eq!(server[attribute::RPC_METHOD], "Desk/half");
    assert_eq!(server[attribute::CLIENT_ADDRESS], "127.0.0.1");
    assert!(server[attribute::CLIENT_PORT].parse::<u16>().is_ok(), "{server:?}");
    // Whatever else there may be is for tracing-opentelemetry.
    let known = [
        attribute::RPC_SYSTEM_NAME,
        attribute::RPC_METHOD,
        attribute::RPC_METHOD_ORIGINAL,
        attribute::RPC_RESPONSE_STATUS_CODE,
        attribute::ERROR_TYPE,
        attribute::SERVER_ADDRESS,
        attribute::SERVER_PORT,
        attribute::CLIENT_ADDRESS,
        attribute::CLIENT_PORT,
    ];
    for name in spans.of("client").iter().chain(&spans.of("server")).flat_map(|span| span.keys()) {
        assert!(name.starts_with("otel.") || known.contains(&&**name), "{name}");
    }
}

#[tokio::test]
async fn exceptions_that_are_declared_are_told_from_others_and_from_lost_connections() {
    let (spans, _guard) = Spans::record();
    let address = serve(Traced::new(DeskProcessor::new(Handler::default()))).await;
    let client = connect(address, Framing::Buffered).await;
    let desk = DeskClient::new(Traced::new(client.clone()));
    assert!(desk.half(7).await.is_err());
    assert!(desk.fail("no".into()).await.is_err());
    assert!(desk.panic().await.is_err());
    let made_up = Method::named("made-up".to_owned());
    let nothing = &Encoded::new(Encoding::Binary { strict: true }, &b"\0"[..]);
    let channel = DeskClient::channel(&desk);
    let _ = channel.send(Request::new(&made_up, nothing)).await.unwrap();
    desk.note(Default::default(), String::new()).await.unwrap();
    client.close().await.unwrap();
    assert!(desk.half(8).await.is_err());

    let clients = spans.of("client");
    let servers = spans.of("server");
    let endings: Vec<_> = clients.iter().map(ending).collect();
    assert_eq!(
        endings,
        [
            ["EXCEPTION", "odd", "ERROR"],
            ["42", "42", "ERROR"],
            ["INTERNAL_ERROR", "INTERNAL_ERROR", "ERROR"],
            ["UNKNOWN_METHOD", "UNKNOWN_METHOD", "ERROR"],
            ["OK", "", ""],
            ["", "closed", "ERROR"],
        ]
    );
    let endings: Vec<_> = servers.iter().take(4).map(ending).collect();
    assert_eq!(
        endings,
        [
            ["EXCEPTION", "odd", ""],
            ["42", "42", "ERROR"],
            ["INTERNAL_ERROR", "INTERNAL_ERROR", "ERROR"],
            ["UNKNOWN_METHOD", "UNKNOWN_METHOD", "ERROR"],
        ]
    );
    // What a caller made up names no span, on either side.
    for span in [&clients[3], &servers[3]] {
        assert_eq!(span[attribute::RPC_METHOD], "_OTHER");
        assert_eq!(span["otel.name"], "_OTHER");
        assert_eq!(span[attribute::RPC_METHOD_ORIGINAL], "made-up");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_ends_its_spans() {
    let (spans, _guard) = Spans::record();
    let traced = Traced::new(DeskProcessor::new(Handler::default()));
    let (ours, theirs) = tokio::io::duplex(1000);
    let server = tokio::spawn(async move {
        let options = ConnectionOptions::default();
        serve_connection(theirs, traced, &options).await
    });
    let desk = DeskClient::new(Traced::new(Client::from_stream(ours)));
    let wait = desk.wait(60_000);
    assert!(tokio::time::timeout(std::time::Duration::from_secs(1), wait).await.is_err());
    server.abort();
    assert!(server.await.unwrap_err().is_cancelled());
    for kind in ["client", "server"] {
        assert_eq!(ending(&spans.of(kind)[0]), ["", "cancelled", "ERROR"], "{kind}");
    }
}

/// Puts what its caller told into the request, as a handler that calls a further service does.
struct Relay<C>(C);

impl<C: Channel + 'static> Processor for Relay<C> {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        let method = Method::new("who");
        let arguments = call.encoded().unwrap();
        let mut request = Request::new(&method, &arguments);
        if let Some(caller) = call.extensions().get::<TraceContext>() {
            request.extensions_mut().insert(caller.clone());
        }
        match self.0.send(request).await {
            Ok(response) => call.forward(&response),
            Err(error) => call.fail(&error),
        }
    }
}

/// Answers with the headers of W3C's trace context.
fn teller(cx: &Context) -> Handler {
    let header = |name| cx.headers().get(name).unwrap_or("none");
    Handler { who: format!("{} {}", header("traceparent"), header("tracestate")) }
}

#[tokio::test]
async fn the_trace_goes_along_from_hop_to_hop_where_there_are_headers() {
    let last = serve(Traced::new(DeskProcessor::per_call(teller))).await;
    let onward = Traced::new(connect(last, Framing::Header).await);
    let first = serve(Traced::new(Relay(onward))).await;
    let header = connect(first, Framing::Header).await;
    let http = HttpClient::new(&format!("http://{first}/")).unwrap();
    for (parent, state, told) in [
        (PARENT, "a=b", format!("{PARENT} a=b")),
        (PARENT, "\u{e9}", format!("{PARENT} none")),
        ("00-nonsense", "a=b", "none none".into()),
    ] {
        let client = header.with_header("traceparent", parent).with_header("tracestate", state);
        assert_eq!(DeskClient::new(client).who().await.unwrap(), told, "THeader, {parent}");
    }
    let client = http.with_header("traceparent", PARENT).with_header("tracestate", "a=b");
    assert_eq!(DeskClient::new(client).who().await.unwrap(), format!("{PARENT} a=b"));
}

/// Sets the context of the caller, and finds it again.
struct Fixed;

impl Propagator for Fixed {
    fn inject(&self, span: &Span, headers: &mut Headers) {
        assert!(!span.is_disabled());
        headers.set("traceparent", PARENT);
    }

    fn extract(&self, span: &Span, headers: &Headers) {
        span.record("error.type", headers.get("traceparent").unwrap_or("none"));
    }
}

#[tokio::test]
async fn a_propagator_sees_each_span_and_its_headers() {
    let (spans, _guard) = Spans::record();
    let processor = DeskProcessor::per_call(teller);
    let address = serve(Traced::new(processor).propagator(Fixed)).await;
    for (framing, sent) in [(Framing::Header, PARENT), (Framing::Framed, "none")] {
        let client = connect(address, framing).await;
        let desk = DeskClient::new(Traced::new(client).propagator(Fixed));
        // Where there are no headers, the call goes through without.
        assert_eq!(desk.who().await.unwrap(), format!("{sent} none"));
        assert_eq!(spans.of("server").last().unwrap()["error.type"], sent);
    }
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(thrift_runtime::serve_udp(socket, DeskProcessor::per_call(teller)));
    let client = Traced::new(UdpClient::connect(address).await.unwrap()).propagator(Fixed);
    DeskClient::new(client).note(Default::default(), String::new()).await.unwrap();
}

#[tokio::test]
async fn layers_and_several_services_pass_on_which_methods_there_are() {
    let (spans, _guard) = Spans::record();
    let desk = || DeskProcessor::new(Handler::default());
    let several = Multiplexed::new().service("Front", desk()).service("Back", Traced::new(desk()));
    let address = serve(Traced::new(several)).await;
    let client = connect(address, Framing::Buffered).await;
    for service in ["Front", "Back", "None"] {
        let _ = DeskClient::new(client.to_service(service)).half(8).await;
    }
    let names: Vec<_> =
        spans.of("server").into_iter().map(|span| span[attribute::RPC_METHOD].clone()).collect();
    assert_eq!(names, ["Desk/half", "Desk/half", "Desk/half", "_OTHER"]);
}

#[test]
fn a_blocking_client_is_traced_too() {
    use crate::desk::{DeskBlocking as _, DeskBlockingClient};
    use thrift_runtime::{BlockOn, BlockingClient, BlockingServer, NonBlocking};

    let (spans, _guard) = Spans::record();
    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    std::thread::spawn(move || server.serve(Traced::new(DeskProcessor::new(Handler::default()))));
    let client = BlockingClient::connect(address).unwrap();
    let desk = DeskBlockingClient::new(BlockOn(Traced::new(NonBlocking(client))));
    assert_eq!(desk.half(8).unwrap(), 4);
    assert_eq!(ending(&spans.of("client")[0]), ["OK", "", ""]);
}

/// Answers nothing at all, or what no server would.
struct Odd(fn() -> Error);

impl Channel for Odd {
    type Protocol = thrift_runtime::BinaryProtocol;

    async fn send(
        &self,
        _request: Request<'_, Self::Protocol>,
    ) -> Result<Response<Self::Protocol>> {
        Err((self.0)())
    }
}

#[tokio::test]
async fn a_peer_makes_no_new_names() {
    let (spans, _guard) = Spans::record();
    let many = || ApplicationException::new(ApplicationErrorKind(-123_456), "").into();
    assert!(DeskClient::new(Traced::new(Odd(many))).half(8).await.is_err());
    let late = || Error::new(ErrorKind::Timeout, "late");
    assert!(DeskClient::new(Traced::new(Odd(late))).half(8).await.is_err());
    let endings = spans.of("client");
    assert_eq!(ending(&endings[0]), ["_OTHER", "_OTHER", "ERROR"]);
    assert_eq!(ending(&endings[1]), ["", "timeout", "ERROR"]);
}
