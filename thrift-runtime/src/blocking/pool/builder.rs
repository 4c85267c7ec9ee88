//! The settings of a pool.

use std::{fmt, net::SocketAddr, ops::RangeInclusive, sync::Arc, time::Duration};

use super::{BlockingPool, Connect, Settings, addresses::Addresses, shared::Shared};
use crate::{
    call::CallSettings,
    error::Result,
    protocol::{BinaryProtocol, Protocol},
    transport::backoff::{Backoff, FOREVER},
};

// The defaults.
const CONNECTIONS: usize = 4;
const IDLE_TIMEOUT: Option<Duration> = Some(Duration::from_secs(60));
const RESOLVE_EVERY: Duration = Duration::from_secs(30);
const ATTEMPTS: u32 = 3;

/// The settings of a [`BlockingPool`].
#[derive(Clone)]
#[must_use = "a builder does nothing until `to` or `discover` is called"]
pub struct BlockingPoolBuilder<P: Protocol = BinaryProtocol> {
    connect: Arc<Connect<P>>,
    settings: Settings,
}

impl<P: Protocol> BlockingPoolBuilder<P> {
    pub(super) fn new(connect: Arc<Connect<P>>) -> Self {
        let settings = Settings {
            connections: CONNECTIONS,
            idle_timeout: IDLE_TIMEOUT,
            resolve_every: RESOLVE_EVERY,
            attempts: ATTEMPTS,
            backoff: Backoff::default(),
        };
        BlockingPoolBuilder { connect, settings }
    }

    /// Sets how many connections there are to each server at most, 4 by default. A server has at
    /// most that many calls of this pool in progress.
    pub fn connections(mut self, count: usize) -> Self {
        self.settings.connections = count.max(1);
        self
    }

    /// Sets how long a connection may be idle, a minute by default; `None` keeps it for ever. If the
    /// server closes idle connections, less than its time is best.
    pub fn idle_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.settings.idle_timeout = timeout.into().map(|timeout| timeout.min(FOREVER));
        self
    }

    /// Sets the pauses between attempts to connect to a server: the first after a failure, which then
    /// doubles, and the longest. They are shortened at random, by up to a half.
    pub fn backoff(mut self, pauses: RangeInclusive<Duration>) -> Self {
        self.settings.backoff = Backoff::new(pauses);
        self
    }

    /// Sets how often names are resolved again, 30 seconds by default.
    pub fn resolve_every(mut self, period: Duration) -> Self {
        self.settings.resolve_every = period;
        self
    }

    /// Sets how many attempts there are for a call at most, the first among them; three by default.
    pub fn attempts(mut self, count: u32) -> Self {
        self.settings.attempts = count;
        self
    }

    /// The pool for all addresses that these resolve to, each a name or an IP address with a port. While
    /// there are calls, names are resolved again. A name that cannot be resolved keeps its addresses.
    pub fn to(self, addresses: impl IntoIterator<Item = impl Into<String>>) -> BlockingPool<P> {
        let names = addresses.into_iter().map(Into::into).collect();
        let addresses = Addresses::of_names(names, self.settings.resolve_every);
        self.over(addresses)
    }

    /// The pool for the addresses that a function finds, in a thread of its own, whenever names
    /// would be resolved. If it fails, the addresses that it found before stay.
    pub fn discover(
        self,
        find: impl FnMut() -> Result<Vec<SocketAddr>> + Send + 'static,
    ) -> BlockingPool<P> {
        let addresses = Addresses::found(Box::new(find), self.settings.resolve_every);
        self.over(addresses)
    }

    fn over(self, addresses: Addresses) -> BlockingPool<P> {
        let BlockingPoolBuilder { connect, settings } = self;
        let shared = Arc::new(Shared::new(connect, settings, addresses));
        BlockingPool { shared, settings: CallSettings::default() }
    }
}

impl<P: Protocol> fmt::Debug for BlockingPoolBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingPoolBuilder")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guide::rows::{check, time};

    #[test]
    fn the_guide_names_every_setting_with_its_default() {
        let connect = |address| crate::BlockingClient::connect(address);
        let settings = BlockingPool::builder(connect).settings;
        let Settings { connections, idle_timeout, resolve_every, attempts, backoff: _ } = settings;
        let rows = [
            ("connections", connections.to_string()),
            ("idle_timeout", time(idle_timeout)),
            ("resolve_every", time(Some(resolve_every))),
            ("retry", attempts.to_string()),
        ];
        check("Clients", rows);
    }
}
