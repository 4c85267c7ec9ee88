//! Connections over every transport, and what is sent on them.

use std::time::Duration;

use flate2::{Compress, Compression, FlushCompress};
use thrift_runtime::{Bytes, ConnectionOptions, Result, tls::rustls::ClientConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    task::JoinHandle,
    time::timeout,
};

use crate::{
    BUFFERED, FRAMED,
    certificates::Authority,
    common::{self, Blob},
    raw_tls, serve, tls_of,
};

pub(crate) const TRANSPORTS: [&str; 7] =
    ["buffered", "framed", "header", "http", "zlib", "tls", "https"];

/// A connection, and two calls that may be sent on it.
pub(crate) struct Open {
    pub(crate) stream: DuplexStream,
    pub(crate) serving: JoinHandle<Result<()>>,
    pub(crate) calls: [Vec<u8>; 2],
}

/// A connection over a transport, with calls of so many bytes.
pub(crate) async fn open(transport: &str, length: usize, options: &ConnectionOptions) -> Open {
    let within = match transport {
        "tls" => "framed",
        "https" => "http",
        other => other,
    };
    let named = |(name, calls)| (name == within).then_some(calls);
    let mut calls = calls(length).into_iter().find_map(named).unwrap();
    if transport == within {
        let (stream, serving) = serve(options.clone());
        return Open { stream, serving, calls };
    }
    let authority = Authority::new();
    let mut secure = options.clone();
    secure.tls = tls_of(&authority, false).tls;
    let (mut stream, serving) = serve(secure);
    let mut session = shake_hands(&mut stream, &authority).await;
    // The tickets for later sessions.
    let _ = timeout(Duration::from_millis(1), stream.read(&mut [0; 4096])).await;
    calls = calls.map(|call| raw_tls::sealed(&mut session, &call));
    Open { stream, serving, calls }
}

/// Does a handshake with a server.
pub(crate) async fn shake_hands(
    stream: &mut DuplexStream,
    authority: &Authority,
) -> ClientConnection {
    let mut session = raw_tls::session(&authority.pem);
    loop {
        let records = raw_tls::sealed(&mut session, b"");
        stream.write_all(&records).await.unwrap();
        if !session.is_handshaking() {
            return session;
        }
        let mut arrived = vec![0; 4096];
        let count = stream.read(&mut arrived).await.unwrap();
        session.read_tls(&mut &arrived[..count]).unwrap();
        session.process_new_packets().unwrap();
    }
}

/// Each in a piece of one compressed stream.
fn deflated<const N: usize>(pieces: [&[u8]; N]) -> [Vec<u8>; N] {
    let mut deflater = Compress::new(Compression::none(), true);
    pieces.map(|bytes| {
        let mut out = Vec::with_capacity(2 * bytes.len() + 100);
        deflater.compress_vec(bytes, &mut out, FlushCompress::Sync).unwrap();
        out
    })
}

pub(crate) fn post(body: &[u8]) -> Vec<u8> {
    let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A call of so many bytes, and one that follows it, on every transport but TLS.
pub(crate) fn calls(length: usize) -> Vec<(&'static str, [Vec<u8>; 2])> {
    // Nothing that could be compressed.
    let mut state = 1_u32;
    let bytes: Bytes = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(length)
    .collect();
    let call = |dialect: common::Dialect| dialect.call("echo", 1, &Blob { bytes: bytes.clone() });
    let envelope = [b"\x0f\xff\0\0\0\0\0\x07\0\x01\0\0\0\0", &*call(BUFFERED)].concat();
    let twice = |call: Vec<u8>| [call.clone(), call];
    vec![
        ("buffered", twice(call(BUFFERED))),
        ("framed", twice(call(FRAMED))),
        ("header", twice(FRAMED.frame(envelope))),
        ("http", twice(post(&call(BUFFERED)))),
        ("zlib", deflated([&call(FRAMED), &call(FRAMED)])),
    ]
}
