//! SASL: who is let in, what calls look like then, and what becomes of peers that do otherwise.

mod calls;
#[path = "../common/certificates.rs"]
mod certificates;
mod clients;
mod external;
mod floods;
mod hostile;
mod hostile_servers;
mod mechanism;
mod outside;
mod several;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    thread,
};

use thrift_runtime::{
    BlockingServer, Bytes, ConnectionOptions, Result, Server,
    sasl::{Login, Plain, ServerSasl},
    serve_connection,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
};

mod who {
    thrift_runtime::thrift! {
        path: "./who.thrift",
        services: [client, server, blocking],
    }
}

use who::{Who, WhoBlocking, WhoBlockingClient, WhoClient, WhoProcessor};

/// Tells its caller who that is.
struct Mirror {
    caller: Option<String>,
    notes: Arc<AtomicI32>,
}

impl Who for Mirror {
    async fn name(&self) -> Result<String> {
        Ok(self.caller.clone().unwrap_or_else(|| "nobody".into()))
    }

    async fn echo(&self, bytes: Bytes) -> Result<Bytes> {
        Ok(bytes)
    }

    async fn note(&self, number: i32) -> Result<()> {
        self.notes.fetch_add(number, Ordering::SeqCst);
        Ok(())
    }

    async fn noted(&self) -> Result<i32> {
        Ok(self.notes.load(Ordering::SeqCst))
    }
}

fn processor() -> impl thrift_runtime::Processor {
    let notes = Arc::<AtomicI32>::default();
    WhoProcessor::per_call(move |cx| Mirror {
        caller: cx.identity().map(str::to_owned),
        notes: Arc::clone(&notes),
    })
}

/// Lets alice in, who may act as bob.
fn decide(login: &Login) -> Result<String, &'static str> {
    match (login.user(), login.password(), login.acts_as()) {
        ("alice", "rabbit hole", None) => Ok("alice".to_owned()),
        ("alice", "rabbit hole", Some("bob")) => Ok("bob".to_owned()),
        ("panic", ..) => panic!("no directory"),
        _ => Err("wrong user\nor password"),
    }
}

fn alice() -> Plain {
    Plain::new("alice", "rabbit hole")
}

/// Options with SASL by PLAIN.
fn options(sasl: ServerSasl) -> ConnectionOptions {
    let mut options = ConnectionOptions::default();
    options.sasl = Some(sasl);
    options
}

/// A server at the other end of a pipe.
fn serve_with(options: ConnectionOptions) -> (DuplexStream, JoinHandle<Result<()>>) {
    let (ours, theirs) = duplex(64 << 10);
    let serving =
        tokio::spawn(async move { serve_connection(theirs, processor(), &options).await });
    (ours, serving)
}

fn serve() -> (DuplexStream, JoinHandle<Result<()>>) {
    serve_with(options(ServerSasl::plain(decide)))
}

/// A server on tokio.
async fn start(set: impl FnOnce(Server) -> Server) -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(set(server).serve(processor()));
    address
}

/// A server with a thread for each connection.
fn start_blocking(set: impl FnOnce(BlockingServer) -> BlockingServer) -> SocketAddr {
    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let server = set(server);
    thread::spawn(move || server.serve(processor()));
    address
}

/// A message of a negotiation.
fn message(status: u8, payload: &[u8]) -> Vec<u8> {
    [&[status][..], &(payload.len() as u32).to_be_bytes(), payload].concat()
}

/// What a client of PLAIN sends as alice.
fn login() -> Vec<u8> {
    [message(1, b"PLAIN"), message(5, b"\0alice\0rabbit hole")].concat()
}

/// Reads a message of a negotiation.
async fn told(stream: &mut DuplexStream) -> (u8, String) {
    let status = stream.read_u8().await.unwrap();
    let mut text = vec![0; stream.read_u32().await.unwrap() as usize];
    stream.read_exact(&mut text).await.unwrap();
    (status, String::from_utf8(text).unwrap())
}

/// What a server says to bytes, and how its connection ends.
async fn told_for(options: ConnectionOptions, bytes: &[u8]) -> ((u8, String), Result<()>) {
    let (mut stream, serving) = serve_with(options);
    stream.write_all(bytes).await.unwrap();
    let told = told(&mut stream).await;
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"");
    drop(stream);
    (told, serving.await.unwrap())
}
