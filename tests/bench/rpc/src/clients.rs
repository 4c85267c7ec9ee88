//! The clients, each making calls of a server that costs little.

use std::{net::SocketAddr, sync::atomic::Ordering, thread, time::Duration};

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
        load::report(|| process::cpu_time(this)).await;
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

fn volo(address: SocketAddr, framing: Framing, in_flight: usize) {
    use peers::volo::{EchoServiceClientBuilder, Small};
    use volo_thrift::codec::default::DefaultMakeCodec;

    let wire::Small { sender, recipient, content } = wire::small();
    let value = Small {
        sender: Some(sender.into()),
        recipient: Some(recipient.into()),
        content: Some(content.into()),
    };
    macro_rules! start {
        ($codec:expr) => {{
            let client = EchoServiceClientBuilder::new("echo")
                .address(address)
                .rpc_timeout(Some(Duration::from_secs(60)))
                .make_codec($codec)
                .multiplex(in_flight > 1)
                .build();
            for _ in 0..in_flight {
                let (client, mut value) = (client.clone(), value.clone());
                tokio::spawn(async move {
                    loop {
                        value = client.echo(value).await.unwrap();
                        answered();
                    }
                });
            }
        }};
    }
    match framing {
        Framing::Framed => start!(DefaultMakeCodec::framed()),
        Framing::Unframed => start!(DefaultMakeCodec::buffered()),
    }
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

fn apache(address: SocketAddr, framing: Framing) {
    use peers::apache::{EchoServiceSyncClient, TEchoServiceSyncClient};
    use thrift::{
        protocol::{TBinaryInputProtocol, TBinaryOutputProtocol},
        transport::{
            TBufferedReadTransport, TBufferedWriteTransport, TFramedReadTransport,
            TFramedWriteTransport, TIoChannel, TTcpChannel,
        },
    };

    let stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let (read, write) = TTcpChannel::with_stream(stream).split().unwrap();
    let wire::Small { sender, recipient, content } = wire::small();
    let value = peers::apache::Small::new(sender, recipient, content);
    macro_rules! call {
        ($read:ident, $write:ident) => {{
            let input = TBinaryInputProtocol::new($read::new(read), true);
            let output = TBinaryOutputProtocol::new($write::new(write), true);
            let mut client = EchoServiceSyncClient::new(input, output);
            let mut value = value;
            loop {
                value = client.echo(value).unwrap();
                answered();
            }
        }};
    }
    match framing {
        Framing::Framed => call!(TFramedReadTransport, TFramedWriteTransport),
        Framing::Unframed => call!(TBufferedReadTransport, TBufferedWriteTransport),
    }
}
