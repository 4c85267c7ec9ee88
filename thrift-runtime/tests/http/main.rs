//! Calls over HTTP, as the server and as the client has them.

#[cfg(all(feature = "http2", feature = "tls"))]
mod alpn;
mod calls;
#[cfg(feature = "tls")]
#[path = "../common/certificates.rs"]
mod certificates;
#[path = "../common/mod.rs"]
mod common;
#[cfg(feature = "header")]
mod enveloped;
#[cfg(feature = "header")]
#[path = "../common/enveloped.rs"]
mod frames;
#[cfg(feature = "http2")]
mod http2;
mod paths;
mod pool;
#[cfg(feature = "tls")]
#[path = "../common/raw_tls.rs"]
mod raw_tls;
#[path = "../common/recorder.rs"]
mod recorder;
mod requests;
mod service;
mod stuck;
#[cfg(feature = "tls")]
mod tls;

use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);
