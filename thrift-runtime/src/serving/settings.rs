//! The settings of a server, in one way for every kind of server.

use std::time::Duration;

use super::ConnectionOptions;

/// How long a server may be full before it refuses connections at once.
pub(crate) const FULL: Duration = Duration::from_millis(200);
/// How long a connection may take to leave its place to another.
pub(crate) const LEAVING: Duration = Duration::from_secs(2);
/// A connection that has been idle for less than this is not closed to make room for another.
pub(crate) const LEAST_REST: Duration = Duration::from_millis(100);

/// The settings of a server.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) connection: ConnectionOptions,
    pub(crate) max_connections: usize,
    pub(crate) per_address: Option<usize>,
    pub(crate) max_calls: usize,
    pub(crate) max_bytes: usize,
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
            per_address: None,
            max_calls: 10_000,
            max_bytes: 1 << 30,
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

        /// Serves peers that speak SASL, and refuses others unless that is
        /// [optional](crate::sasl::ServerSasl::optional). With TLS, SASL is spoken within.
        #[cfg(feature = "sasl")]
        pub fn sasl(mut self, sasl: crate::sasl::ServerSasl) -> Self {
            self.settings.connection.sasl = Some(sasl);
            self
        }

        /// Sets how many connections may be open at once, at least 1: by default 10,000, and 1,000
        /// in a blocking server. When another one comes, the connection that has been idle between
        /// calls for the longest is closed to make room. If none has been idle for a tenth of a
        /// second, and none closes, the new one is closed: at once, or after a fifth of a second if
        /// the server has only just become full.
        pub fn max_connections(mut self, count: usize) -> Self {
            self.settings.max_connections = count.max(1);
            self
        }

        /// Sets how many of the connections may come from one address, at least 1; by default there
        /// is no such limit. Further ones are closed at once. A network of IPv6, of 64 bits, counts
        /// as one address, and Unix sockets do not count.
        pub fn max_connections_per_address(mut self, count: impl Into<Option<usize>>) -> Self {
            self.settings.per_address = count.into();
            self
        }

        /// Sets how many calls may be in progress in all connections, 10,000 by default. Further
        /// ones are refused with an application exception of type
        /// [overloaded](crate::ApplicationErrorKind::OVERLOADED), or dropped if they are oneway. An
        /// asynchronous server counts the calls whose handlers wait for something.
        pub fn max_calls(mut self, count: usize) -> Self {
            self.settings.max_calls = count;
            self
        }

        /// Sets how many bytes the messages and replies of all connections may have that the server
        /// holds, 1 GiB by default. Beyond, a call that has come is refused with an application
        /// exception of type [overloaded](crate::ApplicationErrorKind::OVERLOADED), and so is one of
        /// which a part has come, whose connection is then closed. A reply gives way to an internal
        /// error. Connections that hold less than 64 KiB of them do not count.
        pub fn max_bytes(mut self, bytes: usize) -> Self {
            self.settings.max_bytes = bytes;
            self
        }

        /// Sets the observer, which hears of connections that open and close, and of what goes
        /// wrong: a closure, or an [`Observer`](crate::Observer) with counters.
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
        serving::Timeouts,
    };

    #[test]
    fn the_guide_names_every_setting_with_its_default() {
        let Settings {
            connection,
            max_connections,
            per_address,
            max_calls,
            max_bytes,
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
            #[cfg(feature = "sasl")]
            sasl,
        } = connection;
        let Timeouts { first_byte, handshake, message, write, least_rate, idle, age } = timeouts;
        assert!(framing.is_none() && observer.is_none() && per_address.is_none());
        #[cfg(feature = "tls")]
        assert!(tls.is_none());
        #[cfg(feature = "sasl")]
        assert!(sasl.is_none());
        let rows = [
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
            ("observer", "none".into()),
            ("tls", "none".into()),
            ("sasl", "none".into()),
            (
                "max_connections",
                format!("{}, or 1,000 in a blocking server", grouped(max_connections)),
            ),
            ("max_connections_per_address", "none".into()),
            ("max_calls", grouped(max_calls)),
            ("max_bytes", bytes(max_bytes)),
            ("shutdown_timeout", time(shutdown_timeout)),
        ];
        rows::check("Limits and timeouts", rows);
        rows::check("Limits and timeouts", rows::limits(limits));
        rows::check("Limits and timeouts", rows::socket(socket));
    }
}
