//! What became of attempts to connect, and when the next one may be made.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::backoff::Backoff;
use crate::error::{Error, ErrorKind, Result};

/// What became of the attempts to connect of a channel that outlives its connections.
#[derive(Debug)]
pub(crate) struct Attempts {
    backoff: Backoff,
    /// When the last connection was made.
    connected: Option<Instant>,
    /// When the next attempt may be made.
    next: Option<Instant>,
    /// Why the last attempt failed.
    failure: Option<Arc<Error>>,
}

impl Attempts {
    pub(crate) fn new(backoff: Backoff) -> Self {
        Attempts { backoff, connected: None, next: None, failure: None }
    }

    /// When the next attempt may be made, unless at once.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.next
    }

    /// The error for a call that shares the last attempt with others, if that failed.
    pub(crate) fn failure(&self) -> Option<Error> {
        self.failure.as_ref().map(again)
    }

    /// Notes that a connection was made.
    pub(crate) fn succeed(&mut self, now: Instant) {
        self.connected = Some(now);
        (self.next, self.failure) = (None, None);
    }

    /// Notes that an attempt failed.
    pub(crate) fn fail(&mut self, at: Instant, failure: Error) {
        self.next = at.checked_add(self.backoff.fail());
        self.failure = Some(Arc::new(failure));
    }

    /// Notes that the connection was lost, and whether any reply had come.
    pub(crate) fn lose(&mut self, has_answered: bool, now: Instant) {
        if has_answered {
            self.backoff.succeed();
            (self.next, self.failure) = (None, None);
        } else {
            let text = "the last connection was lost before a reply came";
            let at = self.connected.take().unwrap_or(now);
            self.fail(at, Error::new(ErrorKind::Closed, text));
        }
    }

    /// Checks that the next attempt begins before a call's end.
    ///
    /// # Errors
    ///
    /// The failure of the last one, if it does not.
    pub(crate) fn check_time(&self, end: Option<Instant>, now: Instant) -> Result<()> {
        match (&self.failure, self.next, end) {
            (Some(failure), Some(next), Some(end)) if end < next => {
                Err(no_time(failure, next.saturating_duration_since(now)))
            }
            _ => Ok(()),
        }
    }
}

/// The error for a call that finds its channel closed.
#[cold]
pub(crate) fn was_closed() -> Error {
    Error::new(ErrorKind::Closed, "this client was closed").not_sent()
}

/// The error for a call that shares the failure of an attempt with others.
#[cold]
fn again(failure: &Arc<Error>) -> Error {
    Error::with_source(failure.kind(), "", Arc::clone(failure)).not_sent()
}

/// The error for a call that ends before the next attempt, which comes after so long.
#[cold]
fn no_time(failure: &Arc<Error>, left: Duration) -> Error {
    let text = format!("the next attempt to connect is in {left:.1?}");
    Error::with_source(failure.kind(), text, Arc::clone(failure)).not_sent()
}
