//! Connections that are compressed whole.

mod common;

use std::{
    io::{Read, Write},
    net::SocketAddr,
    time::Duration,
};

use common::{Add, DIALECTS, Service, add, echo};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use thrift_runtime::{Bytes, Client, ConnectionOptions, ErrorKind, Server, serve_connection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const PATIENCE: Duration = Duration::from_secs(20);

async fn start() -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Service::default()));
    address
}

#[tokio::test]
async fn compressed_and_plain_calls_are_answered_on_one_port() {
    let address = start().await;
    let plain = Client::connect(address).await.unwrap();
    let buffered = Client::builder().zlib().connect(address).await.unwrap();
    let framed = Client::builder().zlib().framed().connect(address).await.unwrap();
    for client in [&plain, &buffered, &framed] {
        for n in 0..20 {
            assert_eq!(add(client, n, 2).await.unwrap(), n + 2);
        }
        let large: Bytes = (0..300_000_u32).map(|n| (n.wrapping_mul(n) / 5) as u8).collect();
        assert_eq!(echo(client, &large).await.unwrap(), large);
    }
}

#[tokio::test]
async fn compression_within_compression_and_broken_streams_are_refused() {
    let address = start().await;
    let mut twice = ZlibEncoder::new(Vec::new(), Compression::fast());
    twice.write_all(b"\x78\x9c\x03\x00").unwrap();
    for bytes in [twice.finish().unwrap(), b"\x78\x9cnothing of the kind".to_vec()] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        let closed = timeout(PATIENCE, stream.read(&mut [0; 8])).await.unwrap();
        assert!(matches!(closed, Ok(0) | Err(_)));
    }
}

#[tokio::test]
async fn calls_before_a_fault_are_answered() {
    let calls: Vec<u8> =
        (0..3).flat_map(|n| DIALECTS[0].call("add", n, &Add { a: 1, b: 2 })).collect();
    let mut compressed = ZlibEncoder::new(Vec::new(), Compression::fast());
    compressed.write_all(&calls).unwrap();
    compressed.flush().unwrap();
    let compressed = compressed.get_ref().clone();
    for concurrent_calls in [1, 4] {
        for fault in [&b"no block of deflate"[..], b"\xff\xff", b"\x03\x00wrong"] {
            let mut options = ConnectionOptions::default();
            options.concurrent_calls = concurrent_calls;
            let (mut ours, theirs) = tokio::io::duplex(1 << 16);
            ours.write_all(&[&compressed, fault].concat()).await.unwrap();
            ours.shutdown().await.unwrap();
            let served = serve_connection(theirs, Service::default(), &options).await;
            let mut answers = Vec::new();
            ours.read_to_end(&mut answers).await.unwrap();
            let mut inflated = Vec::new();
            let _ = ZlibDecoder::new(&answers[..]).read_to_end(&mut inflated);
            let expected: Vec<u8> = (0..3).flat_map(|n| DIALECTS[0].sum(n, 3)).collect();
            assert_eq!(inflated, expected, "{fault:02x?}, {concurrent_calls} at once");
            assert!(served.is_err());
        }
    }
}

#[tokio::test]
async fn answers_can_be_read_though_more_was_sent_behind_a_fault() {
    let address = start().await;
    let mut compressed = ZlibEncoder::new(Vec::new(), Compression::fast());
    compressed.write_all(&DIALECTS[0].call("add", 7, &Add { a: 1, b: 2 })).unwrap();
    compressed.flush().unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(compressed.get_ref()).await.unwrap();
    stream.write_all(&[0xff; 100_000]).await.unwrap();
    // A reset would discard what has come.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut answers = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answers)).await.unwrap().unwrap();
    let mut inflated = Vec::new();
    let _ = ZlibDecoder::new(&answers[..]).read_to_end(&mut inflated);
    assert_eq!(inflated, DIALECTS[0].sum(7, 3));
}

#[tokio::test]
async fn a_bomb_is_refused_by_the_length_that_it_announces() {
    let address = start().await;
    let mut call = DIALECTS[0].call("echo", 1, &common::Blob::default());
    // The blob's length; what follows is some of it.
    let at = call.len() - 5;
    call[at..at + 4].copy_from_slice(&(1_u32 << 30).to_be_bytes());
    let mut bomb = ZlibEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&call).unwrap();
    for _ in 0..16 {
        bomb.write_all(&[0; 1 << 20]).unwrap();
    }
    let mut stream = TcpStream::connect(address).await.unwrap();
    let sending = async {
        let _ = stream.write_all(&bomb.finish().unwrap()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
    };
    timeout(PATIENCE, sending).await.unwrap();
    let client = Client::connect(address).await.unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
}

#[tokio::test]
async fn a_client_is_told_of_a_peer_that_does_not_compress() {
    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    let client = Client::builder().zlib().over(ours);
    let calling = tokio::spawn(async move { add(&client, 1, 2).await });
    let _ = theirs.read(&mut [0; 100]).await;
    theirs.write_all(&DIALECTS[0].sum(0, 3)).await.unwrap();
    let error = calling.await.unwrap().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed | ErrorKind::Malformed), "{error:?}");
    assert!(error.to_string().contains("an invalid zlib stream"), "{error}");
}

#[test]
fn a_oneway_call_that_returned_arrives_though_the_program_ends() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    runtime().block_on(async {
        let client = Client::builder().zlib().over(ours);
        let note = common::Text { text: "it arrives".into() };
        common::call_oneway(&client, "note", &note).await.unwrap();
    });
    let mut compressed = Vec::new();
    runtime().block_on(theirs.read_to_end(&mut compressed)).unwrap();
    let mut inflated = Vec::new();
    // The compressed stream was not ended.
    let _ = ZlibDecoder::new(&compressed[..]).read_to_end(&mut inflated);
    assert!(inflated.windows(10).any(|text| text == b"it arrives"), "{inflated:02x?}");
}
