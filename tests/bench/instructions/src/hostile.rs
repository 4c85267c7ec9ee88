//! What a stranger may send that costs the most: instructions for each byte of it.

use std::hint::black_box;

use thrift_runtime::{
    BinaryProtocol, CompactProtocol, ConnectionOptions, Framing, JsonProtocol, Limits, Protocol,
    Value,
    protocol::{Input, TType},
    serve_connection,
    value::{Any, AnyStruct},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use crate::{
    calls::{self, Handler},
    wire::{Messages, echo::EchoProcessor},
};

/// Types of its own: a function that is used twice is compiled in another way.
mod own {
    thrift_runtime::thrift!("../../idl/workloads.thrift");
}

/// Shapes of messages, each with the most instructions that a byte may take: a quarter more than it took
/// when the bound was set.
pub const SHAPES: [(&str, u64); 11] = [
    ("hostile, fields of a bit that nobody knows, binary", 27),
    ("hostile, fields of a bit that nobody knows, compact", 98),
    ("hostile, fields against their order, binary", 16),
    ("hostile, empty structs, compact", 232),
    ("hostile, nested lists, binary", 167),
    ("hostile, empty lists of no type, compact", 346),
    ("hostile, keys against their order, binary", 91),
    ("hostile, keys that are equal, compact", 107),
    ("hostile, escapes, JSON", 44),
    ("hostile, a call a byte at a time, framed", 9_850),
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
        match shape.rsplit_once(", ").map_or(shape, |(shape, _)| shape) {
            "hostile, fields of a bit that nobody knows" if shape.ends_with("binary") => {
                decode::<own::Small>(BinaryProtocol::STRICT, bytes);
            }
            "hostile, fields of a bit that nobody knows" => {
                decode::<own::Small>(CompactProtocol, bytes);
            }
            "hostile, fields against their order" => {
                decode::<own::Record>(BinaryProtocol::STRICT, bytes);
            }
            "hostile, empty structs" => decode::<own::Records>(CompactProtocol, bytes),
            "hostile, nested lists" => decode::<AnyStruct>(BinaryProtocol::STRICT, bytes),
            "hostile, empty lists of no type" => decode::<AnyStruct>(CompactProtocol, bytes),
            "hostile, keys against their order" => {
                decode::<own::Names>(BinaryProtocol::STRICT, bytes);
            }
            "hostile, keys that are equal" => decode::<own::Counts>(CompactProtocol, bytes),
            "hostile, escapes" => decode::<own::Small>(JsonProtocol, bytes),
            _ => serve(bytes),
        }
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
fn serve(bytes: &[u8]) {
    let bytes = bytes.to_vec();
    calls::block_on(async {
        let (mut ours, theirs) = duplex(1);
        let mut options = ConnectionOptions::default();
        if bytes.starts_with(b"\0") {
            options.framing = Some(Framing::Framed);
        }
        let (mut reading, mut writing) = tokio::io::split(&mut ours);
        let sending = async {
            writing.write_all(&bytes).await.expect("a server that reads");
            writing.shutdown().await.expect("a server that reads");
        };
        let receiving = async {
            let mut answer = Vec::new();
            reading.read_to_end(&mut answer).await.expect("an answer");
            assert!(answer.len() > 100);
        };
        let serving = serve_connection(theirs, EchoProcessor::new(Handler), &options);
        let (served, (), ()) = tokio::join!(serving, sending, receiving);
        served.expect("a call that can be answered");
    });
}

fn message(shape: &str) -> Vec<u8> {
    let binary = BinaryProtocol::STRICT;
    match shape.strip_prefix("hostile, ").unwrap_or(shape) {
        "fields of a bit that nobody knows, binary" => encoded(binary, unknown_fields()),
        "fields of a bit that nobody knows, compact" => encoded(CompactProtocol, unknown_fields()),
        "fields against their order, binary" => {
            let fields = [(5, Any::I64(1)), (4, Any::I32(1)), (3, Any::I16(1)), (2, Any::I8(1))];
            let fields = fields.into_iter().cycle().take(COUNT).collect();
            encoded(binary, AnyStruct(fields))
        }
        "empty structs, compact" => {
            let structs = vec![Any::Struct(AnyStruct(Vec::new())); COUNT];
            encoded(CompactProtocol, AnyStruct(vec![(1, Any::List(TType::Struct, structs))]))
        }
        "nested lists, binary" => {
            let list = (0..60).fold(Any::List(TType::Bool, Vec::new()), |inner, _| {
                Any::List(TType::List, vec![inner])
            });
            let lists = vec![list; COUNT / 60];
            encoded(binary, AnyStruct(vec![(1, Any::List(TType::List, lists))]))
        }
        "empty lists of no type, compact" => {
            let lists = vec![Any::List(TType::Stop, Vec::new()); COUNT];
            encoded(CompactProtocol, AnyStruct(vec![(1, Any::List(TType::List, lists))]))
        }
        "keys against their order, binary" => {
            let keys = (0..COUNT as i32).map(|key| key.wrapping_mul(-1_640_531_527));
            let pairs = keys.map(|key| (Any::I32(key), Any::String("".into()))).collect();
            encoded(binary, AnyStruct(vec![(1, Any::Map(TType::I32, TType::String, pairs))]))
        }
        "keys that are equal, compact" => {
            let pairs = vec![(Any::String("".into()), Any::I32(1)); COUNT];
            encoded(
                CompactProtocol,
                AnyStruct(vec![(1, Any::Map(TType::String, TType::I32, pairs))]),
            )
        }
        "escapes, JSON" => {
            let text = r"\u00e9\n\ud83d\ude00".repeat(COUNT / 3);
            format!(r#"{{"1":{{"str":"{text}"}}}}"#).into_bytes()
        }
        "a call a byte at a time, framed" => Messages::new(binary, Framing::Framed).call,
        _ => {
            let call = Messages::new(binary, Framing::Buffered).call;
            let mut request = b"POST / HTTP/1.1\r\nHost: h\r\n\
                Transfer-Encoding: chunked\r\n\r\n"
                .to_vec();
            call.iter().for_each(|byte| request.extend([b'1', b'\r', b'\n', *byte, b'\r', b'\n']));
            request.extend(b"0\r\n\r\n");
            request
        }
    }
}

fn unknown_fields() -> AnyStruct {
    AnyStruct((0..COUNT as i16).map(|at| (100 + at, Any::Bool(true))).collect())
}

fn encoded(protocol: impl Protocol, value: AnyStruct) -> Vec<u8> {
    protocol.encode(&value).expect("a value that can be written")
}
