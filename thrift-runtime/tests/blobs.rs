//! Large `binary` values, which are sent without being copied, over every transport.

mod common;

use std::{future::Future, time::Duration};

use common::{Blob, Dialect, Returned, Service, add, echo};
use thrift_runtime::{
    BinaryProtocol, Bytes, Client, ClientBuilder, ConnectionOptions, Protocol, serve_connection,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinSet,
    time::timeout,
};

/// Around the length from which on they are not copied, and one that takes many writes.
const LENGTHS: [usize; 6] = [0, 100, (16 << 10) - 1, 16 << 10, (16 << 10) + 1, 1_000_000];

/// Bytes that are unlike those before and after them.
fn blob(length: usize) -> Bytes {
    (0..length as u32).map(|n| (n.wrapping_mul(n) >> 7) as u8).collect()
}

/// A stream to a server that takes a few bytes at once.
fn serve(concurrent_calls: usize) -> DuplexStream {
    let (ours, theirs) = duplex(5000);
    let mut options = ConnectionOptions::default();
    options.concurrent_calls = concurrent_calls;
    tokio::spawn(async move { serve_connection(theirs, Service::default(), &options).await });
    ours
}

async fn check<P: Protocol>(builder: ClientBuilder<P>) {
    for concurrent_calls in [1, 10] {
        let client = builder.clone().over(serve(concurrent_calls));
        let mut calls = JoinSet::new();
        for (length, n) in LENGTHS.into_iter().zip(0..) {
            let client = client.clone();
            calls.spawn(async move {
                let bytes = blob(length);
                for _ in 0..3 {
                    assert!(echo(&client, &bytes).await.unwrap() == bytes, "{length} bytes");
                    assert_eq!(add(&client, n, 1).await.unwrap(), n + 1);
                }
            });
        }
        calls.join_all().await;
    }
}

async fn check_all<P: Protocol>(protocol: P) {
    let builder = || Client::builder().protocol(protocol);
    check(builder()).await;
    check(builder().framed()).await;
    #[cfg(feature = "zlib")]
    check(builder().zlib()).await;
    #[cfg(feature = "header")]
    check(builder().header()).await;
    #[cfg(all(feature = "header", feature = "zlib"))]
    check(builder().header_with_zlib()).await;
}

async fn in_time(test: impl Future<Output = ()>) {
    timeout(Duration::from_secs(120), test).await.expect("the calls to be answered");
}

#[tokio::test]
async fn they_arrive_as_they_were_sent() {
    in_time(check_all(BinaryProtocol::STRICT)).await;
    #[cfg(feature = "compact")]
    in_time(check_all(thrift_runtime::CompactProtocol)).await;
    #[cfg(feature = "json")]
    in_time(check_all(thrift_runtime::JsonProtocol)).await;
}

#[tokio::test]
async fn calls_and_replies_are_the_bytes_that_they_would_be_if_they_were_copied() {
    for dialect in common::DIALECTS {
        in_time(calls_and_replies(dialect)).await;
    }
}

async fn calls_and_replies(dialect: Dialect) {
    for length in LENGTHS {
        let bytes = blob(length);
        let call = dialect.call("echo", 0, &Blob { bytes: bytes.clone() });
        let reply = dialect.reply("echo", 0, &Returned { success: Some(bytes.clone()) });

        let (ours, mut peer) = duplex(5000);
        let builder = Client::builder().protocol(dialect.protocol);
        let client = if dialect.framed { builder.framed() } else { builder }.over(ours);
        let calling = tokio::spawn(async move { echo(&client, &bytes).await });
        let mut sent = vec![0; call.len()];
        peer.read_exact(&mut sent).await.unwrap();
        assert!(sent == call, "a call of {length} bytes, {dialect:?}");
        peer.write_all(&reply).await.unwrap();
        calling.await.unwrap().unwrap();

        for concurrent_calls in [1, 10] {
            let (mut reading, mut writing) = tokio::io::split(serve(concurrent_calls));
            let twice = call.repeat(2);
            tokio::spawn(async move { writing.write_all(&twice).await });
            for _ in 0..2 {
                let mut answer = vec![0; reply.len()];
                reading.read_exact(&mut answer).await.unwrap();
                assert!(answer == reply, "a reply of {length} bytes, {dialect:?}");
            }
        }
    }
}
