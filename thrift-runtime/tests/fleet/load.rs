//! Callers, and what they see.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use thrift_runtime::{BlockingChannel, Channel, Error, Result};
use tokio::task::JoinHandle;

use super::store::{Store, StoreBlocking, StoreBlockingClient, StoreClient};

/// The pause of a caller between two calls.
const PAUSE: Duration = Duration::from_millis(10);

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Read,
    Write,
}

/// A call that failed.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) kind: Kind,
    pub(crate) id: i64,
    pub(crate) error: Error,
    pub(crate) begun: Instant,
    pub(crate) ended: Instant,
}

/// What callers have seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// How many calls each server has answered.
    pub(crate) answered: BTreeMap<String, usize>,
    pub(crate) took: Vec<Duration>,
    pub(crate) failed: Vec<Failed>,
}

impl Seen {
    pub(crate) fn calls(&self) -> usize {
        self.answered.values().sum()
    }

    fn note(&mut self, kind: Kind, id: i64, begun: Instant, called: Result<String>) {
        let ended = Instant::now();
        self.took.push(ended - begun);
        match called {
            Ok(name) => *self.answered.entry(name).or_default() += 1,
            Err(error) => self.failed.push(Failed { kind, id, error, begun, ended }),
        }
    }

    pub(crate) fn by(&self, port: u16) -> usize {
        self.answered.get(&port.to_string()).copied().unwrap_or_default()
    }
}

/// Callers, each with one call at a time.
#[derive(Debug, Default)]
pub(crate) struct Load {
    told: Told,
    callers: Vec<JoinHandle<()>>,
}

/// What callers tell.
#[derive(Debug, Clone, Default)]
struct Told {
    seen: Arc<Mutex<Seen>>,
    ids: Arc<AtomicI64>,
    over: Arc<AtomicBool>,
}

impl Told {
    /// A call begins, unless it is over: with this id, and now.
    fn begin(&self) -> Option<(i64, Instant)> {
        let id = self.ids.fetch_add(1, Ordering::SeqCst);
        (!self.over.load(Ordering::SeqCst)).then(|| (id, Instant::now()))
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }
}

impl Load {
    /// Adds callers that are tasks.
    pub(crate) fn tasks(
        mut self,
        kind: Kind,
        count: usize,
        channel: &(impl Channel + Clone + 'static),
    ) -> Self {
        for _ in 0..count {
            let (store, told) = (StoreClient::new(channel.clone()), self.told.clone());
            self.callers.push(tokio::spawn(async move {
                while let Some((id, begun)) = told.begin() {
                    let called = match kind {
                        Kind::Read => store.read(id).await,
                        Kind::Write => store.write(id).await,
                    };
                    told.lock().note(kind, id, begun, called);
                    tokio::time::sleep(PAUSE).await;
                }
            }));
        }
        self
    }

    /// Adds callers that are threads.
    pub(crate) fn threads(
        mut self,
        kind: Kind,
        count: usize,
        channel: &(impl BlockingChannel + Clone + 'static),
    ) -> Self {
        for _ in 0..count {
            let (store, told) = (StoreBlockingClient::new(channel.clone()), self.told.clone());
            self.callers.push(tokio::task::spawn_blocking(move || {
                while let Some((id, begun)) = told.begin() {
                    let called = match kind {
                        Kind::Read => store.read(id),
                        Kind::Write => store.write(id),
                    };
                    told.lock().note(kind, id, begun, called);
                    std::thread::sleep(PAUSE);
                }
            }));
        }
        self
    }

    /// Looks at what has been seen so far.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.told.lock())
    }

    /// Lets the calls in flight end.
    pub(crate) async fn end(self) -> Seen {
        self.told.over.store(true, Ordering::SeqCst);
        for caller in self.callers {
            caller.await.unwrap();
        }
        std::mem::take(&mut *self.told.lock())
    }
}
