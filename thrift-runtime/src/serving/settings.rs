//! The settings of a server, in one way for every kind of server.

#[cfg(any(feature = "tokio", test))]
use std::time::Duration;

use super::ConnectionOptions;

/// The settings of a server.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) connection: ConnectionOptions,
    pub(crate) max_connections: usize,
    /// How long a shutdown by a signal may take.
    #[cfg(feature = "tokio")]
    pub(crate) shutdown_timeout: Option<Duration>,
}

impl Settings {
    /// The default settings of a server that may have so many connections.
    pub(crate) fn new(max_connections: usize) -> Self {
        Settings {
            connection: ConnectionOptions::default(),
            max_connections,
            #[cfg(feature = "tokio")]
            shutdown_timeout: Some(Duration::from_secs(30)),
        }
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

        /// Sets what hears of connections that open and close, and of what goes wrong: a closure, or
        /// an [`Observer`](crate::Observer) with counters.
        pub fn observer(mut self, observer: impl $crate::call::Observer) -> Self {
            self.settings.connection.observer = Some(std::sync::Arc::new(observer));
            self
        }
    };
}

pub(crate) use server_settings;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        guide::rows::{self, bytes, grouped, time},
        protocol::Limits,
        serving::Timeouts,
        transport::socket_options::SocketOptions,
    };

    #[test]
    fn the_guide_names_every_setting_with_its_default() {
        let Settings {
            connection,
            max_connections,
            #[cfg(feature = "tokio")]
            shutdown_timeout,
        } = Settings::new(10_000);
        #[cfg(not(feature = "tokio"))]
        let shutdown_timeout = Some(Duration::from_secs(30));
        let ConnectionOptions {
            limits,
            framing,
            concurrent_calls,
            cancel_abandoned_calls,
            timeouts,
            socket,
            observer,
            #[cfg(feature = "tls")]
            tls,
        } = connection;
        let Limits { message_size, frame_size, depth, string_size, container_size, memory } =
            limits;
        let Timeouts { first_byte, handshake, message, write, least_rate, idle, age } = timeouts;
        let SocketOptions { keepalive, keepalive_interval, keepalive_probes, user_timeout } =
            socket;
        assert!(framing.is_none() && observer.is_none());
        #[cfg(feature = "tls")]
        assert!(tls.is_none());
        let rows = [
            ("limits.message_size", bytes(message_size)),
            ("limits.frame_size", bytes(frame_size)),
            ("limits.depth", depth.to_string()),
            ("limits.string_size", bytes(string_size)),
            ("limits.container_size", grouped(container_size)),
            ("limits.memory", bytes(memory)),
            ("framing", "any".into()),
            ("concurrent_calls", concurrent_calls.to_string()),
            ("cancel_abandoned_calls", cancel_abandoned_calls.to_string()),
            ("timeouts.first_byte", time(first_byte)),
            ("timeouts.handshake", time(handshake)),
            ("timeouts.message", time(message)),
            ("timeouts.write", time(write)),
            ("timeouts.least_rate", format!("{} bytes a second", grouped(least_rate as usize))),
            ("timeouts.idle", time(idle)),
            ("timeouts.age", time(age)),
            ("socket.keepalive", time(keepalive)),
            ("socket.keepalive_interval", time(Some(keepalive_interval))),
            ("socket.keepalive_probes", keepalive_probes.to_string()),
            ("socket.user_timeout", time(user_timeout)),
            ("observer", "none".into()),
            ("tls", "none".into()),
            (
                "max_connections",
                format!("{}, or 1,000 in a blocking server", grouped(max_connections)),
            ),
            ("shutdown_timeout", time(shutdown_timeout)),
        ];
        rows::check("Limits and timeouts", rows);
    }
}
