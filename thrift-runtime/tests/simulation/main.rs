//! Conversations between a client and a server that a seed decides: how they speak, what is called,
//! what the network does to them, and how they end. Time is virtual.
//!
//! One of them, told step by step, or many:
//!
//! ```text
//! THRIFT_SIMULATION_SEED=7 cargo test -p thrift-runtime --all-features --test simulation
//! THRIFT_SIMULATION_COUNT=1000000 cargo test -p thrift-runtime --all-features --test simulation
//! ```

mod caller;
mod content;
mod conversation;
mod handler;
mod many;
mod meeting;
mod memory;
mod panics;
mod plan;
mod random;
mod tls;
#[macro_use]
mod trace;
mod tally;
mod wire;
mod world;

use std::{env, sync::atomic::Ordering};

mod service {
    thrift_runtime::thrift!("./service.thrift");
}

/// How many conversations there are by default.
const COUNT: u64 = 10_000;
/// How many are repeated, to see whether they are the same.
const REPEATED: u64 = 100;

fn prepare() {
    content::prepare();
    tls::prepare();
    panics::watch();
}

fn variable(name: &str) -> Option<u64> {
    let value = env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is {value:?}, and not a number")))
}

#[test]
fn conversations_go_as_they_should() {
    prepare();
    if let Some(seed) = variable("THRIFT_SIMULATION_SEED") {
        trace::ON.store(true, Ordering::Relaxed);
        if let Err(wrong) = conversation::run(seed) {
            panic!("conversation {seed}: {wrong}");
        }
        return;
    }
    let tally = many::run(variable("THRIFT_SIMULATION_COUNT").unwrap_or(COUNT));
    println!("{tally:#?}");
}

#[test]
fn a_seed_decides_everything() {
    if variable("THRIFT_SIMULATION_SEED").is_some() {
        return;
    }
    prepare();
    for seed in 0..REPEATED {
        let [first, second] = [(); 2].map(|()| conversation::run(seed).map(|told| told.digest));
        assert_eq!(first, second, "conversation {seed}");
    }
}
