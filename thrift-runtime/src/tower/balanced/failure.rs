//! Why there is no connection.

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Delivery, Error, ErrorKind};

/// Why no connection could be made lately.
#[derive(Debug, Clone)]
pub(super) struct LastFailure(pub(super) Arc<Mutex<Option<Arc<Error>>>>);

/// At first, there is none, for whatever reason: no address may be known.
impl Default for LastFailure {
    fn default() -> Self {
        let none = Error::new(ErrorKind::ConnectTimeout, "no connection was made yet");
        LastFailure(Arc::new(Mutex::new(Some(Arc::new(none)))))
    }
}

impl LastFailure {
    pub(super) fn set(&self, error: Option<Error>) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = error.map(Arc::new);
    }

    /// Adds why there was no connection to the error of a call that waited for one.
    #[cold]
    pub(super) fn explain(&self, error: Error) -> Error {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match (error.kind(), error.delivery(), last) {
            (ErrorKind::Timeout, Delivery::NotSent, Some(last)) => {
                let text = error.to_string();
                Error::with_source(ErrorKind::ConnectTimeout, text, last).not_sent()
            }
            _ => error,
        }
    }
}
