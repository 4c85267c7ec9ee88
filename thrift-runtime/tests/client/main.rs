//! What a client makes of its peers, good and bad.

mod calls;
mod cancellation;
#[path = "../common/mod.rs"]
mod common;
mod connection;
mod delivery;
mod large;
mod limits;
mod oneway;
mod reconnecting;
mod replies;
mod silence;
mod starved;

use common::{DIALECTS, Dialect, Service, add, wait};
use thrift_runtime::{Client, ConnectionOptions, Error, Result, serve_connection};
use tokio::{
    io::{AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
};

const FRAMED: Dialect = DIALECTS[1];
const BUFFERED: Dialect = DIALECTS[0];

/// A client whose server is `service`, in a dialect.
fn client_of(service: &Service, dialect: Dialect) -> Client {
    let (ours, theirs) = duplex(1 << 16);
    let service = service.clone();
    tokio::spawn(
        async move { serve_connection(theirs, service, &ConnectionOptions::default()).await },
    );
    over(ours, dialect)
}

fn over(stream: DuplexStream, dialect: Dialect) -> Client {
    let builder = Client::builder().protocol(dialect.protocol);
    if dialect.framed { builder.framed() } else { builder.buffered() }.over(stream)
}

/// A client whose peer is the test itself.
fn client_and_peer(dialect: Dialect) -> (Client, DuplexStream) {
    let (ours, theirs) = duplex(1 << 16);
    (over(ours, dialect), theirs)
}

/// A call of `add` in a task of its own.
fn adding(client: &Client, a: i32, b: i32) -> JoinHandle<Result<i32>> {
    let client = client.clone();
    tokio::spawn(async move { add(&client, a, b).await })
}

/// A call of `wait` in a task of its own.
fn waiting(client: &Client) -> JoinHandle<Result<i32>> {
    let client = client.clone();
    tokio::spawn(async move { wait(&client).await })
}

/// The error of a call, after which the peer sends `bytes`.
async fn error_for(dialect: Dialect, bytes: &[u8]) -> (Error, Client) {
    let (client, mut peer) = client_and_peer(dialect);
    let call = adding(&client, 5, 3);
    dialect.read(&mut peer).await;
    peer.write_all(bytes).await.unwrap();
    (call.await.unwrap().unwrap_err(), client)
}
