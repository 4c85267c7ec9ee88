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
    /// How long a connection may rest between calls; `None`, the default, is for ever.
    pub idle_timeout: Option<Duration>,
    /// How long a connection may stand still within a call or an answer, not a byte moving; a
    /// minute by default.
    pub stall_timeout: Option<Duration>,
}

impl Default for ConnectionOptions {
    fn default() -> Self {
        ConnectionOptions {
            limits: Limits::default(),
            framing: None,
            idle_timeout: None,
            stall_timeout: Some(Duration::from_secs(60)),
        }
    }
}
