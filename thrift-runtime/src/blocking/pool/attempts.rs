//! Whether a call that failed is made again.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use super::Settings;
use crate::{
    call::{Request, Response, is_overload, may_be_sent_again},
    error::{Delivery, Error, ErrorKind, Result},
    protocol::Protocol,
    transport::backoff::Backoff,
};

/// The pauses between the attempts of a call.
const PAUSES: [Duration; 2] = [Duration::from_millis(10), Duration::from_secs(1)];

/// The attempts of a call.
pub(super) struct Attempts {
    left: u32,
    backoff: Backoff,
    /// Whether a server may have processed the call.
    possible: bool,
}

impl Attempts {
    pub(super) fn new(settings: &Settings) -> Self {
        let [shortest, longest] = PAUSES;
        let left = settings.attempts.saturating_sub(1);
        Attempts { left, backoff: Backoff::new(shortest..=longest), possible: false }
    }

    /// The pause before the next attempt, if there is to be one.
    pub(super) fn pause<P: Protocol>(
        &mut self,
        budget: &Budget,
        request: &Request<'_, P>,
        sent: &Result<Response<P>>,
        end: Option<Instant>,
    ) -> Option<Duration> {
        let overload;
        let (kind, delivery) = match sent {
            Err(error) => (error.kind(), error.delivery()),
            Ok(response) => {
                overload = response.exception().filter(is_overload);
                let Some(error) = overload else {
                    budget.deposit();
                    return None;
                };
                (ErrorKind::Overloaded, error.delivery())
            }
        };
        self.possible |= delivery == Delivery::Possible;
        if self.left == 0 || !may_be_sent_again(kind, delivery, request.is_idempotent()) {
            return None;
        }
        let pause = self.backoff.fail();
        let next = Instant::now().checked_add(pause)?;
        if end.is_some_and(|end| end <= next) || !budget.withdraw() {
            return None;
        }
        self.left -= 1;
        Some(pause)
    }

    /// Sets of the error that the call ends with what became of it, over all attempts.
    pub(super) fn judge(&self, error: Error) -> Error {
        match self.possible {
            true => error.with_delivery(Delivery::Possible),
            false => error,
        }
    }
}

/// Bounds how many calls are made again: one for each five that succeed, and a hundred at first.
#[derive(Debug)]
pub(super) struct Budget(AtomicU32);

/// What an attempt costs. A call that succeeds brings one.
const COST: u32 = 5;
const FIRST: u32 = 100 * COST;
const MOST: u32 = 10 * FIRST;

impl Budget {
    pub(super) fn new() -> Self {
        Budget(AtomicU32::new(FIRST))
    }

    fn deposit(&self) {
        let more = |left| (left < MOST).then_some(left + 1);
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }

    fn withdraw(&self) -> bool {
        let less = |left: u32| left.checked_sub(COST);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_spent_and_earned() {
        let budget = Budget::new();
        let spent = (0..1_000).filter(|_| budget.withdraw()).count();
        assert_eq!(spent, 100);
        (0..10).for_each(|_| budget.deposit());
        assert!(budget.withdraw() && budget.withdraw() && !budget.withdraw());
        (0..10_000).for_each(|_| budget.deposit());
        assert_eq!((0..2_000).filter(|_| budget.withdraw()).count(), 1_000);
    }
}
