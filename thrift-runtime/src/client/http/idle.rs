//! Connections that are waiting for their next call.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use super::connection::{Connection, GOODBYE};

/// Connections that are waiting for their next call, and one that accepts more calls besides those in
/// progress. A task closes connections that have waited too long.
#[derive(Debug, Default)]
pub(super) struct Idle(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    /// Each with the time of its last use; those that have waited longest come first.
    connections: Vec<(Instant, Connection)>,
    /// Whether there is a task that closes them.
    swept: bool,
}

impl Idle {
    /// The connection that was used last, if it is still open.
    pub(super) fn take(&self) -> Option<Connection> {
        let mut waiting = lock(&self.0);
        loop {
            let (used, connection) = waiting.connections.last_mut()?;
            match connection.share() {
                Some(shared) if connection.is_ready() => {
                    *used = Instant::now();
                    return Some(shared);
                }
                _ => {}
            }
            let (_, connection) = waiting.connections.pop()?;
            if connection.is_ready() {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection for another call, for this long at most.
    pub(super) fn keep(&self, connection: Connection, limit: Option<Duration>) {
        let now = Instant::now();
        let mut waiting = lock(&self.0);
        waiting.connections.push((now, connection));
        if let Some(limit) = limit
            && !mem::replace(&mut waiting.swept, true)
        {
            tokio::spawn(sweep(Sweeper(Arc::downgrade(&self.0)), limit));
        }
    }

    /// Closes all of them: if one has become unusable, the others probably have, too.
    pub(super) fn clear(&self) {
        drop(self.take_all());
    }

    /// Closes the connections that are probably unusable, because this one is.
    pub(super) fn clear_after(&self, failed: &Connection) {
        let mut waiting = lock(&self.0);
        waiting.connections.retain(|(_, connection)| connection.outlives(failed));
    }

    /// Closes all of them, and waits until they are closed.
    pub(super) async fn close(&self) {
        let end = Instant::now() + GOODBYE;
        let closing: Vec<_> =
            self.take_all().into_iter().filter_map(|(_, open)| open.close()).collect();
        for running in closing {
            running.end(end).await;
        }
    }

    fn take_all(&self) -> Vec<(Instant, Connection)> {
        mem::take(&mut lock(&self.0).connections)
    }
}

/// The task's handle on the connections.
struct Sweeper(Weak<Mutex<Waiting>>);

impl Drop for Sweeper {
    fn drop(&mut self) {
        // Another task can be started, whatever ended this one.
        if let Some(waiting) = self.0.upgrade() {
            lock(&waiting).swept = false;
        }
    }
}

/// Closes connections that have waited for too long, until none is left.
async fn sweep(sweeper: Sweeper, limit: Duration) {
    let mut next = Instant::now().checked_add(limit);
    while let Some(at) = next {
        sleep_until(at).await;
        let Some(waiting) = sweeper.0.upgrade() else { return };
        let mut waiting = lock(&waiting);
        let now = Instant::now();
        waiting.connections.retain_mut(|(used, connection)| {
            if connection.is_in_use() {
                *used = now;
            }
            now - *used < limit
        });
        let first = waiting.connections.iter().map(|(used, _)| *used).min();
        next = first.and_then(|used| used.checked_add(limit));
        waiting.swept = next.is_some();
    }
}

fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}
