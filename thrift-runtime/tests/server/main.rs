//! What peers send a server, and what they get back, byte by byte.

mod answers;
mod arrival;
#[path = "../common/mod.rs"]
mod common;
mod concurrent;
mod dialects;
mod hostile;

use common::{DIALECTS, Dialect, Service};

use thrift_runtime::{ConnectionOptions, Result, serve_connection};
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
    let (ours, theirs) = duplex(1 << 20);
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

/// A server that answers so many calls of a connection at once.
fn concurrent(most: usize) -> ConnectionOptions {
    let mut options = ConnectionOptions::default();
    options.concurrent_calls = most;
    options
}
