//! Times of operations, taken in turns so that what disturbs one disturbs all: those of the processor, as
//! others may run on the machine.

use std::{hint::black_box, time::Duration};

use rustix::time::{ClockId, clock_gettime};

/// How long one go at an operation lasts.
const GO: Duration = Duration::from_millis(4);
/// How many goes each operation has.
const ROUNDS: usize = 15;

/// Something to be timed.
pub struct Operation<'a> {
    name: &'static str,
    run: Box<dyn FnMut() + 'a>,
}

impl<'a> Operation<'a> {
    pub fn new<T>(name: &'static str, mut run: impl FnMut() -> T + 'a) -> Self {
        Operation { name, run: Box::new(move || drop(black_box(run()))) }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    pub fn run(&mut self) {
        (self.run)();
    }

    fn time(&mut self, count: u32) -> f64 {
        let started = processor_time();
        for _ in 0..count {
            (self.run)();
        }
        (processor_time() - started).as_nanos() as f64 / f64::from(count)
    }

    /// How many runs make a go.
    fn count(&mut self) -> u32 {
        let mut count = 1;
        while self.time(count) * f64::from(count) < GO.as_nanos() as f64 {
            count *= 2;
        }
        count
    }
}

/// How long this thread has run.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The times of one operation in nanoseconds, a round each.
#[derive(Debug, Clone)]
pub struct Times(Vec<f64>);

impl Times {
    pub fn median(&self) -> f64 {
        median(self.0.clone())
    }

    /// How many times as long as another: the median of the rounds, in each of which both ran.
    pub fn ratio(&self, other: &Times) -> f64 {
        median(self.0.iter().zip(&other.0).map(|(this, other)| this / other).collect())
    }
}

/// The times of operations by name.
pub struct Measured(Vec<(&'static str, Times)>);

impl Measured {
    pub fn get(&self, name: &str) -> Option<&Times> {
        self.0.iter().find(|(found, _)| *found == name).map(|(_, times)| times)
    }
}

/// Runs operations in turns.
pub fn measure(mut operations: Vec<Operation<'_>>) -> Measured {
    let counts: Vec<u32> = operations.iter_mut().map(Operation::count).collect();
    let mut times = vec![Vec::with_capacity(ROUNDS); operations.len()];
    for _ in 0..ROUNDS {
        for ((operation, count), times) in operations.iter_mut().zip(&counts).zip(&mut times) {
            times.push(operation.time(*count));
        }
    }
    let names = operations.iter().map(Operation::name);
    Measured(names.zip(times.into_iter().map(Times)).collect())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
