//! How long calls take with a slow server among fast ones.

use std::time::Duration;

use super::{
    ALONE, balanced,
    load::{Kind, Load, Seen},
    pool,
    servers::Running,
    until,
};

const FAST: Duration = Duration::from_millis(5);
const SLOW: Duration = Duration::from_millis(100);
/// The calls in which a client gets to know its servers.
const FIRST: usize = 200;
const MEASURED: usize = 2_000;
/// A machine that has much else to do gets another chance.
const ROUNDS: usize = 3;

async fn measure(load: Load) -> (Duration, Seen) {
    until("the calls", || load.look(|seen| seen.took.len() >= FIRST + MEASURED)).await;
    let mut seen = load.end().await;
    assert!(seen.failed.is_empty(), "{:?}", seen.failed);
    let took = &mut seen.took[FIRST..FIRST + MEASURED];
    took.sort();
    (took[MEASURED * 99 / 100], seen)
}

/// Compares the load of a client to fast servers with one to a slow server, too.
async fn compare(client: impl Fn(&[u16]) -> Load) {
    let _alone = ALONE.lock().await;
    let servers = [FAST, FAST, SLOW].map(Running::start);
    let ports = servers.each_ref().map(|server| server.port);
    for round in 1..=ROUNDS {
        let (alone, _) = measure(client(&ports[..2])).await;
        let (together, seen) = measure(client(&ports)).await;
        println!(
            "p99 of {MEASURED} calls: {alone:?} with fast servers alone, {together:?} with a slow one, \
             which got {} of {} calls",
            seen.by(ports[2]),
            seen.calls(),
        );
        assert!(seen.by(ports[2]) > 0);
        if together <= 2 * alone {
            return;
        }
        assert!(round < ROUNDS, "{together:?} with a slow server, {alone:?} without");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_server_among_fast_ones_is_hardly_noticed() {
    compare(|ports| Load::default().tasks(Kind::Read, 12, &balanced(ports))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_hardly_notice_a_slow_server_among_fast_ones() {
    compare(|ports| Load::default().threads(Kind::Read, 12, &pool(ports))).await;
}
