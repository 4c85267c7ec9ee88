//! All connections of a channel, to be closed together.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{sync::watch, task::JoinSet};

use crate::{
    client::Reconnecting,
    error::{Error, ErrorKind, Result},
    protocol::Protocol,
};

/// All connections of a channel.
pub(super) struct Members<P: Protocol>(Arc<Inner<P>>);

struct Inner<P: Protocol> {
    closed: watch::Sender<bool>,
    known: Mutex<Known<P>>,
}

struct Known<P: Protocol> {
    channels: HashMap<u64, Reconnecting<P>>,
    /// How many there have been.
    count: u64,
}

/// A connection's place among the others, until this is dropped.
pub(super) struct Member<P: Protocol> {
    members: Members<P>,
    number: u64,
}

impl<P: Protocol> Members<P> {
    pub(super) fn new() -> Self {
        let known = Mutex::new(Known { channels: HashMap::new(), count: 0 });
        Members(Arc::new(Inner { closed: watch::Sender::new(false), known }))
    }

    /// Enters a connection.
    pub(super) fn join(&self, channel: Reconnecting<P>) -> Member<P> {
        let mut known = self.known();
        known.count += 1;
        let number = known.count;
        known.channels.insert(number, channel);
        Member { members: self.clone(), number }
    }

    /// Whether they are closed, and what tells when they are.
    pub(super) fn closed(&self) -> watch::Receiver<bool> {
        self.0.closed.subscribe()
    }

    /// Closes all of them at once.
    ///
    /// # Errors
    ///
    /// If a peer does not take what is left.
    pub(super) async fn close(&self) -> Result<()> {
        self.0.closed.send_replace(true);
        let channels: Vec<_> = self.known().channels.values().cloned().collect();
        let closing = channels.into_iter().map(|channel| async move { channel.close().await });
        let mut closing: JoinSet<_> = closing.collect();
        let mut closed = Ok(());
        while let Some(one) = closing.join_next().await {
            closed = closed.and(one.unwrap_or(Ok(())));
        }
        closed
    }

    fn known(&self) -> MutexGuard<'_, Known<P>> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Protocol> Clone for Members<P> {
    fn clone(&self) -> Self {
        Members(Arc::clone(&self.0))
    }
}

impl<P: Protocol> Drop for Member<P> {
    fn drop(&mut self) {
        // Dropping it closes the connection, which must not happen under the lock.
        let channel = self.members.known().channels.remove(&self.number);
        drop(channel);
    }
}

/// The error for a call through a channel that is closed.
#[cold]
pub(super) fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the channel is closed")
}
