//! The connection of a channel that outlives its connections.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::BlockingClient;
use crate::{
    error::{Error, ErrorKind, Result},
    protocol::Protocol,
    transport::{
        attempts::{Attempts, was_closed},
        backoff::Backoff,
    },
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
    history: Attempts,
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
            history: Attempts::new(backoff),
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
                return Err(was_closed());
            }
            let waited = state.attempts != attempts;
            if let Some(client) = &state.current
                && (waited || !client.has_ended())
            {
                return Ok(client.clone());
            }
            if waited && let Some(failure) = state.history.failure() {
                return Err(failure);
            }
            if state.connecting {
                state = self.wait(state, end);
                check_end(end, patience)?;
                continue;
            }
            if let Some(lost) = state.current.take() {
                state.history.lose(lost.has_answered(), Instant::now());
            }
            let now = Instant::now();
            match state.history.next() {
                Some(next) if next > now => {
                    state.history.check_time(end, now)?;
                    state = self.wait(state, Some(next));
                }
                _ => {
                    let attempt = state.begin(self);
                    drop(state);
                    attempt.run();
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

/// An attempt to connect, in a thread of its own: whoever waits for it may have no time to wait for its
/// end, or hear that the channel is closed. Its end, by a panic too, lets others try.
struct Attempt<P: Protocol>(Arc<Lasting<P>>);

impl<P: Protocol> Attempt<P> {
    fn run(self) {
        let lasting = Arc::clone(&self.0);
        let spawned = thread::Builder::new().spawn(move || self.connect());
        if let Err(error) = spawned {
            lasting.lock().history.fail(Instant::now(), error.into());
        }
    }

    fn connect(self) {
        let connected = (self.0.connect)();
        let mut state = self.0.lock();
        match connected {
            Ok(client) => {
                state.history.succeed(Instant::now());
                state.current = (!state.closed).then_some(client);
            }
            Err(error) => state.history.fail(Instant::now(), error),
        }
    }
}

impl<P: Protocol> Drop for Attempt<P> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        if thread::panicking() {
            let text = "a panic interrupted the attempt to connect";
            state.history.fail(Instant::now(), Error::new(ErrorKind::Closed, text));
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
}

/// Checks that a call may still wait.
fn check_end(end: Option<Instant>, patience: Option<Duration>) -> Result<()> {
    if end.is_none_or(|end| end > Instant::now()) {
        return Ok(());
    }
    let text = format!("no connection was made within {:?}", patience.unwrap_or_default());
    Err(Error::new(ErrorKind::ConnectTimeout, text))
}
