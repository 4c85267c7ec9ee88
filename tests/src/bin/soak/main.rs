//! A server and its clients for as long as one likes, among peers that mean no good.
//!
//! ```sh
//! cargo run --release -p thrift-tests --bin soak -- 10 soak.svg
//! ```
//!
//! runs for ten minutes and draws them. With an `s` behind it, the number is that of rounds of a second in
//! place of minutes. After each round all traffic stops, and what the process has is counted: memory,
//! descriptors, tasks. Peers speak each framing, zlib, HTTP, and PLAIN of SASL; there is no TLS.
//!
//! It fails if an answer was wrong or a call failed, if memory in the last round is more than 1.05 times that
//! of the second, or if descriptors or tasks are not as many. Where `/proc` does not tell of memory and
//! descriptors, it says that it has not looked at them.

mod figures;
mod good;
mod hostile;
mod svg;

use std::{
    env, fs,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use thrift_runtime::{
    Event, Server, Timeouts,
    sasl::{Login, ServerSasl},
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use figures::Figures;

/// Clients that mean well, and peers that do not.
const GOOD: usize = 14;
const HOSTILE: usize = 8;

/// What is counted while everything goes on.
#[derive(Default)]
struct Counts {
    calls: AtomicU64,
    wrong: AtomicU64,
    streams: AtomicU64,
    open: AtomicI64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((rounds, round)) = arguments.first().and_then(|text| rounds(text)) else {
        eprintln!("usage: soak MINUTES [FILE.svg]");
        return ExitCode::from(64);
    };
    let figures = soak(rounds, round).await;
    if let Some(path) = arguments.get(1)
        && let Err(error) = fs::write(path, svg::draw(&figures))
    {
        eprintln!("{path}: {error}");
        return ExitCode::FAILURE;
    }
    for name in figures::not_checked(&figures) {
        eprintln!("not checked: {name}, which cannot be read from /proc here");
    }
    match figures::judge(&figures) {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("{wrong}");
            ExitCode::FAILURE
        }
    }
}

/// How many rounds there are, and how long each is.
fn rounds(text: &str) -> Option<(usize, Duration)> {
    match text.strip_suffix('s') {
        Some(seconds) => Some((seconds.parse().ok()?, Duration::from_secs(1))),
        None => Some((text.parse().ok()?, Duration::from_secs(60))),
    }
}

async fn soak(rounds: usize, round: Duration) -> Vec<Figures> {
    let counts = Arc::new(Counts::default());
    let observed = Arc::clone(&counts);
    // Those that say nothing are not waited for until the end of the round.
    let mut timeouts = Timeouts::default();
    timeouts.first_byte = Some(Duration::from_millis(500));
    timeouts.message = Some(Duration::from_millis(500));
    let server = Server::bind("127.0.0.1:0").await.expect("a port");
    let address = server.local_addr().expect("an address");
    let sasl = ServerSasl::plain(|login: &Login| match login.password() {
        "rabbit hole" => Ok(login.user().to_owned()),
        _ => Err("wrong password"),
    });
    let server = server.sasl(sasl.optional());
    let server = server.timeouts(timeouts).observer(move |event: &Event<'_>| match event {
        Event::Opened { .. } => {
            observed.open.fetch_add(1, Ordering::Relaxed);
        }
        Event::Closed { .. } => {
            observed.open.fetch_sub(1, Ordering::Relaxed);
        }
        _ => {}
    });
    tokio::spawn(server.serve(thrift_tests::conformance::processor()));
    let clients = good::clients(address, GOOD).await;
    let recorded = Arc::new(hostile::recorded().await);

    println!("{}", Figures::HEADER);
    let mut figures = Vec::new();
    for number in 1..=rounds {
        let end = Instant::now() + round;
        let mut peers = JoinSet::new();
        for client in &clients {
            peers.spawn(good::call(client.clone(), Arc::clone(&counts), end));
        }
        for peer in 0..HOSTILE {
            let seed = (number * HOSTILE + peer) as u64;
            let recorded = Arc::clone(&recorded);
            peers.spawn(hostile::trouble(address, recorded, seed, Arc::clone(&counts), end));
        }
        peers.join_all().await;
        rest(&counts).await;
        let counted = Figures::now(number, &counts);
        println!("{counted}");
        figures.push(counted);
    }
    drop(clients);
    figures
}

/// Waits until only the connections of those are open who mean well.
async fn rest(counts: &Counts) {
    let patience = Instant::now() + Duration::from_secs(20);
    while counts.open.load(Ordering::Relaxed) > GOOD as i64 && Instant::now() < patience {
        sleep(Duration::from_millis(50)).await;
    }
    // What is freed a little later than its connection.
    sleep(Duration::from_millis(200)).await;
}
