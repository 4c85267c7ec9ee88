//! What many connections and large messages cost.

use std::{net::SocketAddr, thread, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    blobs::RAW_FRAMES,
    process::{self, Held, Rate, Server, measure},
    runtime,
    tables::{OURS, RAW, median},
    wire::{self, Framing},
};

const ROUNDS: usize = 3;
const CONNECTIONS: [usize; 5] = [1, 10, 100, 1_000, 10_000];
/// The bytes of a message's one field.
const SIZES: [usize; 8] = [10, 100, 1_000, 10_000, 100_000, 1 << 20, 10 << 20, 64 << 20];
/// In this time, connections give back what they do not need.
const REST: Duration = Duration::from_millis(1_500);

/// Calls a second over more and more connections.
pub fn connections() {
    println!("\nCalls a second in thousands, and a core's work for a call in microseconds\n");
    println!(
        "| connections | raw tokio | thrift-runtime | raw tokio, work | thrift-runtime, work |"
    );
    println!("| --- | --- | --- | --- | --- |");
    let servers = [RAW, OURS].map(|library| Server::start(library, "framed"));
    for connections in CONNECTIONS {
        let rates = rounds(&servers, |server| {
            let (address, id) = (server.address.to_string(), server.id().to_string());
            measure(&["load", &address, &id, "framed", &connections.to_string(), "1"]).unwrap()
        });
        let [raw, ours] = [0, 1].map(|at| rates.iter().map(move |rates: &[Rate; 2]| rates[at]));
        let thousands = |rate: Rate| rate.calls_a_second / 1e3;
        let work = |rate: Rate| rate.work_a_call / 1e3;
        let of = |rates: Vec<f64>| median(rates).unwrap();
        println!(
            "| {connections} | {:.0} | {:.0} | {:.1} | {:.1} |",
            of(raw.clone().map(thousands).collect()),
            of(ours.clone().map(thousands).collect()),
            of(raw.map(work).collect()),
            of(ours.map(work).collect()),
        );
    }
}

/// Bytes a second in larger and larger messages.
pub fn sizes() {
    println!("\nOne call after another that echoes a binary: calls a second, and MB a second\n");
    println!("| bytes | raw tokio | framed | unframed | raw tokio | framed | unframed |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let libraries = [(RAW_FRAMES, "framed"), (OURS, "framed"), (OURS, "unframed")];
    let servers = libraries.map(|(library, framing)| (framing, Server::start(library, framing)));
    for size in SIZES {
        let mut at = 0;
        let rates = rounds(&servers, |(framing, server)| {
            let library = libraries[at % libraries.len()].0;
            at += 1;
            let address = server.address.to_string();
            measure(&["echo", &address, library, framing, &size.to_string()]).unwrap()
        });
        let calls = [0, 1, 2].map(|at| {
            median(rates.iter().map(|rates| rates[at].calls_a_second).collect()).unwrap()
        });
        print!("| {size} |");
        calls.iter().for_each(|calls| print!(" {calls:.0} |"));
        calls.iter().for_each(|calls| print!(" {:.1} |", calls * size as f64 / 1e6));
        println!();
    }
}

/// Memory for connections that rest.
pub fn idle() {
    const COUNT: usize = 10_000;

    println!("\nMemory of a server for a connection that rests after a call, of {COUNT}\n");
    println!("| | bytes |\n| --- | --- |");
    for library in [RAW, OURS, "volo"] {
        let server = Server::start(library, "framed");
        let before = process::memory(server.id());
        let held = Held::start(server.address, COUNT);
        thread::sleep(REST);
        println!("| {library} | {} |", (process::memory(server.id()) - before) / COUNT as u64);
        drop(held);
    }
}

fn rounds<S, const N: usize>(
    servers: &[S; N],
    mut measure: impl FnMut(&S) -> Rate,
) -> Vec<[Rate; N]> {
    (0..ROUNDS).map(|_| servers.each_ref().map(&mut measure)).collect()
}

/// Makes one call on each of many connections, says so, and keeps them.
pub fn hold(address: SocketAddr, count: usize) {
    let call = wire::call(Framing::Framed);
    runtime().block_on(async {
        let mut streams = Vec::new();
        for _ in 0..count {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(&call).await.unwrap();
            stream.read_exact(&mut vec![0; call.len()]).await.unwrap();
            streams.push(stream);
        }
        println!("held");
        std::future::pending::<()>().await;
    });
}
