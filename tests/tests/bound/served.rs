//! A server's connection for one call.

use thrift_runtime::{
    AnyProtocol, ConnectionOptions, Protocol, Result,
    protocol::{MessageHeader, MessageType, Output},
    sasl::{Login, ServerSasl},
    serve_connection,
};

use crate::{dialects, known, pieces};

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

struct Sink;

impl known::Sink for Sink {
    async fn take(&self, _rows: known::Rows) -> Result<()> {
        Ok(())
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
    let body = [before, argument, after].concat();
    let mut out = Output::new();
    protocol.write_encoded(&header, &body, &mut out).unwrap();
    out.into_vec()
}

/// Serves what came, to its end.
pub(crate) fn serve(case: u8, stream: Vec<u8>) {
    let mut options = ConnectionOptions::default();
    if case == dialects::SASL {
        options.sasl =
            Some(ServerSasl::plain(|login: &Login| Ok::<_, &str>(login.user().to_owned())));
    }
    let stream = pieces::Pieces::new(&stream, 1 << 14);
    let processor = known::SinkProcessor::new(Sink);
    // How it ends is the peer's business.
    let _ = pieces::run(serve_connection(stream, processor, &options));
}
