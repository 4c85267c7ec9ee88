//! Refusing peers without SASL, on a port that takes SASL only.

use crate::{
    call::{Call, Processed, Processor},
    error::{ApplicationErrorKind, ApplicationException, Error, ErrorKind},
    protocol::Protocol,
};

const SASL_ONLY: &str = "this server takes SASL only";

/// Tells callers without SASL, in their own dialect, that they need it, and ends the connection.
pub(crate) struct SaslOnly;

impl Processor for SaslOnly {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        let kind = ApplicationErrorKind::UNSUPPORTED_CLIENT_TYPE;
        call.refuse_and_close(ApplicationException::new(kind, SASL_ONLY))
    }

    // Nothing runs before the whole call is there, as refusing waits for its end.
    fn speculates(&self) -> bool {
        true
    }
}

/// Why a connection without SASL was closed.
#[cold]
pub(crate) fn sasl_only() -> Error {
    Error::new(ErrorKind::Dialect, SASL_ONLY)
}
