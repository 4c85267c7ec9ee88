//! Why there is no connection.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use crate::error::{Delivery, Error, ErrorKind};

/// Why no connection could be made lately.
#[derive(Debug, Clone)]
pub(super) struct LastFailure {
    pub(super) last: Arc<Mutex<Option<Arc<Error>>>>,
    /// How many servers have a connection.
    open: Arc<AtomicUsize>,
}

/// Counts a server while it has a connection.
#[derive(Debug)]
pub(super) struct Opened(Arc<AtomicUsize>);

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// At first, there is none, for whatever reason: no address may be known.
impl Default for LastFailure {
    fn default() -> Self {
        let none = Error::new(ErrorKind::ConnectTimeout, "no connection was made yet");
        let last = Arc::new(Mutex::new(Some(Arc::new(none))));
        LastFailure { last, open: Arc::default() }
    }
}

impl LastFailure {
    pub(super) fn set(&self, error: Option<Error>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = error.map(Arc::new);
    }

    /// Notes that a server has a connection, for as long as what this returns lives.
    pub(super) fn open(&self) -> Opened {
        self.open.fetch_add(1, Ordering::Relaxed);
        Opened(Arc::clone(&self.open))
    }

    /// Adds why there was no connection to the error of a call that waited for one. Where there is one,
    /// the call has waited for its turn.
    #[cold]
    pub(super) fn explain(&self, error: Error) -> Error {
        if self.open.load(Ordering::Relaxed) > 0 {
            return error;
        }
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match (error.kind(), error.delivery(), last) {
            (ErrorKind::Timeout, Delivery::NotSent, Some(last)) => {
                let text = error.to_string();
                Error::with_source(ErrorKind::ConnectTimeout, text, last).not_sent()
            }
            _ => error,
        }
    }
}
