//! Many conversations, on as many threads as there are processors.

use std::{
    process,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{COUNT, conversation, plan::Plan, tally::Tally};

/// After so many that failed, no more are made.
const ENOUGH: usize = 10;
/// How long one may take, in real time. Those that take longer go round in circles.
const LONGEST: Duration = Duration::from_secs(120);

struct Progress {
    /// How many have been begun.
    next: AtomicU64,
    count: u64,
    so_far: Mutex<SoFar>,
}

#[derive(Default)]
struct SoFar {
    tally: Tally,
    failed: Vec<(u64, String)>,
    /// The seeds of those that go on, and since when.
    going_on: Vec<(u64, Instant)>,
    workers: usize,
}

/// Runs the conversations of the first `count` seeds.
///
/// # Panics
///
/// If one fails.
pub(crate) fn run(count: u64) -> Tally {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let so_far = Mutex::new(SoFar { workers, ..SoFar::default() });
    let progress = Progress { next: AtomicU64::new(0), count, so_far };
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| progress.work());
        }
        progress.watch();
    });
    let SoFar { tally, mut failed, .. } = progress.so_far.into_inner().unwrap();
    // The simplest tells most.
    failed.sort_by_key(|(seed, _)| Plan::new(*seed).orders.len());
    for (seed, wrong) in &failed {
        eprintln!("conversation {seed}: {wrong}");
    }
    eprintln!("{} of {} conversations went as they should", tally.conversations, count);
    if let Some((seed, wrong)) = failed.first() {
        panic!(
            "conversation {seed}: {wrong}\n\n{:#?}\n\nTo see it alone: THRIFT_SIMULATION_SEED={seed} \
             cargo test -p thrift-runtime --all-features --test simulation",
            Plan::new(*seed)
        );
    }
    assert!(count < COUNT || tally.is_complete(), "something was never tried: {tally:#?}");
    tally
}

impl Progress {
    fn work(&self) {
        loop {
            let seed = self.next.fetch_add(1, Ordering::Relaxed);
            let mut so_far = self.so_far.lock().unwrap();
            if seed >= self.count || so_far.failed.len() >= ENOUGH {
                so_far.workers -= 1;
                return;
            }
            so_far.going_on.push((seed, Instant::now()));
            drop(so_far);
            let told = conversation::run(seed);
            let mut so_far = self.so_far.lock().unwrap();
            so_far.going_on.retain(|(other, _)| *other != seed);
            match told {
                Ok(told) => so_far.tally.add(&told.tally),
                Err(wrong) => so_far.failed.push((seed, wrong)),
            }
        }
    }

    /// Waits until all are done, and ends the process if one takes for ever.
    fn watch(&self) {
        loop {
            thread::sleep(Duration::from_millis(20));
            let so_far = self.so_far.lock().unwrap();
            if so_far.workers == 0 {
                return;
            }
            if let Some((seed, _)) = so_far.going_on.iter().find(|(_, at)| at.elapsed() > LONGEST) {
                eprintln!("conversation {seed} does not end");
                process::abort();
            }
        }
    }
}
