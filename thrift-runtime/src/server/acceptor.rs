//! Accepting connections, and finding places for them.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout_at},
};

use super::{listener::Listener, open::Open};
use crate::{
    call::{Event, Observer, PeerAddr, Refusal, tell},
    error::Error,
    serving::{FULL, LEAST_REST, LEAVING},
    transport::socket::Socket,
};

/// How long to wait after a failure to accept. The wait doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(5);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Accepts connections, and finds places for them. Its waits can be cancelled and started again.
pub(super) struct Acceptor {
    listener: Listener,
    permits: Arc<Semaphore>,
    open: Arc<Open>,
    most_of_an_address: Option<usize>,
    observer: Option<Arc<dyn Observer>>,
    /// How long to wait after the next failure.
    wait: Duration,
    /// A connection that has no place yet.
    waiting: Option<Waiting>,
    /// Since when connections have found no free place.
    full_since: Option<Instant>,
}

struct Waiting {
    stream: Socket,
    peer: PeerAddr,
    until: Instant,
    /// Whether another connection has been ended to make room for this one.
    displaces: bool,
}

/// A connection that has a place.
pub(super) struct Accepted {
    pub(super) stream: Socket,
    pub(super) peer: PeerAddr,
    pub(super) permit: OwnedSemaphorePermit,
}

impl Acceptor {
    pub(super) fn new(
        listener: Listener,
        most: usize,
        most_of_an_address: Option<usize>,
        open: &Arc<Open>,
        observer: Option<Arc<dyn Observer>>,
    ) -> Self {
        Acceptor {
            listener,
            permits: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))),
            open: Arc::clone(open),
            most_of_an_address,
            observer,
            wait: FIRST_WAIT,
            waiting: None,
            full_since: None,
        }
    }

    /// Waits for the next connection that gets a place. Connections that get none are refused.
    pub(super) async fn next(&mut self) -> Accepted {
        loop {
            if self.waiting.is_none() {
                let (stream, peer) = self.accept().await;
                if !self.open.admit(peer, self.most_of_an_address) {
                    drop(stream);
                    self.tell(&Event::Refused { peer, why: Refusal::Address });
                    continue;
                }
                let until = Instant::now();
                self.waiting = Some(Waiting { stream, peer, until, displaces: false });
                if self.permits.available_permits() == 0 {
                    self.begin_to_wait();
                }
            }
            let permit = self.place().await;
            let Some(Waiting { stream, peer, .. }) = self.waiting.take() else { continue };
            match permit {
                Some(permit) => {
                    self.full_since = None;
                    return Accepted { stream, peer, permit };
                }
                None => self.turn_away(stream, peer, Refusal::Full),
            }
        }
    }

    /// Accepts no more connections, and refuses the one that has no place yet.
    pub(super) fn end(mut self) {
        if let Some(Waiting { stream, peer, .. }) = self.waiting.take() {
            self.turn_away(stream, peer, Refusal::Shutdown);
        }
    }

    /// Closes a connection that was admitted, but gets no place.
    fn turn_away(&self, stream: Socket, peer: PeerAddr, why: Refusal) {
        drop(stream);
        self.open.turn_away(peer);
        self.tell(&Event::Refused { peer, why });
    }

    /// Limits the wait of a connection. If the server has been full for a while, it does not wait at
    /// all.
    fn begin_to_wait(&mut self) {
        let full_since = *self.full_since.get_or_insert_with(Instant::now);
        if let Some(waiting) = &mut self.waiting {
            waiting.until = full_since + FULL;
        }
    }

    /// Waits for a place, for as long as the waiting connection may.
    async fn place(&mut self) -> Option<OwnedSemaphorePermit> {
        loop {
            if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
                return Some(permit);
            }
            let now = Instant::now();
            let waiting = self.waiting.as_mut()?;
            if !waiting.displaces && self.open.displace(now.into_std()) {
                waiting.displaces = true;
                waiting.until = now + LEAVING;
            }
            if waiting.until <= now {
                return None;
            }
            // By then, another connection may have been idle for long enough.
            let again = if waiting.displaces { waiting.until } else { now + LEAST_REST };
            let acquired = Arc::clone(&self.permits).acquire_owned();
            match timeout_at(again.min(waiting.until), acquired).await {
                // The semaphore is never closed.
                Ok(permit) => return permit.ok(),
                Err(_) => continue,
            }
        }
    }

    /// Accepts a connection. If that fails because of the connection, this tries again at once; if it
    /// fails because of the machine, for example because there are no more file descriptors, it waits
    /// first.
    async fn accept(&mut self) -> (Socket, PeerAddr) {
        loop {
            match self.listener.accept().await {
                Ok(accepted) => {
                    self.wait = FIRST_WAIT;
                    return accepted;
                }
                Err(error) if concerns_the_connection(&error) => {}
                Err(error) => {
                    let wait = self.wait;
                    self.wait = (2 * wait).min(LONGEST_WAIT);
                    self.tell(&Event::AcceptFailed { error: &Error::from(error) });
                    sleep(wait).await;
                }
            }
        }
    }

    fn tell(&self, event: &Event<'_>) {
        if let Some(observer) = &self.observer {
            tell(&**observer, event);
        }
    }
}

fn concerns_the_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}
