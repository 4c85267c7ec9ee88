//! A blocking channel that outlives its connections.

use std::{
    fmt, mem,
    ops::RangeInclusive,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{BlockingChannel, BlockingClient};
use crate::{
    call::{CallSettings, Request, Response, call_settings},
    error::{Error, ErrorKind, Result},
    protocol::{BinaryProtocol, Protocol},
    transport::backoff::Backoff,
};

/// A blocking channel that connects when it is first called, and again when its connection was lost,
/// as [`Reconnecting`](crate::Reconnecting) does for async ones.
///
/// ```no_run
/// use thrift_runtime::{BlockingClient, BlockingReconnecting};
///
/// let channel =
///     BlockingReconnecting::new(|| BlockingClient::builder().framed().connect("127.0.0.1:9090"));
/// // let messages = MessageServiceBlockingClient::new(channel);
/// ```
///
/// A call that fails is not sent again; the next one connects, if the connection was closed. Calls
/// of other threads that come meanwhile share that attempt, and its failure. After a failure, the
/// next attempt waits: for 50 ms or less at first, and up to five seconds after many in a row. A
/// connection that ends before any reply has come is a failure, too. A call that has no time to wait
/// for the next attempt fails at once.
///
/// # Errors
///
/// A call fails as with a [`BlockingClient`], or because no connection can be made.
pub struct BlockingReconnecting<P: Protocol = BinaryProtocol> {
    connection: Arc<Lasting<P>>,
    settings: CallSettings,
}

/// A connection, or the next one.
struct Lasting<P: Protocol> {
    connect: Arc<dyn Fn() -> Result<BlockingClient<P>> + Send + Sync>,
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

impl<P: Protocol> BlockingReconnecting<P> {
    /// A channel that calls `connect` for each connection.
    pub fn new(connect: impl Fn() -> Result<BlockingClient<P>> + Send + Sync + 'static) -> Self {
        let connection = Arc::new(Lasting::new(Arc::new(connect), Backoff::default()));
        BlockingReconnecting { connection, settings: CallSettings::default() }
    }

    /// Sets the pauses between attempts: the first after a failure, which then doubles, and the
    /// longest. They are shortened at random, by up to a half.
    #[must_use = "this returns the channel with the setting"]
    pub fn backoff(self, pauses: RangeInclusive<Duration>) -> Self {
        let connect = Arc::clone(&self.connection.connect);
        let connection = Arc::new(Lasting::new(connect, Backoff::new(pauses)));
        BlockingReconnecting { connection, ..self }
    }

    /// The current connection, or a new one if that was lost.
    ///
    /// # Errors
    ///
    /// If no connection can be made.
    pub fn client(&self) -> Result<BlockingClient<P>> {
        self.connection.client(None)
    }

    /// Leaves the current connection, and makes another. A call in progress goes on over the old
    /// one.
    ///
    /// # Errors
    ///
    /// If no connection can be made.
    pub fn reconnect(&self) -> Result<BlockingClient<P>> {
        drop(self.connection.lock().current.take());
        self.client()
    }

    /// Does nothing: a call that returned is with the operating system. All clients have this.
    ///
    /// # Errors
    ///
    /// None.
    pub fn flush(&self) -> Result<()> {
        Ok(())
    }

    /// Closes the connection for all clones, after a call that is in progress, and makes no other:
    /// every further call fails.
    ///
    /// # Errors
    ///
    /// None.
    pub fn close(&self) -> Result<()> {
        let current = {
            let mut state = self.connection.lock();
            state.closed = true;
            state.current.take()
        };
        self.connection.changed.notify_all();
        current.map_or(Ok(()), |client| client.close())
    }
}

impl<P: Protocol> Lasting<P> {
    fn new(
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

    /// The connection, if there is one by `end`.
    fn client(&self, end: Option<Instant>) -> Result<BlockingClient<P>> {
        let mut state = self.lock();
        let attempts = state.attempts;
        loop {
            if state.closed {
                return Err(Error::new(ErrorKind::Closed, "this client was closed").not_sent());
            }
            if let Some(client) = state.current.as_ref().filter(|client| !client.is_closed()) {
                return Ok(client.clone());
            }
            if let Some(failure) = &state.failure
                && state.attempts != attempts
            {
                return Err(again(failure, ""));
            }
            if state.connecting {
                state = self.wait(state, end)?;
                continue;
            }
            if let Some(lost) = state.current.take() {
                state.lose(&lost);
            }
            match state.next {
                Some(next) if next > Instant::now() => {
                    state.check_time(next, end)?;
                    state = self.wait(state, Some(next)).unwrap_or_else(|_| self.lock());
                }
                _ => {
                    state.connecting = true;
                    drop(state);
                    return self.connect();
                }
            }
        }
    }

    /// Waits until an attempt has ended, or until `end`.
    fn wait<'a>(
        &'a self,
        state: MutexGuard<'a, State<P>>,
        end: Option<Instant>,
    ) -> Result<MutexGuard<'a, State<P>>> {
        let Some(end) = end else {
            return Ok(self.changed.wait(state).unwrap_or_else(PoisonError::into_inner));
        };
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let text = "no connection was made within the time that the call may take";
            return Err(Error::new(ErrorKind::ConnectTimeout, text));
        }
        let waited = self.changed.wait_timeout(state, left);
        Ok(waited.unwrap_or_else(PoisonError::into_inner).0)
    }

    fn connect(&self) -> Result<BlockingClient<P>> {
        let attempt = Attempt(self);
        let connected = (self.connect)();
        let mut state = self.lock();
        let connected = match connected {
            Ok(client) => {
                state.connected = Some(Instant::now());
                (state.next, state.failure) = (None, None);
                state.current = (!state.closed).then(|| client.clone());
                Ok(client)
            }
            Err(error) => {
                let failure = Arc::new(error);
                state.fail(Instant::now(), Arc::clone(&failure));
                Err(again(&failure, ""))
            }
        };
        drop(state);
        drop(attempt);
        connected
    }
}

/// An attempt to connect. Its end, by a panic too, lets others try.
struct Attempt<'a, P: Protocol>(&'a Lasting<P>);

impl<P: Protocol> Drop for Attempt<'_, P> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.connecting = false;
        state.attempts += 1;
        drop(state);
        self.0.changed.notify_all();
    }
}

impl<P: Protocol> State<P> {
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
                Err(again(failure, format!("the next attempt to connect is in {left:.1?}")))
            }
            _ => Ok(()),
        }
    }
}

/// The error for a call that shares a failure with others.
#[cold]
fn again(failure: &Arc<Error>, text: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::with_source(failure.kind(), text, Arc::clone(failure)).not_sent()
}

call_settings!(BlockingReconnecting);

impl<P: Protocol> BlockingChannel for BlockingReconnecting<P> {
    type Protocol = P;

    fn send(&self, mut request: Request<'_, P>) -> Result<Response<P>> {
        self.settings.add_to(&mut request);
        let patience = request.patience(CallSettings::TIMEOUT);
        let end = patience.and_then(|patience| Instant::now().checked_add(patience));
        let client = self.connection.client(end)?;
        end.into_iter().for_each(|end| request.set_deadline(end));
        client.send(request)
    }
}

impl<P: Protocol> Clone for BlockingReconnecting<P> {
    fn clone(&self) -> Self {
        let BlockingReconnecting { connection, settings } = self;
        BlockingReconnecting { connection: Arc::clone(connection), settings: settings.clone() }
    }
}

impl<P: Protocol> fmt::Debug for BlockingReconnecting<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingReconnecting")
            .field("current", &self.connection.lock().current)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
