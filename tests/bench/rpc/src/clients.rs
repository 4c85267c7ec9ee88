//! The clients, each making calls of a server that costs little.

use std::{net::SocketAddr, sync::atomic::Ordering, thread};

use crate::{
    Shape,
    load::{self, ANSWERED},
    peers::{self, Message, grpc::echo_client},
    process, runtime,
    wire::{self, Framing, Small, ours, ours::EchoService},
};

/// The clients of other libraries.
pub const PEERS: [&str; 3] = ["volo", "Apache", "tonic"];

/// Makes calls of a server, and prints what came of it.
pub fn run(library: &str, address: SocketAddr, framing: Framing, shape: Shape) {
    let this = std::process::id();
    if library == "raw tokio" {
        return load::run(address, this, framing.name(), shape);
    }
    if library == "Apache" && shape.in_flight > 1 {
        // Its clients have one call in flight.
        return;
    }
    runtime().block_on(async {
        for _ in 0..shape.connections {
            match library {
                "thrift-runtime" => thrift_runtime(address, framing, shape.in_flight).await,
                "volo" => volo(address, framing, shape.in_flight),
                "Apache" => drop(thread::spawn(move || apache(address, framing))),
                "tonic" => tonic(address, shape.in_flight).await,
                _ => panic!("there is no library {library}"),
            }
        }
        load::report(load::TIME, || process::cpu_time(this)).await;
    });
}

fn answered() {
    ANSWERED.fetch_add(1, Ordering::Relaxed);
}

async fn thrift_runtime(address: SocketAddr, framing: Framing, in_flight: usize) {
    let builder = thrift_runtime::Client::builder().framing(framing.into());
    let channel = builder.connect(address).await.unwrap();
    for _ in 0..in_flight {
        let client = ours::EchoServiceClient::new(channel.clone());
        tokio::spawn(async move {
            let mut value = wire::small();
            loop {
                value = client.echo(value).await.unwrap();
                answered();
            }
        });
    }
}

/// Does something with volo's client, whose type depends on the framing.
macro_rules! with_volo {
    ($address:expr, $framing:expr, $multiplex:expr, |$client:ident| $then:expr) => {{
        use volo_thrift::codec::default::DefaultMakeCodec;

        let builder = $crate::peers::volo::EchoServiceClientBuilder::new("echo")
            .address($address)
            .rpc_timeout(Some(std::time::Duration::from_secs(60)))
            .multiplex($multiplex);
        match $framing {
            $crate::wire::Framing::Framed => {
                let $client = builder.make_codec(DefaultMakeCodec::framed()).build();
                $then
            }
            $crate::wire::Framing::Unframed => {
                let $client = builder.make_codec(DefaultMakeCodec::buffered()).build();
                $then
            }
        }
    }};
}
pub(crate) use with_volo;

fn volo(address: SocketAddr, framing: Framing, in_flight: usize) {
    let wire::Small { sender, recipient, content } = wire::small();
    let value = peers::volo::Small {
        sender: Some(sender.into()),
        recipient: Some(recipient.into()),
        content: Some(content.into()),
    };
    with_volo!(address, framing, in_flight > 1, |client| for _ in 0..in_flight {
        let (client, mut value) = (client.clone(), value.clone());
        tokio::spawn(async move {
            loop {
                value = client.echo(value).await.unwrap();
                answered();
            }
        });
    });
}

async fn tonic(address: SocketAddr, in_flight: usize) {
    let client = echo_client::EchoClient::connect(format!("http://{address}")).await.unwrap();
    for _ in 0..in_flight {
        let mut client = client.clone();
        tokio::spawn(async move {
            let Small { sender, recipient, content } = wire::small();
            let mut value = Message { sender, recipient, content };
            loop {
                value = client.echo(value).await.unwrap().into_inner();
                answered();
            }
        });
    }
}

/// Does something with a client of Apache's crate, whose type depends on the framing.
macro_rules! with_apache {
    ($address:expr, $framing:expr, |$client:ident| $then:expr) => {{
        use thrift::{
            protocol::{TBinaryInputProtocol, TBinaryOutputProtocol},
            transport::{
                TBufferedReadTransport, TBufferedWriteTransport, TFramedReadTransport,
                TFramedWriteTransport, TIoChannel, TTcpChannel,
            },
        };

        let stream = std::net::TcpStream::connect($address).unwrap();
        stream.set_nodelay(true).unwrap();
        let (read, write) = TTcpChannel::with_stream(stream).split().unwrap();
        macro_rules! client {
            ($read:ident, $write:ident) => {{
                let input = TBinaryInputProtocol::new($read::new(read), true);
                let output = TBinaryOutputProtocol::new($write::new(write), true);
                $crate::peers::apache::EchoServiceSyncClient::new(input, output)
            }};
        }
        match $framing {
            $crate::wire::Framing::Framed => {
                let mut $client = client!(TFramedReadTransport, TFramedWriteTransport);
                $then
            }
            $crate::wire::Framing::Unframed => {
                let mut $client = client!(TBufferedReadTransport, TBufferedWriteTransport);
                $then
            }
        }
    }};
}
pub(crate) use with_apache;

fn apache(address: SocketAddr, framing: Framing) {
    use peers::apache::TEchoServiceSyncClient;

    let wire::Small { sender, recipient, content } = wire::small();
    let mut value = peers::apache::Small::new(sender, recipient, content);
    with_apache!(address, framing, |client| loop {
        value = client.echo(value).unwrap();
        answered();
    })
}
