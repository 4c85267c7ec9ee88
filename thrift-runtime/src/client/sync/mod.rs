//! What callers and the connection's task meet by: of the standard library, or what shows each step to the
//! test `orders`, which tries one order of them after another.

#[cfg(thrift_runtime_orders)]
pub mod stepped;

#[cfg(not(thrift_runtime_orders))]
mod chosen {
    pub(in crate::client) use std::sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU32},
    };
    pub(in crate::client) use tokio::spawn;
}

#[cfg(thrift_runtime_orders)]
mod chosen {
    pub(in crate::client) use super::stepped::{AtomicBool, AtomicU32, Mutex, spawn};
    pub(in crate::client) use std::sync::MutexGuard;
}

pub(super) use chosen::*;
