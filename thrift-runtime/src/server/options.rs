//! A server's settings for each connection.

use std::time::Duration;

use crate::{
    protocol::Limits,
    transport::{Framing, socket_options::SocketOptions},
};

/// A server's settings for each connection.
///
/// ```
/// use std::time::Duration;
/// use thrift_runtime::ConnectionOptions;
///
/// let mut options = ConnectionOptions::default();
/// options.limits.message_size = 1 << 20;
/// options.idle_timeout = Some(Duration::from_secs(600));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConnectionOptions {
    /// Limits on what is read.
    pub limits: Limits,
    /// The framing that peers must use. `None`, the default, accepts the one that each peer uses.
    pub framing: Option<Framing>,
    /// How many calls of a connection are handled at once. With 1, the default, they are handled in
    /// order. With more, each call has its own task and is answered as soon as it is done, so calls
    /// may overtake one another, oneway calls too. Peers then have to match replies by sequence id,
    /// as this crate's [`Client`](crate::Client) does.
    pub concurrent_calls: usize,
    /// How long a connection may be idle between calls. `None`, the default, is for ever.
    pub idle_timeout: Option<Duration>,
    /// How long no byte may move within a call or a reply; a minute by default.
    pub stall_timeout: Option<Duration>,
    /// The options of TCP sockets. [`serve_connection`](crate::serve_connection) leaves its stream
    /// as it is.
    pub socket: SocketOptions,
    /// How to speak TLS. `None`, the default, refuses peers that do.
    #[cfg(feature = "tls")]
    pub tls: Option<crate::tls::ServerTls>,
}

#[cfg(feature = "tls")]
impl ConnectionOptions {
    /// Whether peers without TLS are refused.
    pub(super) fn takes_tls_only(&self) -> bool {
        self.tls.as_ref().is_some_and(|tls| tls.is_only())
    }
}

impl Default for ConnectionOptions {
    fn default() -> Self {
        ConnectionOptions {
            limits: Limits::default(),
            framing: None,
            concurrent_calls: 1,
            idle_timeout: None,
            stall_timeout: Some(Duration::from_secs(60)),
            socket: SocketOptions::default(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}
