//! A server's connection for one call, and a client's for one reply.

use std::cell::Cell;

use thrift_runtime::{
    AnyProtocol, Client, ConnectionOptions, Framing, Protocol, Result,
    protocol::{MessageHeader, MessageType, Output},
    sasl::{Login, ServerSasl},
    serve_connection,
};

use crate::{
    dialects,
    known::{self, Sink as _},
    pieces,
};

/// The cases of [`dialects::around`] that take whole messages.
pub(crate) const DIALECTS: [(&str, u8); 8] = [
    ("buffered", 0),
    ("framed", 1),
    ("THeader", 2),
    ("THeader, compressed", 3),
    ("TTHeader", 4),
    ("zlib", 5),
    ("HTTP", 6),
    ("SASL", dialects::SASL),
];

/// The cases in which a client reads replies.
pub(crate) const CLIENTS: [(&str, u8); 5] =
    [("buffered", 0), ("framed", 1), ("THeader", 2), ("TTHeader", 4), ("zlib", 5)];

thread_local! {
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

struct Sink;

impl known::Sink for Sink {
    async fn take(&self, _rows: known::Rows) -> Result<()> {
        TAKEN.set(TAKEN.get() + 1);
        Ok(())
    }

    async fn give(&self) -> Result<known::Rows> {
        Ok(known::Rows::default())
    }
}

/// A call whose one argument has this encoding.
pub(crate) fn call(protocol: AnyProtocol, argument: &[u8]) -> Vec<u8> {
    let (before, after): (&[u8], &[u8]) = match protocol {
        AnyProtocol::Binary(_) => (b"\x0c\0\x01", b"\0"),
        AnyProtocol::Compact(_) => (b"\x1c", b"\0"),
        _ => (br#"{"1":{"rec":"#, b"}}"),
    };
    let header = MessageHeader::new(b"take", MessageType::Call, 1);
    message(protocol, &header, &[before, argument, after].concat())
}

/// A reply to a client's first call, with a result of this encoding.
pub(crate) fn reply(protocol: AnyProtocol, result: &[u8]) -> Vec<u8> {
    let (before, after): (&[u8], &[u8]) = match protocol {
        AnyProtocol::Binary(_) => (b"\x0c\0\0", b"\0"),
        AnyProtocol::Compact(_) => (b"\x0c\0", b"\0"),
        _ => (br#"{"0":{"rec":"#, b"}}"),
    };
    let header = MessageHeader::new(b"give", MessageType::Reply, FIRST);
    message(protocol, &header, &[before, result, after].concat())
}

/// The sequence id of a client's first call.
const FIRST: i32 = 0;

fn message(protocol: AnyProtocol, header: &MessageHeader<'_>, body: &[u8]) -> Vec<u8> {
    let mut out = Output::new();
    protocol.write_encoded(header, body, &mut out).unwrap();
    out.into_vec()
}

/// Serves what came, to its end, and says how many calls were taken.
pub(crate) fn serve(case: u8, stream: Vec<u8>) -> usize {
    let before = TAKEN.get();
    let mut options = ConnectionOptions::default();
    if case == dialects::SASL {
        options.sasl =
            Some(ServerSasl::plain(|login: &Login| Ok::<_, &str>(login.user().to_owned())));
    }
    let stream = pieces::Pieces::new(&stream, 1 << 14);
    let processor = known::SinkProcessor::new(Sink);
    // How it ends is the peer's business.
    let _ = pieces::run(serve_connection(stream, processor, &options));
    TAKEN.get() - before
}

/// Calls a server whose reply is what came.
pub(crate) fn ask(protocol: AnyProtocol, case: u8, stream: Vec<u8>) -> Result<known::Rows> {
    let stream = pieces::Pieces::answering(&stream, 1 << 14);
    let builder = Client::builder().protocol(protocol);
    let builder = match case {
        1 => builder.framing(Framing::Framed),
        2 => builder.framing(Framing::Header),
        4 => builder.framing(Framing::TtHeader),
        5 => builder.buffered().zlib(),
        _ => builder.buffered(),
    };
    pieces::run(async {
        let client = known::SinkClient::new(builder.over(stream));
        client.give().await
    })
}
