//! Servers that are killed and come back under load.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use thrift_runtime::Delivery;

use super::{
    ALONE, balanced,
    load::{Failed, Kind, Load},
    pool,
    servers::Running,
    until,
};

const DELAY: Duration = Duration::from_millis(5);
/// So many calls are looked at together.
const SOME: usize = 200;
/// In so long, a server has its share again, on a machine that has much else to do, too.
const SOON: Duration = Duration::from_secs(10);

/// How many calls a server answers of some that come now.
async fn share(load: &Load, port: u16) -> usize {
    let (before, all) = load.look(|seen| (seen.by(port), seen.calls()));
    until("so many calls", || load.look(|seen| seen.calls() >= all + SOME)).await;
    load.look(|seen| seen.by(port)) - before
}

/// Kills each server in turn and starts it again. Tells when each was dead, from when to when.
async fn kill_in_turn(servers: &mut [Running], load: &Load) -> Vec<(Instant, Instant)> {
    let mut dead = Vec::new();
    for server in servers {
        let port = server.port;
        until("a share", || load.look(|seen| seen.by(port) > SOME / 4)).await;
        let killed = Instant::now();
        server.kill();
        // The others go on.
        share(load, port).await;
        for _ in 0..4 {
            assert_eq!(share(load, port).await, 0);
        }
        server.restart(DELAY);
        let begun = Instant::now();
        dead.push((killed, begun));
        let mut shares = Vec::new();
        while shares.last().is_none_or(|share| *share < SOME / 5) {
            assert!(begun.elapsed() < SOON, "{shares:?} of {SOME}");
            shares.push(share(load, port).await);
        }
        println!(
            "{port}: killed, back after {:?}, even again after {:?}: {shares:?} of {SOME} calls",
            begun - killed,
            begun.elapsed()
        );
    }
    dead
}

/// Checks that each call that failed was lost with a server that died.
fn check_failed(failed: &[Failed], dead: &[(Instant, Instant)]) {
    for Failed { kind, id, error, begun, ended } in failed {
        let told = format!("{kind:?} {id}: {error}, {:?}", error.delivery());
        assert_eq!(*kind, Kind::Write, "{told}");
        assert!(error.is_closed() || error.is_io(), "{told}");
        assert_eq!(error.delivery(), Delivery::Possible, "{told}");
        // It was on its way when its server died, or before its client knew.
        let lost = dead.iter().any(|(killed, back)| ended > killed && begun < back);
        assert!(lost, "{told}");
    }
}

/// Has servers die under the load of a client to their ports.
async fn survive(client: impl FnOnce(&[u16]) -> Load) {
    let _alone = ALONE.lock().await;
    let mut servers = [(); 3].map(|()| Running::start(DELAY));
    let load = client(&servers.each_ref().map(|server| server.port));
    let dead = kill_in_turn(&mut servers, &load).await;
    let seen = load.end().await;
    println!("{:?} calls answered, {} failed", seen.answered, seen.failed.len());
    check_failed(&seen.failed, &dead);
    // Nothing was sent twice that must not be.
    let written: Vec<_> = servers.iter().flat_map(Running::written).collect();
    let distinct: BTreeSet<_> = written.iter().collect();
    assert_eq!(distinct.len(), written.len());
    assert!(!seen.failed.is_empty(), "no server died with a call in flight");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_are_killed_in_turn_and_no_idempotent_call_fails() {
    survive(|ports| {
        let channel = balanced(ports);
        Load::default().tasks(Kind::Read, 10, &channel).tasks(Kind::Write, 20, &channel)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_survive_servers_that_are_killed_in_turn() {
    survive(|ports| {
        let pool = pool(ports);
        Load::default().threads(Kind::Read, 10, &pool).threads(Kind::Write, 20, &pool)
    })
    .await;
}
