//! What a stranger may send that costs the most: instructions for each byte of it.

use std::hint::black_box;

use thrift_runtime::{
    AnyProtocol, BinaryProtocol, CompactProtocol, ConnectionOptions, Framing, JsonProtocol, Limits,
    Protocol, Value,
    protocol::{Input, TType},
    sasl::{Login, ServerSasl},
    serve_connection,
    value::{Any, AnyStruct},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use crate::{
    calls::{self, Handler},
    dialects,
    wire::{Messages, echo::EchoProcessor},
};

/// Types of its own: a function that is used twice is compiled in another way.
mod own {
    thrift_runtime::thrift!("../../idl/workloads.thrift");
}

/// Shapes of messages, each with the most instructions that a byte may take: a quarter more than it took
/// when the bound was set.
pub const SHAPES: [(&str, u64); 36] = [
    ("hostile, fields of a bit that nobody knows, binary", 27),
    ("hostile, fields of a bit that nobody knows, compact", 98),
    ("hostile, fields of a bit that nobody knows, JSON", 27),
    ("hostile, fields of a bit that are kept, compact", 325),
    ("hostile, fields against their order, binary", 16),
    ("hostile, fields against their order, compact", 62),
    ("hostile, fields against their order, JSON", 31),
    ("hostile, empty structs, compact", 232),
    ("hostile, empty structs, JSON", 230),
    ("hostile, nested lists, binary", 167),
    ("hostile, nested lists, compact", 822),
    ("hostile, nested lists, JSON", 125),
    ("hostile, nested lists that nobody knows, binary", 29),
    ("hostile, nested lists that nobody knows, compact", 159),
    ("hostile, nested lists that nobody knows, JSON", 56),
    ("hostile, nested structs, binary", 215),
    ("hostile, nested structs, compact", 460),
    ("hostile, nested structs, JSON", 79),
    ("hostile, empty lists of no type, compact", 346),
    ("hostile, empty lists, JSON", 83),
    ("hostile, keys against their order, binary", 91),
    ("hostile, keys against their order, JSON", 95),
    ("hostile, texts against their order, binary", 65),
    ("hostile, texts against their order, compact", 122),
    ("hostile, keys that are equal, compact", 107),
    ("hostile, keys that are equal, JSON", 104),
    ("hostile, escapes, JSON", 44),
    ("hostile, a call a byte at a time, buffered", 10_100),
    ("hostile, a call a byte at a time, buffered, JSON", 10_150),
    ("hostile, a call a byte at a time, framed", 9_850),
    ("hostile, a call a byte at a time, THeader", 9_900),
    ("hostile, a call a byte at a time, THeader, compressed", 18_500),
    ("hostile, a call a byte at a time, TTHeader", 9_900),
    ("hostile, a call a byte at a time, zlib", 29_700),
    ("hostile, a call a byte at a time, SASL", 10_500),
    ("hostile, a call a byte at a time, chunks of HTTP", 9_550),
];

/// How many elements or fields there are.
const COUNT: usize = 5_000;

/// The bytes that a shape has.
pub fn length(shape: &str) -> usize {
    message(shape).len()
}

pub fn run(shape: &str, runs: u64) {
    let bytes = message(shape);
    for _ in 0..runs {
        let bytes = black_box(&bytes[..]);
        match parts(shape) {
            ("a call a byte at a time", dialect) => serve(dialect, bytes),
            (what, "binary") => decode_as(what, BinaryProtocol::STRICT, bytes),
            (what, "compact") => decode_as(what, CompactProtocol, bytes),
            (what, _) => decode_as(what, JsonProtocol, bytes),
        }
    }
}

/// What is sent, and the protocol or dialect.
fn parts(shape: &str) -> (&str, &str) {
    let shape = shape.strip_prefix("hostile, ").unwrap_or(shape);
    shape.split_once(", ").expect("two parts")
}

fn decode_as(what: &str, protocol: impl Protocol, bytes: &[u8]) {
    match what {
        "fields of a bit that nobody knows" | "nested lists that nobody knows" | "escapes" => {
            decode::<own::Small>(protocol, bytes);
        }
        "fields against their order" => decode::<own::Record>(protocol, bytes),
        "empty structs" => decode::<own::Records>(protocol, bytes),
        "keys against their order" => decode::<own::Names>(protocol, bytes),
        "texts against their order" | "keys that are equal" => {
            decode::<own::Counts>(protocol, bytes);
        }
        _ => decode::<AnyStruct>(protocol, bytes),
    }
}

/// Reads a value, within limits that let all of it pass.
fn decode<T: Value>(protocol: impl Protocol, bytes: &[u8]) {
    let mut limits = Limits::default();
    limits.memory = usize::MAX;
    let mut value = T::default();
    let end = protocol.read_value(Input::from(bytes), &limits, &mut value);
    assert_eq!(end.expect("a value"), bytes.len());
    black_box(value);
}

/// Serves a connection on which a byte comes at a time.
fn serve(dialect: &str, bytes: &[u8]) {
    let bytes = bytes.to_vec();
    calls::block_on(async {
        let (mut ours, theirs) = duplex(1);
        let mut options = ConnectionOptions::default();
        match dialect {
            "framed" => options.framing = Some(Framing::Framed),
            "SASL" => {
                let anyone = |login: &Login| Ok::<_, &str>(login.user().to_owned());
                options.sasl = Some(ServerSasl::plain(anyone));
            }
            _ => {}
        }
        let (mut reading, mut writing) = tokio::io::split(&mut ours);
        let sending = async {
            writing.write_all(&bytes).await.expect("a server that reads");
            writing.shutdown().await.expect("a server that reads");
        };
        let receiving = async {
            let mut answer = Vec::new();
            reading.read_to_end(&mut answer).await.expect("an answer");
            assert!(answer.len() > 50);
        };
        let serving = serve_connection(theirs, EchoProcessor::new(Handler), &options);
        let (served, (), ()) = tokio::join!(serving, sending, receiving);
        served.expect("a call that can be answered");
    });
}

fn message(shape: &str) -> Vec<u8> {
    match parts(shape) {
        ("a call a byte at a time", "chunks of HTTP") => {
            let mut request =
                b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            for byte in call(BinaryProtocol::STRICT) {
                request.extend([b'1', b'\r', b'\n', byte, b'\r', b'\n']);
            }
            request.extend(b"0\r\n\r\n");
            request
        }
        ("a call a byte at a time", "buffered, JSON") => call(JsonProtocol),
        ("a call a byte at a time", dialect) => {
            let case = match dialect {
                "framed" => 1,
                "THeader" => 2,
                "THeader, compressed" => 3,
                "TTHeader" => 4,
                "zlib" => 5,
                "SASL" => dialects::SASL,
                _ => 0,
            };
            dialects::around(case, &call(BinaryProtocol::STRICT))
        }
        ("escapes", _) => {
            let text = r"\u00e9\n\ud83d\ude00".repeat(COUNT / 3);
            format!(r#"{{"1":{{"str":"{text}"}}}}"#).into_bytes()
        }
        (what, protocol) => {
            let protocol = match protocol {
                "binary" => AnyProtocol::Binary(BinaryProtocol::STRICT),
                "compact" => AnyProtocol::Compact(CompactProtocol),
                _ => AnyProtocol::Json(JsonProtocol),
            };
            protocol.encode(&value(what)).expect("a value that can be written")
        }
    }
}

fn call(protocol: impl Protocol) -> Vec<u8> {
    Messages::new(protocol, Framing::Buffered).call
}

fn value(what: &str) -> AnyStruct {
    let list = |id: i16, ty: TType, elements: Vec<Any>| vec![(id, Any::List(ty, elements))];
    let map =
        |key: TType, value: TType, pairs: Vec<(Any, Any)>| vec![(1, Any::Map(key, value, pairs))];
    let numbers = 0..COUNT as i32;
    AnyStruct(match what {
        "fields of a bit that nobody knows" | "fields of a bit that are kept" => {
            (0..COUNT as i16).map(|at| (100 + at, Any::Bool(true))).collect()
        }
        "fields against their order" => {
            let fields = [(5, Any::I64(1)), (4, Any::I32(1)), (3, Any::I16(1)), (2, Any::I8(1))];
            fields.into_iter().cycle().take(COUNT).collect()
        }
        "empty structs" => list(1, TType::Struct, vec![Any::Struct(AnyStruct(Vec::new())); COUNT]),
        "nested structs" => {
            let inner = (0..60)
                .fold(AnyStruct(Vec::new()), |inner, _| AnyStruct(vec![(1, Any::Struct(inner))]));
            list(1, TType::Struct, vec![Any::Struct(inner); COUNT / 60])
        }
        "nested lists" | "nested lists that nobody knows" => {
            let inner = (0..60).fold(Any::List(TType::Bool, Vec::new()), |inner, _| {
                Any::List(TType::List, vec![inner])
            });
            list(100, TType::List, vec![inner; COUNT / 60])
        }
        "empty lists of no type" => {
            list(1, TType::List, vec![Any::List(TType::Stop, Vec::new()); COUNT])
        }
        "empty lists" => list(1, TType::List, vec![Any::List(TType::Bool, Vec::new()); COUNT]),
        "keys against their order" => {
            let keys = numbers.map(|key| Any::I32(key.wrapping_mul(-1_640_531_527)));
            map(TType::I32, TType::String, keys.map(|key| (key, text(""))).collect())
        }
        "texts against their order" => {
            let keys = numbers.rev().map(|key| text(&format!("{key:05}")));
            map(TType::String, TType::I32, keys.map(|key| (key, Any::I32(1))).collect())
        }
        _ => map(TType::String, TType::I32, vec![(text(""), Any::I32(1)); COUNT]),
    })
}

fn text(text: &str) -> Any {
    Any::String(text.as_bytes().to_vec().into())
}
