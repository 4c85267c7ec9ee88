//! The synchronization primitives of callers and the connection's task: those of the standard library,
//! or those of `loom`, with which the tests in `orders` try all orders of steps.

#[cfg(not(all(test, thrift_runtime_orders)))]
mod chosen {
    pub(in crate::client) use std::sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU32},
    };
    pub(in crate::client) use tokio::spawn;

    pub(in crate::client) fn clear_poison<T>(mutex: &Mutex<T>) {
        mutex.clear_poison();
    }
}

#[cfg(all(test, thrift_runtime_orders))]
mod chosen {
    pub(in crate::client) use loom::sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU32},
    };

    pub(in crate::client) use crate::client::orders::spawn;

    /// With `loom`, a panic ends the test.
    pub(in crate::client) fn clear_poison<T>(_: &Mutex<T>) {}
}

pub(super) use chosen::*;
