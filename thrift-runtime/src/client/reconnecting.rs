//! A channel that outlives its connections.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Mutex;

use super::Client;
use crate::{
    call::{CallSettings, Channel, Request, Response, call_settings},
    error::{Error, Result},
    protocol::{BinaryProtocol, Protocol},
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
/// again, since the server may have run it; the next call connects. Calls that come meanwhile share
/// that attempt, and its failure.
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
    connect: Box<dyn Fn() -> Connecting<P> + Send + Sync>,
    current: RwLock<Option<Client<P>>>,
    /// How many attempts to connect have ended.
    attempts: AtomicU64,
    /// Held by whoever connects: why the last attempt failed.
    connecting: Mutex<Option<Arc<Error>>>,
}

type Connecting<P> = Pin<Box<dyn Future<Output = Result<Client<P>>> + Send>>;

impl<P: Protocol> Reconnecting<P> {
    /// A channel that calls `connect` for each connection.
    pub fn new<F>(connect: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Client<P>>> + Send + 'static,
    {
        let connection = Lasting {
            connect: Box::new(move || Box::pin(connect())),
            current: RwLock::new(None),
            attempts: AtomicU64::new(0),
            connecting: Mutex::new(None),
        };
        Reconnecting { connection: Arc::new(connection), settings: CallSettings::default() }
    }

    /// The current connection, or a new one if that was lost.
    ///
    /// # Errors
    ///
    /// If no connection can be made.
    pub async fn client(&self) -> Result<Client<P>> {
        let shared = &*self.connection;
        if let Some(client) = shared.current() {
            return Ok(client);
        }
        let attempts = shared.attempts.load(Ordering::SeqCst);
        let mut failure = shared.connecting.lock().await;
        if let Some(client) = shared.current() {
            return Ok(client);
        }
        if let Some(failure) = &*failure
            && shared.attempts.load(Ordering::SeqCst) != attempts
        {
            return Err(Error::with_source(failure.kind(), "", Arc::clone(failure)));
        }
        let connected = (shared.connect)().await;
        shared.attempts.fetch_add(1, Ordering::SeqCst);
        match connected {
            Ok(client) => {
                *failure = None;
                let current = &mut *shared.current.write().unwrap_or_else(PoisonError::into_inner);
                *current = Some(client.clone());
                Ok(client)
            }
            Err(error) => {
                let error = Arc::new(error);
                *failure = Some(Arc::clone(&error));
                Err(Error::with_source(error.kind(), "", error))
            }
        }
    }
}

impl<P: Protocol> Lasting<P> {
    /// The connection, unless it is lost.
    fn current(&self) -> Option<Client<P>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|client| !client.is_closed()).cloned()
    }
}

call_settings!(Reconnecting);

impl<P: Protocol> Channel for Reconnecting<P> {
    type Protocol = P;

    async fn send(&self, mut request: Request<'_, P>) -> Result<Response<P>> {
        self.settings.add_to(&mut request);
        self.client().await?.send(request).await
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
