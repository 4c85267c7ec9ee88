//! Conversations between a client and a server that a seed decides: how they speak, what is called,
//! what the network does to them, and how they end.
//!
//! ```text
//! THRIFT_SIMULATION_SEED=7 cargo test -p thrift-runtime --all-features --test simulation
//! THRIFT_SIMULATION_COUNT=1000000 cargo test -p thrift-runtime --all-features --test simulation
//! ```
//!
//! runs one of them, and tells what happens in it; or many of them.

mod caller;
mod content;
mod conversation;
mod handler;
mod known;
mod memory;
mod plan;
mod random;
mod tls;
#[macro_use]
mod trace;
mod wire;
mod world;

use std::{
    cell::Cell,
    env, panic,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use plan::Plan;

mod service {
    thrift_runtime::thrift!("./service.thrift");
}

/// How many conversations there are by default.
const COUNT: u64 = 10_000;

/// After so many that failed, no more are made.
const ENOUGH: usize = 10;

thread_local! {
    static PANICS: Cell<u32> = const { Cell::new(0) };
}

/// How many panics there were on this thread that were not planned.
fn take_panics() -> u32 {
    PANICS.take()
}

fn variable(name: &str) -> Option<u64> {
    let value = env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is {value:?}, and not a number")))
}

fn prepare() {
    content::prepare();
    tls::prepare();
    // Planned panics do not come here.
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        PANICS.set(PANICS.get() + 1);
        tell(info);
    }));
}

#[test]
fn conversations_go_as_they_should() {
    prepare();
    if let Some(seed) = variable("THRIFT_SIMULATION_SEED") {
        trace::ON.store(true, Ordering::Relaxed);
        return conversation::run(seed).map(drop).unwrap_or_else(|wrong| fail(seed, &wrong));
    }
    let count = variable("THRIFT_SIMULATION_COUNT").unwrap_or(COUNT);
    let next = AtomicU64::new(0);
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while failed.lock().unwrap().len() < ENOUGH {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= count {
                        return;
                    }
                    if let Err(wrong) = conversation::run(seed) {
                        failed.lock().unwrap().push((seed, wrong));
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    // The simplest tells most.
    failed.sort_by_key(|(seed, _)| Plan::new(*seed).orders.len());
    for (seed, wrong) in &failed {
        eprintln!("conversation {seed}: {wrong}");
    }
    if let Some((seed, wrong)) = failed.first() {
        fail(*seed, wrong);
    }
}

fn fail(seed: u64, wrong: &str) {
    panic!(
        "conversation {seed}: {wrong}\n\n{:#?}\n\nTo see it alone: THRIFT_SIMULATION_SEED={seed} \
         cargo test -p thrift-runtime --all-features --test simulation",
        Plan::new(seed)
    );
}
