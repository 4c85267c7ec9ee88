//! What a server lets its connections do.

use std::time::Duration;

use crate::{protocol::Limits, transport::Framing};

/// How a server treats one connection.
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
    /// Bounds on what is read.
    pub limits: Limits,
    /// The framing that peers must use; `None`, the default, takes what each begins with.
    pub framing: Option<Framing>,
    /// How many calls of a connection are answered at once. With 1, the default, they are answered in
    /// the order in which they came. With more, each has a task of its own and is answered as soon as
    /// it is done, so that even oneway calls overtake one another: for peers that match replies by
    /// sequence id, as this library's client does.
    pub concurrent_calls: usize,
    /// How long a connection may rest between calls; `None`, the default, is for ever.
    pub idle_timeout: Option<Duration>,
    /// How long a connection may stand still within a call or an answer, not a byte moving; a
    /// minute by default.
    pub stall_timeout: Option<Duration>,
    /// The certificate for peers that speak TLS; `None`, the default, refuses them.
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
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}
