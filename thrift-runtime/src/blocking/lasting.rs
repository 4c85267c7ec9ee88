//! The connection of a channel that outlives its connections.

use std::{
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::BlockingClient;
use crate::{
    error::{Error, ErrorKind, Result},
    protocol::Protocol,
    transport::backoff::{Backoff, again, no_time},
};

/// A connection, or the next one.
pub(super) struct Lasting<P: Protocol> {
    pub(super) connect: Arc<dyn Fn() -> Result<BlockingClient<P>> + Send + Sync>,
    state: Mutex<State<P>>,
    /// Tells that an attempt has ended.
    changed: Condvar,
}

struct State<P: Protocol> {
    current: Option<BlockingClient<P>>,
    /// Whether some thread connects.
    connecting: bool,
    closed: bool,
    /// How many attempts have ended.
    attempts: u64,
    backoff: Backoff,
    /// When the last connection was made.
    connected: Option<Instant>,
    /// When the next attempt may be made.
    next: Option<Instant>,
    /// Why the last attempt failed.
    failure: Option<Arc<Error>>,
}

impl<P: Protocol> Lasting<P> {
    pub(super) fn new(
        connect: Arc<dyn Fn() -> Result<BlockingClient<P>> + Send + Sync>,
        backoff: Backoff,
    ) -> Self {
        let state = State {
            current: None,
            connecting: false,
            closed: false,
            attempts: 0,
            backoff,
            connected: None,
            next: None,
            failure: None,
        };
        Lasting { connect, state: Mutex::new(state), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection, unless it is lost.
    pub(super) fn current(&self) -> Option<BlockingClient<P>> {
        let current = self.lock().current.clone();
        current.filter(|client| !client.has_ended())
    }

    /// Lets the next call connect, and returns the connection, lost or not.
    pub(super) fn leave(&self) -> Option<BlockingClient<P>> {
        self.lock().current.take()
    }

    /// Makes no more connections. Returns the last one.
    pub(super) fn close(&self) -> Option<BlockingClient<P>> {
        self.lock().closed = true;
        self.changed.notify_all();
        self.leave()
    }

    /// The connection, or a new one, if there is one in time.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub(super) fn client(
        self: &Arc<Self>,
        patience: Option<Duration>,
    ) -> Result<BlockingClient<P>> {
        let end = patience.and_then(|patience| Instant::now().checked_add(patience));
        let mut state = self.lock();
        let attempts = state.attempts;
        loop {
            if state.closed {
                return Err(Error::new(ErrorKind::Closed, "this client was closed").not_sent());
            }
            let waited = state.attempts != attempts;
            if let Some(client) = &state.current
                && (waited || !client.has_ended())
            {
                return Ok(client.clone());
            }
            if let Some(failure) = &state.failure
                && waited
            {
                return Err(again(failure));
            }
            if state.connecting {
                state = self.wait(state, end);
                check_end(end, patience)?;
                continue;
            }
            if let Some(lost) = state.current.take() {
                state.lose(&lost);
            }
            match state.next {
                Some(next) if next > Instant::now() => {
                    state.check_time(next, end)?;
                    state = self.wait(state, Some(next));
                }
                _ => {
                    let attempt = state.begin(self);
                    drop(state);
                    attempt.run(end.is_some());
                    state = self.lock();
                }
            }
        }
    }

    /// Waits until an attempt has ended, or until `end`.
    fn wait<'a>(
        &'a self,
        state: MutexGuard<'a, State<P>>,
        end: Option<Instant>,
    ) -> MutexGuard<'a, State<P>> {
        let Some(end) = end else {
            return self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        let left = end.saturating_duration_since(Instant::now());
        self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
    }
}

/// An attempt to connect. Its end, by a panic too, lets others try.
struct Attempt<P: Protocol>(Arc<Lasting<P>>);

impl<P: Protocol> Attempt<P> {
    /// Makes it; if somebody has no time to wait for its end, in a thread of its own.
    fn run(self, apart: bool) {
        if !apart {
            return self.connect();
        }
        let lasting = Arc::clone(&self.0);
        let spawned = thread::Builder::new().spawn(move || self.connect());
        if let Err(error) = spawned {
            lasting.lock().fail(Instant::now(), Arc::new(error.into()));
        }
    }

    fn connect(self) {
        let connected = (self.0.connect)();
        let mut state = self.0.lock();
        match connected {
            Ok(client) => {
                state.connected = Some(Instant::now());
                (state.next, state.failure) = (None, None);
                state.current = (!state.closed).then_some(client);
            }
            Err(error) => state.fail(Instant::now(), Arc::new(error)),
        }
    }
}

impl<P: Protocol> Drop for Attempt<P> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        if thread::panicking() {
            let text = "a panic interrupted the attempt to connect";
            state.fail(Instant::now(), Arc::new(Error::new(ErrorKind::Closed, text)));
        }
        state.connecting = false;
        state.attempts += 1;
        drop(state);
        self.0.changed.notify_all();
    }
}

impl<P: Protocol> State<P> {
    /// Begins an attempt to connect.
    fn begin(&mut self, lasting: &Arc<Lasting<P>>) -> Attempt<P> {
        self.connecting = true;
        Attempt(Arc::clone(lasting))
    }

    /// Notes that a connection was lost.
    fn lose(&mut self, client: &BlockingClient<P>) {
        if client.has_answered() {
            self.backoff.succeed();
            (self.next, self.failure) = (None, None);
        } else {
            let text = "the last connection was lost before a reply came";
            let at = mem::take(&mut self.connected).unwrap_or_else(Instant::now);
            self.fail(at, Arc::new(Error::new(ErrorKind::Closed, text)));
        }
    }

    /// Notes that an attempt failed.
    fn fail(&mut self, at: Instant, failure: Arc<Error>) {
        self.next = at.checked_add(self.backoff.fail());
        self.failure = Some(failure);
    }

    /// Checks that the next attempt begins before a call's end.
    fn check_time(&self, next: Instant, end: Option<Instant>) -> Result<()> {
        match &self.failure {
            Some(failure) if end.is_some_and(|end| end < next) => {
                let left = next.saturating_duration_since(Instant::now());
                Err(no_time(failure, left))
            }
            _ => Ok(()),
        }
    }
}

/// Checks that a call may still wait.
fn check_end(end: Option<Instant>, patience: Option<Duration>) -> Result<()> {
    if end.is_none_or(|end| end > Instant::now()) {
        return Ok(());
    }
    let text = format!("no connection was made within {:?}", patience.unwrap_or_default());
    Err(Error::new(ErrorKind::ConnectTimeout, text))
}
