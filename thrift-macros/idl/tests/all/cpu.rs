//! The CPU time of this thread, which other work on the machine does not increase.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

/// How long the work took, in CPU time of this thread if the system provides it.
pub(crate) fn time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let before = ran();
    let done = work();
    let took = match (before, ran()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => started.elapsed(),
    };
    (done, took)
}

/// The first number of Linux's `schedstat` is the time on a processor, in nanoseconds.
fn ran() -> Option<Duration> {
    // Yielding the processor brings the counter up to date.
    thread::yield_now();
    let counts = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    counts.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}
