//! The connection that calls come over, and what is kept for as long as it is open.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

#[cfg(any(feature = "blocking", feature = "tokio"))]
use super::load::Load;
use super::{Event, Extensions, Observer, PeerAddr, presence::Presence};

/// The connection that calls come over, with values that are kept for as long as it is open: a
/// session, for instance.
///
/// Handlers get it from [`Context::connection`](crate::Context::connection), middleware from
/// [`Call::connection`](crate::Call::connection), and an [`Observer`] from its events. A message
/// that came without one, such as a datagram, has one of its own.
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
/// use thrift_runtime::Connection;
///
/// /// How many calls have come over a connection.
/// #[derive(Default)]
/// struct Calls(AtomicU64);
///
/// fn count(connection: &Connection) -> u64 {
///     let calls: Arc<Calls> = connection.get_or_insert_with(Calls::default);
///     calls.0.fetch_add(1, Ordering::Relaxed) + 1
/// }
/// ```
#[derive(Clone)]
pub struct Connection(Arc<dyn Known>);

/// What knows a connection.
pub(crate) trait Known: Send + Sync {
    fn about(&self) -> &About;
}

/// What is known about a connection.
pub(crate) struct About {
    id: u64,
    peer: PeerAddr,
    opened: Instant,
    observer: Option<Arc<dyn Observer>>,
    /// That of its server.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    load: Option<Arc<Load>>,
    values: Mutex<Extensions>,
    presence: Presence,
}

impl Connection {
    pub(crate) fn new(known: Arc<impl Known + 'static>) -> Self {
        Connection(known)
    }

    /// A number that no other connection of this process has.
    pub fn id(&self) -> u64 {
        self.0.about().id
    }

    /// Where it came from.
    pub fn peer(&self) -> PeerAddr {
        self.0.about().peer
    }

    /// When it was opened.
    pub fn opened(&self) -> Instant {
        self.0.about().opened
    }

    /// The value of a type that is kept with the connection, if there is one.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.values().shared()
    }

    /// The value of a type that is kept with the connection. If there is none, `make` makes it: only
    /// once, even if calls overlap. It must not use the connection itself.
    pub fn get_or_insert_with<T: Send + Sync + 'static>(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let mut values = self.values();
        if let Some(known) = values.shared() {
            return known;
        }
        let value = Arc::new(make());
        values.insert_shared(Arc::clone(&value));
        value
    }

    /// Keeps a value with the connection, in place of one of the same type. It is dropped when the
    /// connection has ended, and an [`Observer`] has heard of that.
    pub fn insert<T: Send + Sync + 'static>(&self, value: T) {
        self.values().insert(value);
    }

    /// Drops the value of a type, and says whether there was one.
    pub fn remove<T: Send + Sync + 'static>(&self) -> bool {
        self.values().remove::<T>()
    }

    /// What its server has in hand.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    pub(crate) fn load(&self) -> Option<Arc<Load>> {
        self.0.about().load.clone()
    }

    fn values(&self) -> MutexGuard<'_, Extensions> {
        self.0.about().values()
    }

    /// Whether its other end is still there.
    pub(crate) fn presence(&self) -> &Presence {
        &self.0.about().presence
    }

    /// Drops what is kept, as the connection has ended.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    pub(crate) fn clear(&self) {
        let values = std::mem::take(&mut *self.values());
        // The values are the program's, and dropping them may panic.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(values)));
    }

    /// Tells the observer, if there is one.
    #[cold]
    pub(crate) fn tell(&self, event: &Event<'_>) {
        if let Some(observer) = &self.0.about().observer {
            tell(&**observer, event);
        }
    }
}

/// Tells an observer, whose panic harms nobody.
#[cold]
pub(crate) fn tell(observer: &dyn Observer, event: &Event<'_>) {
    // The panic hook has reported it.
    let _ = catch_unwind(AssertUnwindSafe(|| observer.event(event)));
}

impl About {
    pub(crate) fn new(
        peer: PeerAddr,
        opened: Instant,
        observer: Option<Arc<dyn Observer>>,
    ) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        About {
            id,
            peer,
            opened,
            observer,
            #[cfg(any(feature = "blocking", feature = "tokio"))]
            load: None,
            values: Mutex::default(),
            presence: Presence::default(),
        }
    }

    /// Counts what it has in hand with what its server has.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    pub(crate) fn with_load(mut self, load: &Arc<Load>) -> Self {
        self.load = Some(Arc::clone(load));
        self
    }

    /// What its server has in hand in all.
    #[cfg(feature = "tokio")]
    pub(crate) fn load(&self) -> Option<&Arc<Load>> {
        self.load.as_ref()
    }

    #[cfg(feature = "tokio")]
    pub(crate) fn opened(&self) -> Instant {
        self.opened
    }

    fn values(&self) -> MutexGuard<'_, Extensions> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known for About {
    fn about(&self) -> &About {
        self
    }
}

impl fmt::Debug for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let About { id, peer, .. } = self;
        f.debug_struct("Connection").field("id", id).field("peer", peer).finish_non_exhaustive()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.about().fmt(f)
    }
}
