//! What large binaries cost: one call after another that echoes one, beside the peers.

use std::{net::SocketAddr, sync::atomic::Ordering, thread, time::Duration};

use thrift_runtime::{Bytes, Client, Limits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    clients::{with_apache, with_volo},
    load::{self, ANSWERED},
    peers::{self, grpc::echo_client},
    process::{self, Rate, Server, measure},
    runtime, servers,
    tables::{OURS, median},
    wire::{Framing, ours, ours::EchoService},
};

/// What everything is a ratio to.
pub const RAW_FRAMES: &str = "raw frames";
const ROUNDS: usize = 5;
/// The bytes of the binary.
const SIZES: [usize; 3] = [16 << 10, 128 << 10, 1 << 20];
/// Large messages are few.
const TIME: Duration = Duration::from_millis(800);

/// A server and a client of each library.
pub fn blobs() {
    let peers = ["volo", "Apache"].map(|library| Framing::ALL.map(|framing| (library, framing)));
    let mut pairs = vec![(RAW_FRAMES, Framing::Framed)];
    pairs.extend(Framing::ALL.map(|framing| (OURS, framing)));
    pairs.extend(peers.into_iter().flatten());
    pairs.push(("tonic", Framing::Framed));
    let servers: Vec<Server> =
        pairs.iter().map(|(library, framing)| Server::start(library, framing.name())).collect();
    println!("\nEchoes of a binary, one after another: MB a second, and the ratio to raw frames\n");
    println!("| | 16 KiB | 128 KiB | 1 MiB |\n| --- | --- | --- | --- |");
    let mut rates = vec![[const { Vec::new() }; SIZES.len()]; pairs.len()];
    for _ in 0..ROUNDS {
        for ((pair, server), rates) in pairs.iter().zip(&servers).zip(&mut rates) {
            for (size, rates) in SIZES.into_iter().zip(rates) {
                rates.push(measure_one(server, *pair, size).calls_a_second * size as f64 / 1e6);
            }
        }
    }
    for ((library, framing), row) in pairs.iter().zip(&rates) {
        print!("| {library}, {} |", framing.name());
        for (these, raw) in row.iter().zip(&rates[0]) {
            let ratios = these.iter().zip(raw).map(|(this, raw)| this / raw).collect();
            let (rate, ratio) = (median(these.clone()).unwrap(), median(ratios).unwrap());
            print!(" {rate:.0} ({ratio:.2}) |");
        }
        println!();
    }
}

fn measure_one(server: &Server, (library, framing): (&str, Framing), size: usize) -> Rate {
    let address = server.address.to_string();
    measure(&["echo", &address, library, framing.name(), &size.to_string()]).unwrap()
}

/// Echoes a binary for a while, and prints what came of it.
pub fn echo(address: SocketAddr, library: &str, framing: Framing, size: usize) {
    runtime().block_on(async {
        match library {
            RAW_FRAMES => drop(tokio::spawn(raw(address, size))),
            OURS => drop(tokio::spawn(thrift_runtime(address, framing, size))),
            "volo" => drop(tokio::spawn(volo(address, framing, size))),
            "Apache" => drop(thread::spawn(move || apache(address, framing, size))),
            "tonic" => drop(tokio::spawn(tonic(address, size))),
            _ => panic!("there is no library {library}"),
        }
        let this = std::process::id();
        load::report(TIME, || process::cpu_time(this)).await;
    });
}

fn answered() {
    ANSWERED.fetch_add(1, Ordering::Relaxed);
}

async fn thrift_runtime(address: SocketAddr, framing: Framing, size: usize) {
    let mut limits = Limits::default();
    limits.frame_size = servers::LARGEST_FRAME;
    let builder = Client::builder().framing(framing.into()).limits(limits);
    let client = ours::EchoServiceClient::new(builder.connect(address).await.unwrap());
    let value = Bytes::from(vec![7; size]);
    loop {
        assert_eq!(client.blob(value.clone()).await.unwrap().len(), size);
        answered();
    }
}

/// Sends a frame that is as long as the call would be, and reads it back.
async fn raw(address: SocketAddr, size: usize) {
    const HEAD: usize = 24;

    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let length = u32::try_from(HEAD + size).unwrap().to_be_bytes();
    let mut frame = [&length[..], &vec![7; HEAD + size]].concat();
    loop {
        stream.write_all(&frame).await.unwrap();
        stream.read_exact(&mut frame).await.unwrap();
        answered();
    }
}

async fn volo(address: SocketAddr, framing: Framing, size: usize) {
    let value = pilota::Bytes::from(vec![7; size]);
    with_volo!(address, framing, false, |client| loop {
        assert_eq!(client.blob(value.clone()).await.unwrap().len(), size);
        answered();
    })
}

async fn tonic(address: SocketAddr, size: usize) {
    let mut client = echo_client::EchoClient::connect(format!("http://{address}")).await.unwrap();
    let bytes = Bytes::from(vec![7; size]);
    loop {
        let value = peers::Blob { bytes: bytes.clone() };
        assert_eq!(client.blob(value).await.unwrap().into_inner().bytes.len(), size);
        answered();
    }
}

fn apache(address: SocketAddr, framing: Framing, size: usize) {
    let value = vec![7; size];
    use peers::apache::TEchoServiceSyncClient;

    with_apache!(address, framing, |client| loop {
        assert_eq!(client.blob(value.clone()).unwrap().len(), size);
        answered();
    })
}
