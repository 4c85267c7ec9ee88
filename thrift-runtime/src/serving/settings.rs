//! The settings of a server, in one way for every kind of server.

use std::{fmt, sync::Arc, time::Duration};

use super::ConnectionOptions;
use crate::transport::peer_addr::OnError;

/// The settings of a server.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) connection: ConnectionOptions,
    pub(crate) max_connections: usize,
    /// How long a shutdown by a signal may take.
    pub(crate) shutdown_timeout: Option<Duration>,
    pub(crate) on_error: Option<Arc<OnError>>,
}

impl Settings {
    /// The default settings of a server that may have so many connections.
    pub(crate) fn new(max_connections: usize) -> Self {
        Settings {
            connection: ConnectionOptions::default(),
            max_connections,
            shutdown_timeout: Some(Duration::from_secs(30)),
            on_error: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings { connection, max_connections, shutdown_timeout, on_error } = self;
        f.debug_struct("Settings")
            .field("connection", connection)
            .field("max_connections", max_connections)
            .field("shutdown_timeout", shutdown_timeout)
            .field("on_error", &on_error.is_some())
            .finish()
    }
}

/// The methods of a server that set something. It has a field `settings`.
macro_rules! server_settings {
    () => {
        /// Sets all options for connections at once.
        pub fn connection_options(mut self, options: $crate::serving::ConnectionOptions) -> Self {
            self.settings.connection = options;
            self
        }

        /// Sets the limits on what is read.
        pub fn limits(mut self, limits: $crate::protocol::Limits) -> Self {
            self.settings.connection.limits = limits;
            self
        }

        /// Requires a framing, rather than accepting the one that each peer uses.
        pub fn framing(mut self, framing: $crate::transport::Framing) -> Self {
            self.settings.connection.framing = Some(framing);
            self
        }

        /// Sets how long peers are waited for.
        pub fn timeouts(mut self, timeouts: $crate::serving::Timeouts) -> Self {
            self.settings.connection.timeouts = timeouts;
            self
        }

        /// Closes connections that have been idle between calls for this long. By default they
        /// never are.
        pub fn idle_timeout(mut self, timeout: impl Into<Option<std::time::Duration>>) -> Self {
            self.settings.connection.timeouts.idle = timeout.into();
            self
        }

        /// Sets the options of the TCP sockets of connections: by default, those whose peer is gone
        /// for two minutes are closed.
        pub fn socket_options(
            mut self,
            options: $crate::transport::socket_options::SocketOptions,
        ) -> Self {
            self.settings.connection.socket = options;
            self
        }

        /// Serves peers that speak TLS, and refuses others unless they are
        /// [allowed](crate::tls::ServerTls::and_plain).
        #[cfg(feature = "tls")]
        pub fn tls(mut self, tls: $crate::tls::ServerTls) -> Self {
            self.settings.connection.tls = Some(tls);
            self
        }

        /// Sets how many connections may be open at once, at least 1: by default 10,000, and 1,000
        /// in a blocking server. Further ones wait in the operating system's queue until another
        /// closes.
        pub fn max_connections(mut self, count: usize) -> Self {
            self.settings.max_connections = count.max(1);
            self
        }

        /// Calls `tell` with the reason when a connection fails, that is, when it ends otherwise
        /// than by the peer closing it between calls.
        pub fn on_error(
            mut self,
            tell: impl Fn($crate::transport::peer_addr::PeerAddr, &$crate::error::Error)
            + Send
            + Sync
            + 'static,
        ) -> Self {
            self.settings.on_error = Some(std::sync::Arc::new(tell));
            self
        }
    };
}

pub(crate) use server_settings;
