//! The settings of a blocking server for its connections.

use std::time::Duration;

use crate::{protocol::Limits, transport::socket_options::SocketOptions};

/// The settings for connections.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) limits: Limits,
    pub(super) idle_timeout: Option<Duration>,
    pub(super) stall_timeout: Option<Duration>,
    pub(super) socket: SocketOptions,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<crate::tls::ServerTls>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            limits: Limits::default(),
            idle_timeout: None,
            stall_timeout: Some(Duration::from_secs(60)),
            socket: SocketOptions::default(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}
