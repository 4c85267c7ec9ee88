//! Refusing peers that come without what a port takes alone: TLS, or SASL.

use crate::{
    call::{Call, Processed, Processor},
    error::{ApplicationErrorKind, ApplicationException, Error, ErrorKind},
    protocol::Protocol,
};

/// Tells callers in their own dialect what they need, and ends the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Only(&'static str);

impl Only {
    /// For peers without SASL.
    #[cfg(feature = "sasl")]
    pub(crate) const SASL: Only = Only("this server takes SASL only");
    /// For peers without TLS.
    #[cfg(feature = "tls")]
    pub(crate) const TLS: Only = Only("this server takes TLS only");

    /// Why the connection was closed.
    #[cold]
    pub(crate) fn error(self) -> Error {
        Error::new(ErrorKind::Dialect, self.0)
    }
}

impl Processor for Only {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        let kind = ApplicationErrorKind::UNSUPPORTED_CLIENT_TYPE;
        call.refuse_and_close(ApplicationException::new(kind, self.0))
    }

    // Nothing runs before the whole call is there, as refusing waits for its end.
    fn speculates(&self) -> bool {
        true
    }
}
