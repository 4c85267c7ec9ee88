//! One port and every dialect: protocols, framings, several services, and what is hostile in each.

use std::time::Duration;

use thrift_runtime::{
    AnyProtocol, ApplicationErrorKind, BinaryProtocol, Client, CompactProtocol, Error, ErrorKind,
    Framing, JsonProtocol, Limits, Multiplexed, Protocol, Result,
    protocol::{Input, MessageHeader, MessageType, Output, Scan},
    value::{Any, AnyStruct},
};
use thrift_tests::server::serve;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

thrift_runtime::thrift!("../../examples/calculator/calculator.thrift");

struct Calculator;

impl CalculatorService for Calculator {
    async fn add(&self, a: i32, b: i32) -> Result<i32> {
        Ok(a + b)
    }

    async fn subtract(&self, a: i32, b: i32) -> Result<i32> {
        Ok(a - b)
    }
}

/// Adds when it should subtract, so that it can be told from the other.
struct Miscalculator;

impl CalculatorService for Miscalculator {
    async fn add(&self, a: i32, b: i32) -> Result<i32> {
        Ok(a - b)
    }

    async fn subtract(&self, _a: i32, _b: i32) -> Result<i32> {
        Err(Error::application(ApplicationErrorKind(77), "never"))
    }
}

const PROTOCOLS: [AnyProtocol; 4] = [
    AnyProtocol::Binary(BinaryProtocol::STRICT),
    AnyProtocol::Binary(BinaryProtocol::NON_STRICT),
    AnyProtocol::Compact(CompactProtocol),
    AnyProtocol::Json(JsonProtocol),
];
const FRAMINGS: [Framing; 2] = [Framing::Buffered, Framing::Framed];

/// A server of two services by name, of which one answers plain names too.
async fn start() -> std::net::SocketAddr {
    let services = Multiplexed::new()
        .service("Right", CalculatorServiceProcessor::new(Calculator))
        .service("Wrong", CalculatorServiceProcessor::new(Miscalculator))
        .default_service(CalculatorServiceProcessor::new(Calculator));
    serve(services).await
}

#[tokio::test]
async fn one_port_answers_all_dialects_at_once() {
    let address = start().await;
    let mut clients = Vec::new();
    for protocol in PROTOCOLS {
        for framing in FRAMINGS {
            let client = Client::builder().protocol(protocol).framing(framing);
            clients.push(client.connect(address).await.unwrap());
        }
    }
    let calls = clients.iter().flat_map(|client| (0..50).map(move |number| (client, number)));
    let calls = calls.map(|(client, number)| {
        let client = client.clone();
        tokio::spawn(async move {
            let plain = CalculatorServiceClient::new(client.clone());
            let right = CalculatorServiceClient::new(client.to_service("Right"));
            let wrong = CalculatorServiceClient::new(client.to_service("Wrong"));
            assert_eq!(plain.add(number, 3).await.unwrap(), number + 3);
            assert_eq!(right.subtract(number, 3).await.unwrap(), number - 3);
            assert_eq!(wrong.add(number, 3).await.unwrap(), number - 3);
            let error = wrong.subtract(1, 1).await.unwrap_err();
            assert_eq!(error.as_application().unwrap().kind().0, 77);
            let nowhere = CalculatorServiceClient::new(client.to_service("Nowhere"));
            let error = nowhere.add(1, 1).await.unwrap_err();
            let kind = error.as_application().unwrap().kind();
            assert_eq!(kind, ApplicationErrorKind::UNKNOWN_METHOD, "{error}");
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
}

#[tokio::test]
async fn a_call_of_any_dialect_may_arrive_a_byte_at_a_time() {
    let address = start().await;
    for protocol in PROTOCOLS {
        for framing in FRAMINGS {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let message = framed(framing, &call(protocol, "Right:add", &sum(40, 2)));
            for byte in &message {
                stream.write_all(&[*byte]).await.unwrap();
                tokio::task::yield_now().await;
            }
            let expected = message_of(
                protocol,
                MessageType::Reply,
                "add",
                &AnyStruct(vec![(0, Any::I32(42))]),
            );
            let expected = framed(framing, &expected);
            let mut answer = vec![0; expected.len()];
            let read = timeout(Duration::from_secs(10), stream.read_exact(&mut answer)).await;
            read.unwrap().unwrap();
            assert_eq!(answer, expected, "{protocol:?} {framing}");
        }
    }
}

#[tokio::test]
async fn a_client_of_another_dialect_is_told() {
    for protocol in PROTOCOLS {
        let other = if protocol == PROTOCOLS[2] { PROTOCOLS[3] } else { PROTOCOLS[2] };
        for (protocol, framing) in [(other, Framing::Buffered), (protocol, Framing::Framed)] {
            let (ours, mut theirs) = tokio::io::duplex(1 << 16);
            let client = Client::builder().protocol(PROTOCOLS[0]).buffered().over(ours);
            let result = AnyStruct(vec![(0, Any::I32(1))]);
            let reply = message_of(protocol, MessageType::Reply, "add", &result);
            theirs.write_all(&framed(framing, &reply)).await.unwrap();
            let error = CalculatorServiceClient::new(client).add(1, 1).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Dialect, "{error}");
            assert!(error.to_string().contains("the peer answered"), "{error}");
        }
    }
}

/// What is cut or mutilated anywhere is an error or another value, never a panic, and the scanner
/// and the reader agree on where a message ends.
#[test]
fn messages_cut_and_mutilated_at_every_byte() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for protocol in PROTOCOLS {
        let message = message_of(protocol, MessageType::Call, "method", &everything());
        let limits = Limits::default();
        let read = |message: &[u8]| -> Result<(AnyStruct, usize)> {
            let mut value = AnyStruct::default();
            let (_, at) = protocol.read_header(message, &limits)?;
            let end = protocol.read_body(Input::from(message), at, &limits, &mut value)?;
            Ok((value, end))
        };
        assert_eq!(read(&message).unwrap(), (everything(), message.len()));
        for end in 0..message.len() {
            let error = read(&message[..end]).unwrap_err();
            assert!(error.is_truncated(), "{protocol:?} cut at {end}: {error}");
            let mut scanner = protocol.scanner();
            assert_eq!(scanner.scan(&message[..end], &limits).unwrap(), None, "cut at {end}");
        }
        for _ in 0..20_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mut mutilated = message.clone();
            let at = (random >> 33) as usize % mutilated.len();
            mutilated[at] = (random >> 16) as u8;
            // The first bytes decide for another protocol.
            if mutilated[..2] != message[..2] {
                continue;
            }
            let mut scanner = protocol.scanner();
            let scanned = scanner.scan(&mutilated, &limits);
            if let (Ok((_, end)), Ok(Some(found))) = (read(&mutilated), scanned) {
                assert_eq!(end, found, "{protocol:?} with another byte at {at}");
            }
        }
    }
}

#[test]
fn hostile_sizes_and_depths_take_no_memory() {
    let nested = |levels: usize| {
        let innermost = AnyStruct::default();
        (0..levels).fold(innermost, |inner, _| AnyStruct(vec![(1, Any::Struct(inner))]))
    };
    for protocol in PROTOCOLS {
        let fits = protocol.encode(&nested(62)).unwrap();
        protocol.decode::<AnyStruct>(&fits).unwrap();
        let deep = protocol.encode(&nested(100)).unwrap();
        assert!(protocol.decode::<AnyStruct>(&deep).unwrap_err().is_limit());
        assert!(protocol.decode::<CalculatorArguments>(&deep).unwrap_err().is_limit());
        let error = protocol.encode(&nested(1_000)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unwritable);
    }
    let mut small = Limits::default();
    small.string_size = 10;
    small.container_size = 3;
    for protocol in PROTOCOLS {
        for (value, what) in [
            (Any::String("eleven byte".into()), "string"),
            (Any::List(thrift_runtime::protocol::TType::I8, vec![Any::I8(0); 4]), "container"),
        ] {
            let bytes = protocol.encode(&AnyStruct(vec![(1, value)])).unwrap();
            let mut read = AnyStruct::default();
            let error = protocol.read_value(Input::from(&bytes), &small, &mut read).unwrap_err();
            assert!(error.is_limit() && error.to_string().contains(what), "{error}");
        }
    }
}

thrift_runtime::thrift!("idl/calculator_arguments.thrift");

fn sum(a: i32, b: i32) -> AnyStruct {
    AnyStruct(vec![(1, Any::I32(a)), (2, Any::I32(b))])
}

/// A struct with a value of every type.
fn everything() -> AnyStruct {
    use thrift_runtime::protocol::TType;
    let list = |values: Vec<Any>| Any::List(values[0].ty(), values);
    AnyStruct(vec![
        (1, Any::Bool(true)),
        (2, Any::I8(-1)),
        (3, Any::I16(300)),
        (4, Any::I32(-70_000)),
        (5, Any::I64(1 << 40)),
        (6, Any::Double(1.5.into())),
        (7, Any::String("text \"\\\n é".into())),
        (8, list(vec![Any::Bool(false), Any::Bool(true)])),
        (9, Any::Set(TType::String, vec![Any::String("a".into()), Any::String("".into())])),
        (
            10,
            Any::Map(
                TType::I32,
                TType::List,
                vec![(Any::I32(7), list(vec![Any::Struct(sum(1, 2))]))],
            ),
        ),
        (200, Any::Struct(AnyStruct::default())),
        (-5, list(vec![Any::I64(1), Any::I64(-1)])),
    ])
}

fn call(protocol: AnyProtocol, name: &str, arguments: &AnyStruct) -> Vec<u8> {
    message_of(protocol, MessageType::Call, name, arguments)
}

fn message_of(protocol: AnyProtocol, kind: MessageType, name: &str, body: &AnyStruct) -> Vec<u8> {
    let mut out = Output::new();
    let header = MessageHeader::new(name.as_bytes(), kind, 0);
    protocol.write_message(&header, body, &mut out).unwrap();
    out.into_vec()
}

fn framed(framing: Framing, message: &[u8]) -> Vec<u8> {
    let length = (message.len() as u32).to_be_bytes();
    match framing {
        Framing::Framed => [&length, message].concat(),
        _ => message.to_vec(),
    }
}
