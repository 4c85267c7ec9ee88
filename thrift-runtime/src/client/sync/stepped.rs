//! The same as the standard library's, with a step before each use, in which a scheduler may let another
//! thread go on.

use std::{
    future::Future,
    pin::Pin,
    sync::{LockResult, MutexGuard, OnceLock, TryLockError, atomic::Ordering},
};

/// A task that is to be run.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Who decides on the order of steps.
#[derive(Debug, Clone, Copy)]
pub struct Scheduler {
    /// Lets another thread go on, maybe.
    pub step: fn(),
    /// Runs a task.
    pub spawn: fn(Task),
}

static SCHEDULER: OnceLock<Scheduler> = OnceLock::new();

/// Sets the scheduler, once for the program.
pub fn set(scheduler: Scheduler) {
    let _ = SCHEDULER.set(scheduler);
}

fn step() {
    if let Some(scheduler) = SCHEDULER.get() {
        (scheduler.step)();
    }
}

pub(in crate::client) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    match SCHEDULER.get() {
        Some(scheduler) => (scheduler.spawn)(Box::pin(task)),
        None => drop(tokio::spawn(task)),
    }
}

pub(in crate::client) struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(in crate::client) fn new(value: T) -> Self {
        Mutex(std::sync::Mutex::new(value))
    }

    pub(in crate::client) fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        loop {
            step();
            match self.0.try_lock() {
                Ok(guard) => return Ok(guard),
                Err(TryLockError::Poisoned(poisoned)) => return Err(poisoned),
                // Whoever holds it has not come to its next step yet.
                Err(TryLockError::WouldBlock) => {}
            }
        }
    }

    pub(in crate::client) fn clear_poison(&self) {
        self.0.clear_poison();
    }
}

macro_rules! atomics {
    ($($name:ident $value:ty),*) => {$(
        pub(in crate::client) struct $name(std::sync::atomic::$name);

        impl $name {
            pub(in crate::client) fn new(value: $value) -> Self {
                $name(std::sync::atomic::$name::new(value))
            }

            pub(in crate::client) fn load(&self, order: Ordering) -> $value {
                step();
                self.0.load(order)
            }

            pub(in crate::client) fn store(&self, value: $value, order: Ordering) {
                step();
                self.0.store(value, order);
            }
        }
    )*};
}

atomics!(AtomicBool bool, AtomicU32 u32);

impl AtomicU32 {
    pub(in crate::client) fn fetch_add(&self, value: u32, order: Ordering) -> u32 {
        step();
        self.0.fetch_add(value, order)
    }
}
