//! What became of a call that failed.

use super::{ApplicationErrorKind, Error, ErrorKind};

/// What became of a call that failed: whether the server may have processed it.
///
/// ```
/// use thrift_runtime::{Delivery, Error, Result};
///
/// /// Whether to call again does no harm, whatever the method does.
/// fn is_harmless_to_repeat<T>(called: &Result<T>) -> bool {
///     called.as_ref().is_err_and(|error| error.delivery() != Delivery::Possible)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Delivery {
    /// The call was not sent, or not whole, so that the server cannot have processed it.
    NotSent,
    /// The server says that it did not process the call.
    Refused,
    /// The call was sent, or may still be. The server may have processed it.
    Possible,
}

impl Error {
    /// What became of the call that failed with this error.
    ///
    /// Every client of this crate sets it for every call. Where it is not known, as for an error
    /// that has nothing to do with a call, it is [`Delivery::Possible`].
    ///
    /// A server says that it did not process a call by an application exception of type unknown method,
    /// invalid message type, invalid transform, invalid protocol, unsupported client type or
    /// overloaded, or by an HTTP status that is about the request alone. A server of this crate that is
    /// overloaded adds the header `Thrift-Delivery: refused` to the status 503, and Envoy
    /// `x-envoy-overloaded: true` if it has not passed the call on. Other exceptions and statuses may
    /// come after the call was processed. So may a mere 503, which gateways answer with when they lose
    /// the server.
    pub fn delivery(&self) -> Delivery {
        match (self.0.delivery, self.0.kind) {
            (Some(delivery), _) => delivery,
            (None, ErrorKind::ConnectTimeout) => Delivery::NotSent,
            (None, _) => match self.as_application() {
                Some(exception) if exception.kind().is_refusal() => Delivery::Refused,
                _ => Delivery::Possible,
            },
        }
    }

    /// Sets what became of the call: for your own [`Channel`](crate::Channel).
    ///
    /// ```
    /// use thrift_runtime::{Delivery, Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Closed, "the pool has no connection left");
    /// assert_eq!(error.with_delivery(Delivery::NotSent).delivery(), Delivery::NotSent);
    /// ```
    #[must_use = "only the returned error has the setting"]
    pub fn with_delivery(mut self, delivery: Delivery) -> Self {
        self.0.delivery = Some(delivery);
        self
    }

    /// The error of a call that was not sent.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    #[cold]
    pub(crate) fn not_sent(self) -> Self {
        self.with_delivery(Delivery::NotSent)
    }
}

impl ApplicationErrorKind {
    /// Whether a server answers so only before it has processed the call.
    fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::UNKNOWN_METHOD
                | Self::INVALID_MESSAGE_TYPE
                | Self::INVALID_TRANSFORM
                | Self::INVALID_PROTOCOL
                | Self::UNSUPPORTED_CLIENT_TYPE
                | Self::OVERLOADED
        )
    }
}
