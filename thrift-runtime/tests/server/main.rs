//! What peers send a server, and what they get back, byte by byte.

mod answers;
mod arrival;
mod brittle;
#[path = "../common/mod.rs"]
mod common;
mod concurrent;
mod dialects;
mod fair;
mod hostile;

use std::time::Duration;

use common::{Blob, DIALECTS, Dialect, Service};
use thrift_runtime::{Bytes, ConnectionOptions, Result, serve_connection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
};

const FRAMED: Dialect = DIALECTS[1];
const BUFFERED: Dialect = DIALECTS[0];

/// A server at the other end of a pipe.
fn serve_with(
    service: &Service,
    options: ConnectionOptions,
) -> (DuplexStream, JoinHandle<Result<()>>) {
    serve_through(1 << 20, service, options)
}

/// A server at the other end of a pipe that holds so many bytes.
fn serve_through(
    capacity: usize,
    service: &Service,
    options: ConnectionOptions,
) -> (DuplexStream, JoinHandle<Result<()>>) {
    let (ours, theirs) = duplex(capacity);
    let service = service.clone();
    let serving = tokio::spawn(async move { serve_connection(theirs, service, &options).await });
    (ours, serving)
}

fn serve(service: &Service) -> (DuplexStream, JoinHandle<Result<()>>) {
    serve_with(service, ConnectionOptions::default())
}

/// What the server answers to `bytes`, which are followed by a half-close.
async fn exchange(bytes: &[u8]) -> (Vec<u8>, Result<()>) {
    let (mut stream, serving) = serve(&Service::default());
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    (answer, serving.await.unwrap())
}

/// Sends calls whose answers are of `size` bytes and more, and reads none: the server reads no more
/// either, and gives the connection up.
async fn send_and_never_read(options: ConnectionOptions, size: usize) {
    let (mut stream, serving) = serve_through(4096, &Service::default(), options);
    let call = FRAMED.call("echo", 1, &Blob { bytes: Bytes::from(vec![0; size]) });
    let mut sent = 0;
    while let Ok(written) =
        tokio::time::timeout(Duration::from_secs(1), stream.write_all(&call)).await
    {
        written.unwrap();
        sent += call.len();
        assert!(sent < 1 << 20, "the server goes on reading");
    }
    let error = serving.await.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

/// A server that answers so many calls of a connection at once.
fn concurrent(most: usize) -> ConnectionOptions {
    let mut options = ConnectionOptions::default();
    options.concurrent_calls = most;
    options
}
