//! Three processes, and the one trace that a receiver of OTLP gets of them.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::Duration,
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    common::v1::{KeyValue, any_value::Value},
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use opentelemetry_semantic_conventions::{attribute, resource};
use tonic::transport::server::TcpIncoming;

const PROPAGATOR: &str = include_str!("propagator.rs");
const GUIDE: &str = include_str!("../../../thrift-runtime/src/guide/observability.md");

/// How long the processes may take to export.
const LONG: Duration = Duration::from_secs(30);

/// Takes what processes export.
struct Collector(Sender<ExportTraceServiceRequest>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: tonic::Request<ExportTraceServiceRequest>,
    ) -> Result<tonic::Response<ExportTraceServiceResponse>, tonic::Status> {
        let _ = self.0.send(request.into_inner());
        Ok(tonic::Response::new(ExportTraceServiceResponse::default()))
    }
}

/// Starts a receiver, and gives its URL and what it receives.
fn collect() -> (String, Receiver<ExportTraceServiceRequest>) {
    let (sender, exported) = channel();
    let (bound, url) = channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            bound.send(format!("http://{}", listener.local_addr().unwrap())).unwrap();
            let service = TraceServiceServer::new(Collector(sender));
            let server = tonic::transport::Server::builder().add_service(service);
            server.serve_with_incoming(TcpIncoming::from(listener)).await.unwrap();
        });
    });
    (url.recv().unwrap(), exported)
}

/// A program of the example, with the settings that every exporter of OpenTelemetry knows.
fn program(path: &str, name: &str, url: &str) -> Command {
    let mut command = Command::new(path);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", url).env("OTEL_SERVICE_NAME", name);
    command.env("OTEL_BSP_SCHEDULE_DELAY", "20");
    command
}

/// A server in a process of its own, which ends with the test.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Server { process, address: address.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// A span, and of which process.
#[derive(Debug, Clone)]
struct Exported {
    process: String,
    span: Span,
}

impl Exported {
    fn attributes(&self) -> BTreeMap<&str, String> {
        texts(&self.span.attributes)
    }
}

fn texts(attributes: &[KeyValue]) -> BTreeMap<&str, String> {
    let text = |attribute: &KeyValue| match attribute.value.clone().and_then(|it| it.value) {
        Some(Value::StringValue(text)) => text,
        // Such as ports, which are numbers.
        Some(Value::IntValue(number)) => format!("int {number}"),
        other => panic!("{}: {other:?}", attribute.key),
    };
    attributes.iter().map(|attribute| (&*attribute.key, text(attribute))).collect()
}

/// The next spans that are exported, as traces.
fn traces(exported: &Receiver<ExportTraceServiceRequest>, count: usize) -> Vec<Vec<Exported>> {
    let mut traces = BTreeMap::<_, Vec<_>>::new();
    let mut spans = 0;
    while spans < count {
        for spans_of_process in exported.recv_timeout(LONG).unwrap().resource_spans {
            let resource = spans_of_process.resource.unwrap_or_default();
            let process = texts(&resource.attributes)[resource::SERVICE_NAME].clone();
            for span in spans_of_process.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                spans += 1;
                let exported = Exported { process: process.clone(), span };
                traces.entry(exported.span.trace_id.clone()).or_default().push(exported);
            }
        }
    }
    traces.into_values().collect()
}

/// Puts each span behind its parent, from the one that has none.
fn chain(trace: &[Exported]) -> Vec<Exported> {
    let mut parent = Vec::new();
    let mut chain = Vec::new();
    while let [child] =
        &trace.iter().filter(|it| it.span.parent_span_id == parent).collect::<Vec<_>>()[..]
    {
        parent.clone_from(&child.span.span_id);
        chain.push((*child).clone());
    }
    assert_eq!(chain.len(), trace.len(), "{trace:#?}");
    chain
}

/// Starts the servers with THeader or HTTP between all processes, orders, and gives what was exported.
fn order(scheme: &str, item: &str, printed: &str) -> (Vec<Exported>, [String; 2]) {
    let (url, exported) = collect();
    let mut stock = program(env!("CARGO_BIN_EXE_otel-stock"), "stock", &url);
    stock.arg("127.0.0.1:0");
    let stock = Server::start(stock);
    let mut orders = program(env!("CARGO_BIN_EXE_otel-orders"), "orders", &url);
    orders.arg("127.0.0.1:0").arg(format!("{scheme}{}", stock.address));
    let orders = Server::start(orders);
    let mut client = program(env!("CARGO_BIN_EXE_otel-client"), "client", &url);
    let output = client.arg(item).arg(format!("{scheme}{}", orders.address)).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), printed, "{error}");

    let traces = traces(&exported, 4);
    assert_eq!(traces.len(), 1, "{traces:#?}");
    (chain(&traces[0]), [&orders, &stock].map(|server| server.address.clone()))
}

/// The service that a span is of, its kind, and its name.
fn who(exported: &Exported) -> (&str, SpanKind, &str) {
    (&exported.process, exported.span.kind(), &exported.span.name)
}

#[test]
fn three_processes_make_one_trace_over_theader_and_over_http() {
    for scheme in ["", "http://"] {
        let (chain, [orders, stock]) =
            order(scheme, "lamp", "ordered a lamp, after which 2 are left");
        let expected = [
            ("client", SpanKind::Client, "Orders/place"),
            ("orders", SpanKind::Server, "Orders/place"),
            ("orders", SpanKind::Client, "Stock/take"),
            ("stock", SpanKind::Server, "Stock/take"),
        ];
        assert_eq!(chain.iter().map(who).collect::<Vec<_>>(), expected);
        for (exported, server) in chain.iter().zip([&orders, &orders, &stock, &stock]) {
            let mut attributes = exported.attributes();
            let mut take = |name| attributes.remove(name).unwrap_or_default();
            assert_eq!(take(attribute::RPC_SYSTEM_NAME), "thrift");
            assert_eq!(take(attribute::RPC_METHOD), exported.span.name);
            assert_eq!(take(attribute::RPC_RESPONSE_STATUS_CODE), "OK");
            if exported.span.kind() == SpanKind::Client {
                let (host, port) = server.split_once(':').unwrap();
                assert_eq!(take(attribute::SERVER_ADDRESS), host);
                assert_eq!(take(attribute::SERVER_PORT), format!("int {port}"));
            } else {
                assert_eq!(take(attribute::CLIENT_ADDRESS), "127.0.0.1");
                assert!(take(attribute::CLIENT_PORT).starts_with("int "));
            }
            assert!(attributes.is_empty(), "{attributes:?}");
            assert!(exported.span.start_time_unix_nano <= exported.span.end_time_unix_nano);
            assert_eq!(exported.span.status.clone().unwrap_or_default().code(), StatusCode::Unset);
        }
        // What a handler logs is an event of its call's span.
        let events: Vec<_> = chain.iter().map(|exported| exported.span.events.len()).collect();
        assert_eq!(events, [0, 0, 0, 1]);
    }
}

#[test]
fn an_exception_that_is_declared_is_an_error_of_the_callers() {
    for scheme in ["", "http://"] {
        let (chain, _) = order(scheme, "unicorn", "there is no unicorn");
        for exported in &chain {
            let attributes = exported.attributes();
            assert_eq!(attributes[attribute::RPC_RESPONSE_STATUS_CODE], "EXCEPTION");
            assert_eq!(attributes[attribute::ERROR_TYPE], "soldOut");
            let expected = match exported.span.kind() {
                SpanKind::Client => StatusCode::Error,
                _ => StatusCode::Unset,
            };
            assert_eq!(exported.span.status.clone().unwrap_or_default().code(), expected);
        }
    }
}

#[test]
fn the_guide_shows_the_propagator() {
    let (_, code) = PROPAGATOR.split_once("\n\n").unwrap();
    assert!(GUIDE.contains(&code.replace("pub(crate) ", "")));
}
