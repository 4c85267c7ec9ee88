//! Too many bytes.

use std::time::Duration;

use thrift_runtime::{ApplicationErrorKind, Bytes, Delivery, protocol::MessageType};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    BUFFERED, FRAMED, PATIENCE, TRANSPORTS,
    common::{Blob, add, echo},
    start, until,
};

const TOO_MUCH: &str = "the server is overloaded: its messages take too much memory";

/// Everything that a server sends before it closes the connection.
async fn read_all(stream: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("an end");
    // Without an answer, there is no need to let the peer read it.
    assert!(read.is_ok() || answer.is_empty(), "{read:?}");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_call_that_does_not_fit_is_refused_by_name() {
    let large = Blob { bytes: Bytes::from(vec![7; 2 << 20]) };
    for concurrent_calls in [1, 4] {
        let configure = |server: thrift_runtime::Server| {
            server.concurrent_calls(concurrent_calls).max_bytes(400 << 10)
        };
        for oneway in [false, true] {
            let server = start(configure).await;
            let kind = if oneway { MessageType::Oneway } else { MessageType::Call };
            let message = |dialect: crate::common::Dialect| {
                dialect.message(kind, b"echo", 5, &large)[..1 << 20].to_vec()
            };
            let http = [
                b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2097300\r\n\r\n",
                &message(BUFFERED)[..],
            ]
            .concat();
            for (transport, bytes) in
                [("buffered", message(BUFFERED)), ("framed", message(FRAMED)), ("http", http)]
            {
                let mut stream = TcpStream::connect(server.address).await.unwrap();
                let _ = stream.write_all(&bytes).await;
                let answer = read_all(&mut stream).await;
                let text = String::from_utf8_lossy(&answer);
                let refused = text.contains(TOO_MUCH) && text.contains("echo");
                match (oneway, transport) {
                    (false, _) => assert!(refused, "{transport}: {text}"),
                    (true, "http") => assert!(text.starts_with("HTTP/1.1 503 "), "{text}"),
                    (true, _) => assert!(answer.is_empty(), "{transport}: {text}"),
                }
            }
            until(|| server.told.all().len() >= 5).await;
            assert!(server.told.has(TOO_MUCH), "{:?}", server.told.all());
            // All that was held is given back.
            let bytes = Bytes::from(vec![7; 90 << 10]);
            for transport in TRANSPORTS {
                let channel = server.connect(transport).await;
                assert_eq!(echo(&channel, &bytes).await.expect(transport), bytes);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_much_is_held_large_calls_are_refused_and_small_ones_are_not() {
    let server = start(|server| server.max_bytes(1 << 20)).await;
    let large = Blob { bytes: Bytes::from(vec![7; 2 << 20]) };
    let mut holder = TcpStream::connect(server.address).await.unwrap();
    holder.write_all(&FRAMED.call("echo", 1, &large)[..900 << 10]).await.unwrap();
    let bytes = Bytes::from(vec![7; 300 << 10]);
    // Until the server has read that.
    let refused = timeout(PATIENCE, async {
        loop {
            let channel = server.connect("framed").await;
            if let Err(error) = echo(&channel, &bytes).await {
                return error;
            }
        }
    });
    let error = refused.await.unwrap();
    if let Some(exception) = error.as_application() {
        // The call was refused, or its reply.
        assert!(exception.message().starts_with(TOO_MUCH), "{error}");
    }
    // The call that was refused counts until its connection has gone on.
    let channel = server.connect("framed").await;
    let given_back = async { while add(&channel, 1, 2).await.is_err() {} };
    timeout(PATIENCE, given_back).await.unwrap();
    for transport in TRANSPORTS {
        let channel = server.connect(transport).await;
        assert_eq!(add(&channel, 1, 2).await.unwrap(), 3);
    }
    drop(holder);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let channel = server.connect("framed").await;
    assert_eq!(echo(&channel, &bytes).await.unwrap(), bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_does_not_fit_gives_way_to_an_error() {
    for concurrent_calls in [1, 4] {
        let configure = |server: thrift_runtime::Server| {
            server.concurrent_calls(concurrent_calls).max_bytes(500 << 10)
        };
        let server = start(configure).await;
        let bytes = Bytes::from(vec![7; 300 << 10]);
        for transport in TRANSPORTS {
            let channel = server.connect(transport).await;
            for _ in 0..3 {
                let error = echo(&channel, &bytes).await.unwrap_err();
                let exception = error.as_application().expect(transport);
                assert_eq!(exception.kind(), ApplicationErrorKind::INTERNAL_ERROR, "{transport}");
                assert!(exception.message().starts_with(TOO_MUCH), "{transport}: {error}");
                assert_eq!(error.delivery(), Delivery::Possible);
                assert_eq!(add(&channel, 1, 2).await.expect(transport), 3);
            }
        }
        assert!(server.told.has(TOO_MUCH));
    }
}
