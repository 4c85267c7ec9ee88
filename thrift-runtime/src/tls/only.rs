//! Refusing peers without TLS, on a port that takes TLS only.

use crate::{
    call::{Call, Processed, Processor},
    error::{ApplicationErrorKind, ApplicationException, Error, ErrorKind},
    protocol::Protocol,
};

const TLS_ONLY: &str = "this server takes TLS only";

/// Tells callers without TLS, in their own dialect, that they need it, and ends the connection.
pub(crate) struct TlsOnly;

impl Processor for TlsOnly {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        let kind = ApplicationErrorKind::UNSUPPORTED_CLIENT_TYPE;
        call.refuse_and_close(ApplicationException::new(kind, TLS_ONLY))
    }

    // Nothing runs before the whole call is there, as refusing waits for its end.
    fn speculates(&self) -> bool {
        true
    }
}

/// Why a connection without TLS was closed.
#[cold]
pub(crate) fn tls_only() -> Error {
    Error::new(ErrorKind::Dialect, TLS_ONLY)
}
