//! Connections that wait for their next call.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep_until, timeout_at},
};

/// How long closing waits for the connections to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// A connection, and the task that runs it.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) sender: SendRequest<Full<Bytes>>,
    pub(super) task: JoinHandle<()>,
}

/// Connections that wait for their next call. A task closes those that wait for long.
#[derive(Debug, Default)]
pub(super) struct Idle(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    /// Those that have waited longest come first, with when they began to.
    connections: Vec<(Instant, Connection)>,
    /// Whether there is a task that closes them.
    swept: bool,
}

impl Idle {
    /// The connection that was used last, if it is still open.
    pub(super) fn take(&self) -> Option<Connection> {
        let mut waiting = lock(&self.0);
        while let Some((_, connection)) = waiting.connections.pop() {
            if connection.sender.is_ready() {
                return Some(connection);
            }
        }
        None
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

    /// Closes all of them: if one is of no use, the others will not be, either.
    pub(super) fn clear(&self) {
        drop(self.take_all());
    }

    /// Closes all of them, and waits until they are.
    pub(super) async fn close(&self) {
        let end = Instant::now() + GOODBYE;
        let tasks: Vec<_> = self.take_all().into_iter().map(|(_, open)| open.task).collect();
        for task in tasks {
            let _ = timeout_at(end, task).await;
        }
    }

    fn take_all(&self) -> Vec<(Instant, Connection)> {
        mem::take(&mut lock(&self.0).connections)
    }
}

/// What is to be swept, as its task holds it.
struct Sweeper(Weak<Mutex<Waiting>>);

impl Drop for Sweeper {
    fn drop(&mut self) {
        // Whatever ends the task, there can be another.
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
        let fresh = waiting.connections.partition_point(|(since, _)| now - *since >= limit);
        waiting.connections.drain(..fresh);
        next = waiting.connections.first().and_then(|(since, _)| since.checked_add(limit));
        waiting.swept = next.is_some();
    }
}

fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}
