//! A channel that outlives its connections.

use std::{
    fmt,
    future::Future,
    ops::RangeInclusive,
    pin::Pin,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Mutex, watch},
    time::{Instant, sleep_until},
};

use super::{Client, alarm::in_time};
use crate::{
    call::{CallSettings, Channel, Request, Response, call_settings},
    error::{Error, ErrorKind, Result},
    protocol::{BinaryProtocol, Protocol},
    transport::{
        attempts::{Attempts, was_closed},
        backoff::Backoff,
    },
};

/// A channel that connects when it is first called, and again when its connection was lost.
///
/// ```no_run
/// use thrift_runtime::{Client, Reconnecting};
///
/// let channel = Reconnecting::new(|| Client::builder().framed().connect("127.0.0.1:9090"));
/// // let messages = MessageServiceClient::new(channel);
/// ```
///
/// A call that is in flight when the connection is lost fails as with a [`Client`]. It is not sent
/// again, since the server may have run it; the next call connects. Calls that are made meanwhile
/// share that attempt, and its failure.
///
/// After a failure, the next attempt waits: for 50 ms or less at first, and up to five seconds after
/// many in a row. A connection that ends before any reply has come is a failure, too. A call that
/// has no time to wait for the next attempt fails at once.
///
/// # Errors
///
/// A call fails as with a [`Client`], or because no connection can be made.
pub struct Reconnecting<P: Protocol = BinaryProtocol> {
    connection: Arc<Lasting<P>>,
    settings: CallSettings,
}

/// A connection, or the next one.
struct Lasting<P: Protocol> {
    connect: Arc<dyn Fn() -> Connecting<P> + Send + Sync>,
    current: RwLock<Option<Client<P>>>,
    /// How many attempts to connect have ended.
    attempts: AtomicU64,
    /// Held while connecting.
    history: Mutex<Attempts>,
    closed: watch::Sender<bool>,
}

type Connecting<P> = Pin<Box<dyn Future<Output = Result<Client<P>>> + Send>>;

impl<P: Protocol> Reconnecting<P> {
    /// A channel that calls `connect` for each connection.
    pub fn new<F>(connect: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Client<P>>> + Send + 'static,
    {
        let connect = Arc::new(move || Box::pin(connect()) as Connecting<P>);
        let connection = Lasting::new(connect, Backoff::default());
        Reconnecting { connection: Arc::new(connection), settings: CallSettings::default() }
    }

    /// Sets the pauses between attempts: the first after a failure, which then doubles, and the
    /// longest. They are shortened at random, by up to a half.
    #[must_use = "only the returned channel has the setting"]
    pub fn backoff(self, pauses: RangeInclusive<Duration>) -> Self {
        let connect = Arc::clone(&self.connection.connect);
        let connection = Arc::new(Lasting::new(connect, Backoff::new(pauses)));
        Reconnecting { connection, ..self }
    }

    /// The current connection, or a new one if that was lost.
    ///
    /// # Errors
    ///
    /// If no connection can be made.
    pub async fn client(&self) -> Result<Client<P>> {
        match self.connection.current() {
            Some(client) => Ok(client),
            None => self.connection.connect(None).await,
        }
    }

    /// Leaves the current connection, and makes another. Calls in flight go on over the old one.
    ///
    /// # Errors
    ///
    /// If no connection can be made.
    pub async fn reconnect(&self) -> Result<Client<P>> {
        drop(self.connection.replace(None));
        self.client().await
    }

    /// Waits until all calls that were made before have been handed to the operating system; see
    /// [`Client::flush`].
    ///
    /// # Errors
    ///
    /// If the connection is lost before, or this takes too long.
    pub async fn flush(&self) -> Result<()> {
        match self.connection.current() {
            Some(client) => client.flush().await,
            None => Ok(()),
        }
    }

    /// Closes the connection for all clones, as [`Client::close`] does, and makes no other: every
    /// further call fails.
    ///
    /// # Errors
    ///
    /// If the peer does not accept the remaining calls.
    pub async fn close(&self) -> Result<()> {
        self.connection.closed.send_replace(true);
        match self.connection.replace(None) {
            Some(client) => client.close().await,
            None => Ok(()),
        }
    }

    /// A connection for a call that can wait no longer than this.
    async fn connect_within(&self, patience: Option<Duration>) -> Result<Client<P>> {
        let end = patience.and_then(|patience| Instant::now().checked_add(patience));
        in_time(end, self.connection.connect(end)).await.unwrap_or_else(|| {
            let text = format!("no connection was made within {:?}", patience.unwrap_or_default());
            Err(Error::new(ErrorKind::ConnectTimeout, text))
        })
    }
}

impl<P: Protocol> Lasting<P> {
    fn new(connect: Arc<dyn Fn() -> Connecting<P> + Send + Sync>, backoff: Backoff) -> Self {
        Lasting {
            connect,
            current: RwLock::new(None),
            attempts: AtomicU64::new(0),
            history: Mutex::new(Attempts::new(backoff)),
            closed: watch::Sender::new(false),
        }
    }

    /// The connection, unless it is lost.
    fn current(&self) -> Option<Client<P>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|client| !client.is_closed()).cloned()
    }

    /// Puts another in place of the connection, and returns it, lost or not.
    fn replace(&self, client: Option<Client<P>>) -> Option<Client<P>> {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, client)
    }

    /// Checks that the channel was not closed.
    fn check_open(&self) -> Result<()> {
        match *self.closed.borrow() {
            true => Err(was_closed()),
            false => Ok(()),
        }
    }

    /// The connection that other calls have made meanwhile, or a new one, unless the channel is
    /// closed. Waits for an attempt only if that begins before `end`.
    async fn connect(&self, end: Option<Instant>) -> Result<Client<P>> {
        let mut closed = self.closed.subscribe();
        tokio::select! {
            biased;
            _ = closed.wait_for(|closed| *closed) => Err(was_closed()),
            connected = self.connect_while_open(end) => connected,
        }
    }

    async fn connect_while_open(&self, end: Option<Instant>) -> Result<Client<P>> {
        let attempts = self.attempts.load(Ordering::SeqCst);
        let mut history = self.history.lock().await;
        if let Some(client) = self.current() {
            return Ok(client);
        }
        if self.attempts.load(Ordering::SeqCst) != attempts
            && let Some(failure) = history.failure()
        {
            return Err(failure);
        }
        if let Some(lost) = self.replace(None) {
            history.lose(lost.has_answered(), now());
        }
        if let Some(next) = history.next() {
            history.check_time(end.map(Instant::into_std), now())?;
            sleep_until(Instant::from_std(next)).await;
        }
        let connected = (self.connect)().await;
        self.attempts.fetch_add(1, Ordering::SeqCst);
        match connected {
            Ok(client) => {
                history.succeed(now());
                self.replace(Some(client.clone()));
                self.check_open().inspect_err(|_| drop(self.replace(None)))?;
                Ok(client)
            }
            Err(error) => {
                history.fail(now(), error);
                Err(history.failure().unwrap_or_else(was_closed))
            }
        }
    }
}

fn now() -> std::time::Instant {
    Instant::now().into_std()
}

call_settings!(Reconnecting);

impl<P: Protocol> Channel for Reconnecting<P> {
    type Protocol = P;

    async fn send(&self, mut request: Request<'_, P>) -> Result<Response<P>> {
        self.settings.add_to(&mut request);
        let client = match self.connection.current() {
            Some(client) => client,
            None => {
                let patience = request.patience(CallSettings::TIMEOUT);
                let end = patience.and_then(|time| std::time::Instant::now().checked_add(time));
                let client = Box::pin(self.connect_within(patience)).await?;
                end.into_iter().for_each(|end| request.set_deadline(end));
                client
            }
        };
        client.send(request).await
    }
}

impl<P: Protocol> Clone for Reconnecting<P> {
    fn clone(&self) -> Self {
        let Reconnecting { connection, settings } = self;
        Reconnecting { connection: Arc::clone(connection), settings: settings.clone() }
    }
}

impl<P: Protocol> fmt::Debug for Reconnecting<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconnecting")
            .field("current", &self.connection.current())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
