//! Spans of Jaeger's client for Python, which reports them to an agent over UDP.

use std::time::Duration;

use thrift_runtime::{Bytes, Result, serve_udp};
use thrift_tests::program;
use tokio::{
    net::UdpSocket,
    sync::mpsc::{UnboundedSender, unbounded_channel},
    time::timeout,
};

use self::idl::{
    Agent, AgentProcessor,
    jaeger::{Batch, Log, Span, SpanRef, SpanRefType, Tag, TagType},
};
use crate::{
    left_out,
    python::{interpreter_with, script},
};

mod idl {
    thrift_runtime::thrift!("interop/jaeger/agent.thrift");
}

const PATIENCE: Duration = Duration::from_secs(20);

/// 1,700,000,000.25 seconds, in microseconds.
const START: i64 = 1_700_000_000_250_000;

/// An agent that hands on what it is sent.
struct Collector(UnboundedSender<Batch>);

impl Agent for Collector {
    async fn emit_batch(&self, batch: Batch) -> Result<()> {
        let _ = self.0.send(batch);
        Ok(())
    }
}

#[tokio::test]
async fn spans_of_jaegers_client_are_read() {
    let interpreter = match interpreter_with("jaeger_client").await {
        Ok(interpreter) => interpreter,
        Err(reason) => return left_out("Jaeger's client", &reason),
    };
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let (sender, mut batches) = unbounded_channel();
    tokio::spawn(serve_udp(socket, AgentProcessor::new(Collector(sender))));

    let printed =
        program::run(script(&interpreter, "tracer.py").arg(port.to_string())).await.unwrap();
    let identifiers: Vec<_> = printed.lines().filter_map(Identifiers::parse).collect();
    let expected = expected(&identifiers);

    let mut spans = Vec::new();
    let mut count = 0;
    while spans.len() < expected.len() {
        let batch = timeout(PATIENCE, batches.recv()).await.expect("more spans").unwrap();
        let Batch { process, spans: reported, seq_no, stats } = batch;
        assert_eq!(process.service_name, "zamówienia");
        let tags = process.tags.unwrap();
        assert!(tags.contains(&text("version", "1.2")), "{tags:?}");
        assert!(tags.contains(&long("replicas", 3)), "{tags:?}");
        assert!(tags.contains(&text("jaeger.version", "Python-4.8.0")), "{tags:?}");
        assert_eq!((seq_no, stats), (None, None));
        spans.extend(reported);
        count += 1;
    }
    assert_eq!(spans.len(), expected.len());
    for (span, expected) in spans.iter().zip(&expected) {
        assert_eq!(span, expected);
    }
    assert_eq!(expected.len(), 23);
    assert_eq!(count, 3, "ten spans a datagram at most");
}

/// The spans that the program reports.
fn expected(identifiers: &[Identifiers]) -> Vec<Span> {
    let &[order, payment, delivery, ref turns @ ..] = identifiers else {
        panic!("the program printed {identifiers:?}")
    };
    let of_order = Span {
        tags: Some(vec![
            text("sampler.type", "const"),
            boolean("sampler.param", true),
            text("text", "żółć ☃ 𝄞"),
            text("empty", ""),
            long("count", 5),
            long("least", i64::MIN),
            long("most", i64::MAX),
            double("ratio", 0.1),
            double("huge", -1.7e308),
            boolean("yes", true),
            boolean("no", false),
            binary("bytes", "☃"),
        ]),
        logs: Some(vec![
            log(
                START + 125_000,
                [
                    text("event", "retry"),
                    long("attempt", 2),
                    boolean("last", false),
                    double("after", 0.5),
                ],
            ),
            log(START + 1_000_000, [text("event", "done")]),
        ]),
        ..order.span("order", START, 1_500_000)
    };
    // Its parent is no reference.
    let of_payment = payment.span("payment", START + 250_000, 0);
    let of_delivery = Span {
        references: Some(vec![
            order.reference(SpanRefType::CHILD_OF),
            payment.reference(SpanRefType::FOLLOWS_FROM),
        ]),
        // Sampled, and for debugging.
        flags: 3,
        tags: Some(vec![long("sampling.priority", 1)]),
        ..delivery.span("delivery", START + 2_000_000, 3_598_000_000)
    };
    let of_turns = (0..).zip(turns).map(|(turn, identifiers)| {
        identifiers.span(&format!("turn {turn}"), START, turn * 1_000_000)
    });
    [of_order, of_payment, of_delivery].into_iter().chain(of_turns).collect()
}

/// By what a span is known.
#[derive(Debug, Clone, Copy)]
struct Identifiers {
    trace: u128,
    span: u64,
    parent: u64,
}

impl Identifiers {
    /// Reads a line of the program, if it is about a span.
    fn parse(line: &str) -> Option<Self> {
        let numbers = line.strip_prefix("span ")?.split(' ');
        let numbers: Vec<u128> = numbers.map(|number| number.parse().unwrap()).collect();
        let &[trace, span, parent] = &*numbers else { panic!("the program printed {line}") };
        let (span, parent) = (span.try_into().unwrap(), parent.try_into().unwrap());
        Some(Identifiers { trace, span, parent })
    }

    fn span(self, operation: &str, start_time: i64, duration: i64) -> Span {
        Span {
            trace_id_low: self.trace as i64,
            trace_id_high: (self.trace >> 64) as i64,
            span_id: self.span as i64,
            parent_span_id: self.parent as i64,
            operation_name: operation.to_owned(),
            references: None,
            flags: 1,
            start_time,
            duration,
            tags: Some(Vec::new()),
            logs: Some(Vec::new()),
        }
    }

    fn reference(self, ref_type: SpanRefType) -> SpanRef {
        SpanRef {
            ref_type,
            trace_id_low: self.trace as i64,
            trace_id_high: (self.trace >> 64) as i64,
            span_id: self.span as i64,
        }
    }
}

fn log<const N: usize>(timestamp: i64, fields: [Tag; N]) -> Log {
    Log { timestamp, fields: fields.into() }
}

fn tag(key: &str, v_type: TagType) -> Tag {
    Tag { key: key.to_owned(), v_type, ..Tag::default() }
}

fn text(key: &str, value: &str) -> Tag {
    Tag { v_str: Some(value.to_owned()), ..tag(key, TagType::STRING) }
}

fn long(key: &str, value: i64) -> Tag {
    Tag { v_long: Some(value), ..tag(key, TagType::LONG) }
}

fn double(key: &str, value: f64) -> Tag {
    Tag { v_double: Some(value), ..tag(key, TagType::DOUBLE) }
}

fn boolean(key: &str, value: bool) -> Tag {
    Tag { v_bool: Some(value), ..tag(key, TagType::BOOL) }
}

fn binary(key: &str, value: &'static str) -> Tag {
    Tag { v_binary: Some(Bytes::from(value)), ..tag(key, TagType::BINARY) }
}
