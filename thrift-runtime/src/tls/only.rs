//! Refusing peers without TLS, on a port that takes TLS only.

use crate::{
    error::{ApplicationErrorKind, ApplicationException, Error, ErrorKind},
    processor::{Call, Outcome, Processed, Processor},
    protocol::Protocol,
};

const TLS_ONLY: &str = "this server takes TLS only";

/// Tells callers without TLS, in their own dialect, that they need it, and ends the connection.
pub(crate) struct TlsOnly;

impl Processor for TlsOnly {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let refused = call.refuse(|_| {
            ApplicationException::new(ApplicationErrorKind::UNSUPPORTED_CLIENT_TYPE, TLS_ONLY)
        });
        match refused.outcome {
            Outcome::Done { .. } => Processed { outcome: Outcome::Lost },
            _ => refused,
        }
    }
}

/// Why a connection without TLS was closed.
#[cold]
pub(crate) fn tls_only() -> Error {
    Error::new(ErrorKind::Dialect, TLS_ONLY)
}
