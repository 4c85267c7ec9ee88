//! A blocking channel that outlives its connections.

use std::{
    fmt,
    ops::RangeInclusive,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{BlockingChannel, BlockingClient, lasting::Lasting};
use crate::{
    call::{CallSettings, Request, Response, call_settings},
    error::Result,
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
/// A call that fails is not sent again, since the server may have run it. The next call connects,
/// since a call that gets no reply in time closes the connection. So does a call that finds the
/// connection closed: by the server while it was idle, or because another thread's call failed. Calls
/// that come meanwhile share that attempt, and its failure.
///
/// After a failure, the next attempt waits: for 50 ms or less at first, and up to five seconds after
/// many in a row. A connection that ends before any reply has come is a failure, too. A call that
/// has no time to wait for the next attempt fails at once.
///
/// # Errors
///
/// A call fails as with a [`BlockingClient`], or because no connection can be made.
pub struct BlockingReconnecting<P: Protocol = BinaryProtocol> {
    connection: Arc<Lasting<P>>,
    settings: CallSettings,
}

impl<P: Protocol> BlockingReconnecting<P> {
    /// A channel that calls `connect` for each connection.
    pub fn new(connect: impl Fn() -> Result<BlockingClient<P>> + Send + Sync + 'static) -> Self {
        let connection = Arc::new(Lasting::new(Arc::new(connect), Backoff::default()));
        BlockingReconnecting { connection, settings: CallSettings::default() }
    }

    /// Sets the pauses between attempts: the first after a failure, which then doubles, and the
    /// longest. They are shortened at random, by up to a half.
    #[must_use = "only the returned channel has the setting"]
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
        drop(self.connection.leave());
        self.client()
    }

    /// Does nothing: the bytes of a call that has returned were already handed to the operating
    /// system. All clients have this method.
    ///
    /// # Errors
    ///
    /// None.
    pub fn flush(&self) -> Result<()> {
        Ok(())
    }

    /// Closes the connection for all clones, as [`BlockingClient::close`] does, and makes no other:
    /// every further call fails.
    ///
    /// # Errors
    ///
    /// None.
    pub fn close(&self) -> Result<()> {
        self.connection.close().map_or(Ok(()), |client| client.close())
    }
}

call_settings!(BlockingReconnecting);

impl<P: Protocol> BlockingChannel for BlockingReconnecting<P> {
    type Protocol = P;

    fn send(&self, mut request: Request<'_, P>) -> Result<Response<P>> {
        self.settings.add_to(&mut request);
        let patience = request.patience(CallSettings::TIMEOUT);
        let end = patience.and_then(|patience| Instant::now().checked_add(patience));
        loop {
            let client = match self.connection.current() {
                Some(client) => client,
                None => {
                    let client = self.connection.client(patience)?;
                    end.into_iter().for_each(|end| request.set_deadline(end));
                    client
                }
            };
            let open = !client.is_closed();
            match client.try_send(&request)? {
                // A call before it has closed the connection meanwhile.
                Err(_) if open => {}
                sent => return sent,
            }
        }
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
            .field("current", &self.connection.current())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
