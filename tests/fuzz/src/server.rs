//! A server's connection, in every dialect.

use std::sync::OnceLock;

use thrift_runtime::{
    AnyProtocol, ConnectionOptions, Error, ErrorKind, Result, protocol::MessageType,
    serve_connection, tls::ServerTls,
};

use super::{
    dialects::{SASL, around},
    pieces::{self, Pieces},
    sasl,
    types::{
        self,
        known::{self, Base, Echo, EchoEchoError},
    },
};

/// From this case on, the server speaks TLS.
const TLS: u8 = 0xf0;
/// From this case on, it negotiates by SASL, and all that comes is the fuzzer's: in odd ones it also takes
/// peers without that, and from the fourth on, it takes several calls at once.
const NEGOTIATED: u8 = 0xf8;

/// What HTTP begins with.
const HTTP: [&[u8]; 6] = [b"POST", b"GET ", b"HEAD", b"PUT ", b"OPTI", b"HTTP"];

/// A byte that says what is around the rest, one that says in which pieces it comes, and what comes.
pub fn run(input: &[u8]) {
    let [case, piece, payload @ ..] = input else { return };
    let stream = if *case < TLS { around(*case, payload) } else { payload.to_vec() };
    let pieces = 1 + usize::from(*piece);
    let whole = serve(*case, &stream, usize::MAX);
    let parts = serve(*case, &stream, pieces);
    // Of what HTTP has read, it tells only when the time comes to read more, and it looks at a head again only
    // where that may be whole; and what is compressed is so up to where it was sent. A handshake has numbers
    // drawn by chance.
    let is_http = HTTP.iter().any(|begun| stream.starts_with(begun));
    if !is_tls(*case)
        && !matches!(case % 16, 3 | 5 | 6 | 7)
        && !is_http
        && stream.first() != Some(&b'x')
    {
        assert_eq!(told(&whole.0), told(&parts.0));
        assert_eq!(whole.1, parts.1);
    }
}

/// What is answered, but for the reason if JSON cannot be read: in pieces, a message ends where its brackets do,
/// and the reader may find that it ends within a value before it comes to what is wrong.
fn told(answer: &[u8]) -> String {
    let text = answer.escape_ascii().to_string();
    if !text.contains("[1,") {
        return text;
    }
    let mut parts = text.split(" cannot be read: ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |told, part| told + part.split_once(" (in ").map_or("", |(_, rest)| rest))
}

fn is_tls(case: u8) -> bool {
    (TLS..NEGOTIATED).contains(&case)
}

fn tls() -> ServerTls {
    static TLS: OnceLock<ServerTls> = OnceLock::new();
    let made = || {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
        let made = made.expect("a certificate");
        let (chain, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        ServerTls::new(chain.as_bytes(), key.as_bytes()).expect("a certificate")
    };
    TLS.get_or_init(made).clone()
}

/// What is answered to a stream, and as what the connection failed, if it did.
fn serve(case: u8, stream: &[u8], piece: usize) -> (Vec<u8>, Option<ErrorKind>) {
    let stream = Pieces::new(stream, piece);
    let written = stream.written();
    let mut options = ConnectionOptions::default();
    if case >= NEGOTIATED {
        options.sasl = Some(match case % 2 {
            0 => sasl::both(),
            _ => sasl::both().optional(),
        });
    } else if case % 16 == SASL {
        options.sasl = Some(sasl::plain());
    }
    if is_tls(case) {
        options.tls = Some(match case % 2 {
            0 => tls(),
            _ => tls().and_plain(),
        });
    }
    if case >= 128 && !(NEGOTIATED..NEGOTIATED + 4).contains(&case) {
        options.concurrent_calls = 4;
    }
    let processor = known::EchoProcessor::new(Service);
    let served = pieces::run(serve_connection(stream, processor, &options));
    (pieces::taken(&written), served.err().map(|error| error.kind()))
}

pub fn seeds() -> Vec<Vec<u8>> {
    let value = types::everything();
    let mut seeds = Vec::new();
    for (at, protocol) in types::PROTOCOLS.into_iter().enumerate() {
        let body = types::encoded(protocol, &Arguments { value: value.clone() });
        let message = |name: &str, kind: MessageType| {
            let body = Arguments { value: value.clone() };
            types::message(protocol, name, kind, 1, &body)
        };
        for case in [0, 1, 2, 3, 4, 5, 6, 8] {
            let calls = [message("echo", MessageType::Call), message("note", MessageType::Oneway)];
            let calls = if matches!(case, 0 | 5) { calls.concat() } else { calls[0].clone() };
            // Nothing would be tried with calls that nobody answers.
            let (answer, failed) = serve(case, &around(case, &calls), usize::MAX);
            let spoken = !(case == 4 && matches!(protocol, AnyProtocol::Json(_)));
            // Answers may be compressed.
            let answered = answer.len() > calls.len() / 16 && failed.is_none();
            assert_eq!(answered, spoken, "{case}, {protocol:?}: {}, {failed:?}", answer.len());
            seeds.push([&[case + 128 * (at as u8 % 2), 15][..], &calls].concat());
        }
        // Whole conversations, and two calls each.
        let calls = [message("echo", MessageType::Call), message("nothing", MessageType::Call)];
        for (is_sealed, conversation) in sasl::of_clients() {
            let frame = if is_sealed { sasl::sealed } else { sasl::framed };
            let stream = [conversation, frame(&calls[0]), frame(&calls[1])].concat();
            for case in [NEGOTIATED, NEGOTIATED + 1, NEGOTIATED + 4] {
                let (answer, failed) = serve(case, &stream, usize::MAX);
                assert!(
                    answer.len() > calls[0].len() / 2 && failed.is_none(),
                    "{case}, {protocol:?}, {is_sealed}: {}, {failed:?}",
                    answer.escape_ascii()
                );
            }
            seeds.push([&[NEGOTIATED + 4 * (at as u8 % 2), 15][..], &stream].concat());
        }
        let cases: &[u8] = [&[9, 10][..], &[], &[11, 12], &[13]][at];
        seeds.extend(cases.iter().map(|case| [&[*case, 3][..], &body].concat()));
    }
    let call = types::message(
        types::protocol(0),
        "nothing",
        MessageType::Call,
        1,
        &known::Wrong::default(),
    );
    let chunk = format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", call.len());
    seeds.push([&[7, 0][..], chunk.as_bytes(), &call, b"\r\n0\r\n\r\n"].concat());
    // Headers of a call: a text with a key, and one of a header's infos.
    seeds
        .push([&b"\x0e\x05\0\0\0\0\0\x01\0\x03\0\0\x01\x01\x01k\x01v\0\0\0\0"[..], &call].concat());
    seeds.push([&b"\x0f\x05\0\0\0\0\0\x01\0\x03\0\0\x01\0\x01\0\x01k\0\x01v"[..], &call].concat());
    // A call without SASL, and conversations that do not end well.
    let gave_up = [sasl::message(1, b"ROUNDS"), sasl::message(4, b"why")].concat();
    let unknown = sasl::message(1, b"CRAM-MD5");
    let wrong = [sasl::message(1, b"PLAIN"), sasl::message(5, b"\0a\0c")].concat();
    for begun in [&gave_up, &unknown, &wrong, &call, &sasl::framed(&call)] {
        seeds.extend([NEGOTIATED, NEGOTIATED + 1].map(|case| [&[case, 2][..], begun].concat()));
    }
    // What OpenSSL begins with, an alert, and a call without TLS.
    let hello = include_bytes!("hello.tls");
    for begun in [&hello[..], b"\x15\x03\x01\0\x02\x02\x28", &call] {
        seeds.extend([TLS, TLS + 1].map(|case| [&[case, 7][..], begun].concat()));
    }
    seeds
}

/// The arguments of `echo`.
#[derive(Debug, Default, thrift_runtime::ThriftStruct)]
struct Arguments {
    #[thrift(id = 1)]
    value: known::Everything,
}

/// Answers with what it is given.
struct Service;

impl Base for Service {
    async fn add(&self, a: i32, b: i32) -> Result<i32> {
        a.checked_add(b).ok_or_else(|| Error::application(Default::default(), "too much"))
    }
}

impl Echo for Service {
    async fn echo(&self, value: known::Everything) -> Result<known::Everything, EchoEchoError> {
        match value.flag {
            true => Ok(value),
            false => Err(known::Wrong { why: value.text, code: value.number }.into()),
        }
    }

    async fn note(&self, _text: String) -> Result<()> {
        Ok(())
    }

    async fn nothing(&self) -> Result<()> {
        tokio::task::yield_now().await;
        Ok(())
    }

    async fn choices(
        &self,
        choices: std::collections::BTreeMap<String, known::Choice>,
    ) -> Result<Vec<known::Choice>> {
        Ok(choices.into_values().collect())
    }
}
