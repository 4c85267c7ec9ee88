//! A server's settings for each connection.

use std::{fmt, sync::Arc};

use super::Timeouts;
use crate::{
    call::Observer,
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
/// options.timeouts.idle = Some(Duration::from_secs(600));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct ConnectionOptions {
    /// Limits on what is read.
    pub limits: Limits,
    /// The framing that peers must use. `None`, the default, accepts the one that each peer uses. Those
    /// that speak SASL use its frames.
    pub framing: Option<Framing>,
    /// How many calls of a connection are handled at once. With 1, the default, they are handled in
    /// order. With more, each call has its own task and is answered as soon as it is done, so calls
    /// may overtake one another, oneway calls too. Peers then have to match replies by sequence id,
    /// as this crate's clients do. A blocking server handles one at a time.
    pub concurrent_calls: usize,
    /// Whether calls are cancelled whose caller is gone: their handlers' futures are dropped, and
    /// the connection is closed. By default they run to their end. Oneway calls always do, since
    /// their callers do not wait. A caller that ends its side of the connection counts as gone,
    /// though it may still read. That is not noticed of one that has sent more than 16 KiB of
    /// further calls before. A blocking server cannot cancel calls.
    pub cancel_abandoned_calls: bool,
    /// How long the peer is waited for.
    pub timeouts: Timeouts,
    /// The options of TCP sockets. `serve_connection` leaves its stream as it is.
    pub socket: SocketOptions,
    /// The observer, which hears of connections that open and close, and of what goes wrong. `None`
    /// by default.
    pub observer: Option<Arc<dyn Observer>>,
    /// How to speak TLS. `None`, the default, refuses peers that do.
    #[cfg(feature = "tls")]
    pub tls: Option<crate::tls::ServerTls>,
    /// How to speak SASL, over TLS where that is set. `None`, the default, refuses peers that do.
    #[cfg(feature = "sasl")]
    pub sasl: Option<crate::sasl::ServerSasl>,
}

impl ConnectionOptions {
    /// Whether peers without TLS are refused.
    #[cfg(feature = "tls")]
    pub(crate) fn takes_tls_only(&self) -> bool {
        self.tls.as_ref().is_some_and(|tls| tls.is_only())
    }

    /// Whether peers without SASL are refused.
    #[cfg(feature = "sasl")]
    pub(crate) fn takes_sasl_only(&self) -> bool {
        self.sasl.as_ref().is_some_and(|sasl| sasl.is_only())
    }

    /// Whether the very first byte has to be that of a handshake, or of a negotiation.
    #[cfg(any(feature = "sasl", feature = "tls"))]
    pub(crate) fn begins_in_handshake(&self) -> bool {
        #[cfg(feature = "sasl")]
        if self.takes_sasl_only() {
            return true;
        }
        #[cfg(feature = "tls")]
        if self.takes_tls_only() {
            return true;
        }
        false
    }
}

impl Default for ConnectionOptions {
    fn default() -> Self {
        ConnectionOptions {
            limits: Limits::default(),
            framing: None,
            concurrent_calls: 1,
            cancel_abandoned_calls: false,
            timeouts: Timeouts::default(),
            socket: SocketOptions::default(),
            observer: None,
            #[cfg(feature = "tls")]
            tls: None,
            #[cfg(feature = "sasl")]
            sasl: None,
        }
    }
}

impl fmt::Debug for ConnectionOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
        } = self;
        let mut debug = f.debug_struct("ConnectionOptions");
        debug.field("limits", limits).field("framing", framing);
        debug.field("concurrent_calls", concurrent_calls);
        debug.field("cancel_abandoned_calls", cancel_abandoned_calls).field("timeouts", timeouts);
        debug.field("socket", socket).field("observer", &observer.is_some());
        #[cfg(feature = "tls")]
        debug.field("tls", tls);
        #[cfg(feature = "sasl")]
        debug.field("sasl", sasl);
        debug.finish()
    }
}
