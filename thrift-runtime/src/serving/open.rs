//! The connections that are open.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Ending, Status};

/// The connections of a server that are open.
#[derive(Debug, Default)]
pub(crate) struct Open {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    connections: HashMap<u64, Arc<Status>>,
    next: u64,
}

/// A connection's place among those that are open.
#[derive(Debug)]
pub(crate) struct Place {
    open: Arc<Open>,
    number: u64,
}

impl Open {
    /// Takes a connection in.
    pub(crate) fn enter(self: &Arc<Self>, status: Arc<Status>) -> Place {
        let mut state = self.lock();
        state.next += 1;
        let number = state.next;
        state.connections.insert(number, status);
        Place { open: Arc::clone(self), number }
    }

    /// Ends every connection after the calls that have arrived by now.
    pub(crate) fn end(&self, why: Ending) {
        self.lock().connections.values().for_each(|status| status.end(why));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.lock().connections.remove(&self.number);
    }
}
