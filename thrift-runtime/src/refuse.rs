//! Telling a peer that it is on the wrong port.

use crate::protocol::Output;
#[cfg(feature = "tls")]
use crate::{
    error::{ApplicationErrorKind, ApplicationException},
    processor::{Call, Outcome, Processed, Processor},
    protocol::Protocol,
};

#[cfg(feature = "tls")]
pub(crate) const TLS_ONLY: &str = "this server takes TLS only";

/// Tells callers without TLS in their own dialect that they need it, and ends the connection.
#[cfg(feature = "tls")]
pub(crate) struct TlsOnly;

#[cfg(feature = "tls")]
impl Processor for TlsOnly {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        let refused = call.refuse(|_| {
            ApplicationException::new(ApplicationErrorKind::UNSUPPORTED_CLIENT_TYPE, TLS_ONLY)
        });
        match refused.outcome {
            Outcome::Done { .. } => Processed { outcome: Outcome::Lost, ..refused },
            _ => refused,
        }
    }
}

/// What tells a peer that it is not to speak TLS here: the record of a fatal alert, that the
/// handshake failed.
pub(crate) fn tls_alert() -> Output {
    let mut alert = Output::new();
    alert.put([0x15, 3, 3, 0, 2, 2, 40]);
    alert
}
