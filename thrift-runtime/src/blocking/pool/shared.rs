//! What the clones of a pool share.

use std::{
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak, mpsc},
    thread,
    time::{Duration, Instant},
};

use super::{
    Connect, Settings,
    addresses::{Addresses, Find},
    attempts::Budget,
    lease::Lease,
    servers::{Choice, Servers},
};
use crate::{
    blocking::BlockingClient,
    error::{Error, ErrorKind, Result},
    protocol::Protocol,
    transport::usual::Ended,
};

pub(super) struct Shared<P: Protocol> {
    connect: Arc<Connect<P>>,
    pub(super) settings: Settings,
    pub(super) budget: Budget,
    state: Mutex<State<P>>,
    /// Tells that a connection has become free, or might be made.
    changed: Condvar,
}

struct State<P: Protocol> {
    servers: Servers<P>,
    addresses: Addresses,
    /// How many calls wait for a connection.
    waiting: usize,
    closed: bool,
    /// There while a thread closes connections that are idle for too long; its end ends that one.
    closing: Option<mpsc::Sender<()>>,
}

impl<P: Protocol> Shared<P> {
    pub(super) fn new(connect: Arc<Connect<P>>, settings: Settings, addresses: Addresses) -> Self {
        let mut servers = Servers::new();
        servers.update(addresses.known(), &settings.backoff);
        let state = State { servers, addresses, waiting: 0, closed: false, closing: None };
        let (state, changed) = (Mutex::new(state), Condvar::new());
        Shared { connect, settings, budget: Budget::new(), state, changed }
    }

    fn lock(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.lock().addresses.known().to_vec()
    }

    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.servers.clear();
        drop(state);
        self.changed.notify_all();
    }

    /// A connection for a call.
    ///
    /// # Errors
    ///
    /// If there is none in time.
    pub(super) fn take(
        self: &Arc<Self>,
        end: Option<Instant>,
        patience: Option<Duration>,
    ) -> Result<Lease<P>> {
        let mut state = self.lock();
        let mut has_waited = false;
        loop {
            if state.closed {
                return Err(Error::new(ErrorKind::Closed, "this client was closed").not_sent());
            }
            let now = Instant::now();
            self.look_for_addresses(&mut state, now);
            let (most, waiting) = (self.settings.connections, state.waiting);
            let Choice { connection, connect } = state.servers.choose(now, most, waiting);
            if let Some(address) = connect {
                self.begin_connecting(&mut state, address, now);
            }
            if let Some((client, address)) = connection {
                drop(state);
                let (shared, ended) = (Arc::clone(self), Ended::Untold);
                return Ok(Lease { shared, client, address, begun: now, has_waited, ended });
            }
            if end.is_some_and(|end| end <= now) {
                let error = state.too_late(patience.unwrap_or_default());
                drop(state);
                // This call may have been notified in place of another: pass the notification on.
                self.changed.notify_one();
                return Err(error);
            }
            let next =
                [state.servers.next(now), state.addresses.next()].into_iter().flatten().min();
            state = self.wait(state, now, next.into_iter().chain(end).min());
            has_waited = true;
        }
    }

    /// Waits until something changes, or until a time.
    fn wait<'a>(
        &'a self,
        mut state: MutexGuard<'a, State<P>>,
        now: Instant,
        until: Option<Instant>,
    ) -> MutexGuard<'a, State<P>> {
        state.waiting += 1;
        let mut state = match until {
            None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            Some(until) => {
                let waited = self.changed.wait_timeout(state, until.saturating_duration_since(now));
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        state.waiting -= 1;
        state
    }

    /// Takes back a connection whose call has ended.
    pub(super) fn give_back(
        self: &Arc<Self>,
        address: SocketAddr,
        client: BlockingClient<P>,
        begun: Instant,
        ended: Ended,
    ) {
        let mut state = self.lock();
        if let Some(server) = state.servers.at(address) {
            server.give_back(client, begun, Instant::now(), ended);
            self.close_idle_later(&mut state);
        }
        let wanted = state.waiting > 0;
        drop(state);
        if wanted {
            self.changed.notify_one();
        }
    }

    /// Has a connection made by a thread of its own, as callers may have less time than it takes.
    #[cold]
    fn begin_connecting(
        self: &Arc<Self>,
        state: &mut State<P>,
        address: SocketAddr,
        begun: Instant,
    ) {
        let Some(server) = state.servers.at(address) else { return };
        server.begin(begun);
        let shared = Arc::clone(self);
        let spawned = named_thread("thrift connecting").spawn(move || {
            let connect = AssertUnwindSafe(|| (shared.connect)(address));
            let connected = catch_unwind(connect).unwrap_or_else(|_| Err(panicked()));
            let mut state = shared.lock();
            if let Some(server) = state.servers.at(address) {
                server.connected(begun, connected, Instant::now());
                shared.close_idle_later(&mut state);
            }
            drop(state);
            shared.changed.notify_all();
        });
        if let Err(error) = spawned {
            server.connected(begun, Err(error.into()), Instant::now());
        }
    }

    /// Has the addresses looked for, if it is time for that, by a thread of its own.
    fn look_for_addresses(self: &Arc<Self>, state: &mut State<P>, now: Instant) {
        if let Some(find) = state.addresses.look(now) {
            self.begin_looking(state, find, now);
        }
    }

    #[cold]
    fn begin_looking(self: &Arc<Self>, state: &mut State<P>, find: Find, now: Instant) {
        let shared = Arc::downgrade(self);
        let (give, given) = mpsc::sync_channel::<Find>(1);
        let spawned = named_thread("thrift resolving").spawn(move || {
            let Ok(mut find) = given.recv() else { return };
            let found = catch_unwind(AssertUnwindSafe(&mut *find));
            let found = found.unwrap_or_else(|_| Err(panicked()));
            if let Some(shared) = shared.upgrade() {
                shared.note_addresses(find, found);
            }
        });
        match spawned {
            Ok(_) => _ = give.send(find),
            Err(error) => state.addresses.note(find, Err(error.into()), now),
        }
    }

    fn note_addresses(&self, find: Find, found: Result<Vec<SocketAddr>>) {
        let mut state = self.lock();
        let State { addresses, servers, closed, .. } = &mut *state;
        addresses.note(find, found, Instant::now());
        if !*closed {
            servers.update(addresses.known(), &self.settings.backoff);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Sees to it that connections are closed that are idle for too long, though there are no calls.
    fn close_idle_later(self: &Arc<Self>, state: &mut State<P>) {
        if let (None, Some(timeout)) = (&state.closing, self.settings.idle_timeout) {
            self.begin_closing(state, timeout);
        }
    }

    #[cold]
    fn begin_closing(self: &Arc<Self>, state: &mut State<P>, timeout: Duration) {
        let (closing, ended) = mpsc::channel();
        let shared = Arc::downgrade(self);
        let thread = named_thread("thrift idle");
        let spawned = thread.spawn(move || {
            while let Some(left) = close_idle(&shared, timeout) {
                if ended.recv_timeout(left) == Err(mpsc::RecvTimeoutError::Disconnected) {
                    return;
                }
            }
        });
        state.closing = spawned.is_ok().then_some(closing);
    }
}

/// Closes what has been idle for too long. Tells when that is to be done again.
fn close_idle<P: Protocol>(shared: &Weak<Shared<P>>, timeout: Duration) -> Option<Duration> {
    let shared = shared.upgrade()?;
    let mut state = shared.lock();
    let now = Instant::now();
    let next = state.servers.close_idle(now, timeout);
    if next.is_none() {
        state.closing = None;
    }
    Some(next?.saturating_duration_since(now))
}

impl<P: Protocol> State<P> {
    /// The error for a call that has no time to wait any longer.
    #[cold]
    fn too_late(&self, patience: Duration) -> Error {
        if self.servers.are_open() {
            let text = format!("no connection was free within {patience:?}");
            return Error::new(ErrorKind::Timeout, text).not_sent();
        }
        let failure = self.servers.failure().or(self.addresses.failure());
        let text = format!("no connection was made within {patience:?}");
        let error = match failure {
            Some(failure) => {
                Error::with_source(ErrorKind::ConnectTimeout, text, Arc::clone(failure))
            }
            None => Error::new(ErrorKind::ConnectTimeout, text),
        };
        error.not_sent()
    }
}

fn named_thread(name: &str) -> thread::Builder {
    thread::Builder::new().name(name.into())
}

#[cold]
fn panicked() -> Error {
    Error::new(ErrorKind::Closed, "a panic interrupted the attempt to connect")
}
