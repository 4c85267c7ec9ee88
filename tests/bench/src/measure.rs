//! Times of operations, taken in turns so that what disturbs one disturbs all.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// How long one go at an operation lasts.
const GO: Duration = Duration::from_millis(4);
/// How many goes each operation has.
const ROUNDS: usize = 15;

/// Something to be timed.
pub struct Operation<'a> {
    pub name: &'static str,
    pub run: Box<dyn FnMut() + 'a>,
}

impl<'a> Operation<'a> {
    pub fn new<T>(name: &'static str, mut run: impl FnMut() -> T + 'a) -> Self {
        Operation { name, run: Box::new(move || drop(black_box(run()))) }
    }
}

/// The median time of each operation, in nanoseconds.
pub fn medians(operations: &mut [Operation<'_>]) -> Vec<f64> {
    let counts: Vec<u32> = operations.iter_mut().map(count).collect();
    let mut times = vec![Vec::with_capacity(ROUNDS); operations.len()];
    for _ in 0..ROUNDS {
        for ((operation, count), times) in operations.iter_mut().zip(&counts).zip(&mut times) {
            times.push(time(operation, *count));
        }
    }
    times.into_iter().map(median).collect()
}

/// How many runs make a go.
fn count(operation: &mut Operation<'_>) -> u32 {
    let mut count = 1;
    while time(operation, count) * f64::from(count) < GO.as_nanos() as f64 {
        count *= 2;
    }
    count
}

fn time(operation: &mut Operation<'_>, count: u32) -> f64 {
    let started = Instant::now();
    for _ in 0..count {
        (operation.run)();
    }
    started.elapsed().as_nanos() as f64 / f64::from(count)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
