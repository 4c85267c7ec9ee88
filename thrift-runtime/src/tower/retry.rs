//! Which calls tower's retry repeats.

use std::{fmt, ops::RangeInclusive, pin::Pin, sync::Arc, time::Duration};

use tokio::time::{Instant, Sleep, sleep};
use tower::{
    BoxError,
    retry::{
        Policy,
        budget::{Budget, TpsBudget},
    },
};

use super::{OwnedRequest, errors};
use crate::{
    call::{Response, is_overload, may_be_sent_again},
    error::{Delivery, Error, ErrorKind},
    protocol::Protocol,
    transport::backoff::Backoff,
};

/// The policy of a [`RetryLayer`](https://docs.rs/tower/latest/tower/retry/struct.RetryLayer.html):
/// it repeats calls that failed on the way, if repeating them does no harm.
///
/// ```
/// use thrift_runtime::layers::RetryPolicy;
/// use tower::retry::RetryLayer;
///
/// let layer = RetryLayer::new(RetryPolicy::new(3));
/// ```
///
/// Repeating a call does no harm if it was never sent, if the server says that it is
/// [overloaded](crate::ApplicationErrorKind::OVERLOADED), or if the call is
/// [idempotent](OwnedRequest::is_idempotent). A call failed on the way if its connection was lost,
/// refused or too slow, or if a layer of this client is overloaded. Anything else that a server answers
/// is a result, and is not repeated.
///
/// A budget, which clones of the policy share, bounds the repetitions of all calls, so that a server
/// in trouble gets little more than it would without them: by default, ten a second and one for each
/// five calls that succeed. Between attempts there are pauses, which double.
#[derive(Clone)]
pub struct RetryPolicy {
    attempts: u32,
    backoff: Backoff,
    budget: Arc<dyn Budget + Send + Sync>,
}

impl RetryPolicy {
    /// At most so many attempts for a call, the first among them.
    pub fn new(attempts: u32) -> Self {
        let backoff = Backoff::new(Duration::from_millis(10)..=Duration::from_secs(1));
        RetryPolicy { attempts, backoff, budget: Arc::new(TpsBudget::default()) }
    }

    /// Sets the pauses between the attempts of a call: the first, which then doubles, and the
    /// longest; 10 milliseconds and one second by default. They are shortened at random, by up to a
    /// half.
    #[must_use = "only the returned policy has the setting"]
    pub fn backoff(mut self, pauses: RangeInclusive<Duration>) -> Self {
        self.backoff = Backoff::new(pauses);
        self
    }

    /// Sets the budget.
    #[must_use = "only the returned policy has the setting"]
    pub fn budget(mut self, budget: impl Budget + Send + Sync + 'static) -> Self {
        self.budget = Arc::new(budget);
        self
    }

    /// The pause before the next attempt, if there is to be one.
    fn pause(&mut self, request: &OwnedRequest, failure: Failure) -> Option<Pin<Box<Sleep>>> {
        if !failure.allows_another(request) || self.attempts <= 1 {
            return None;
        }
        let pause = self.backoff.fail();
        let in_time = request
            .deadline()
            .is_none_or(|end| Instant::now().checked_add(pause).is_some_and(|at| at < end.into()));
        if !in_time || !self.budget.withdraw() {
            return None;
        }
        self.attempts -= 1;
        Some(Box::pin(sleep(pause)))
    }

    fn answered<P: Protocol>(
        &mut self,
        request: &OwnedRequest,
        response: &Response<P>,
    ) -> Option<Pin<Box<Sleep>>> {
        match response.exception() {
            Some(error) if is_overload(&error) => self.pause(request, Failure::of(&error)),
            _ => {
                self.budget.deposit();
                None
            }
        }
    }
}

/// What is known of an attempt that failed.
struct Failure {
    kind: ErrorKind,
    delivery: Delivery,
}

impl Failure {
    fn of(error: &Error) -> Self {
        let kind = if is_overload(error) { ErrorKind::Overloaded } else { error.kind() };
        Failure { kind, delivery: error.delivery() }
    }

    fn in_box(error: &BoxError) -> Self {
        if let Some(own) = error.downcast_ref() {
            return Failure::of(own);
        }
        let kind = errors::kind_of(&**error);
        let delivery = match kind {
            ErrorKind::Overloaded => Delivery::NotSent,
            _ => Delivery::Possible,
        };
        Failure { kind, delivery }
    }

    fn allows_another(&self, request: &OwnedRequest) -> bool {
        may_be_sent_again(self.kind, self.delivery, request.is_idempotent())
    }
}

impl<P: Protocol> Policy<OwnedRequest, Response<P>, Error> for RetryPolicy {
    type Future = Pin<Box<Sleep>>;

    fn retry(
        &mut self,
        request: &mut OwnedRequest,
        result: &mut Result<Response<P>, Error>,
    ) -> Option<Self::Future> {
        match result {
            Ok(response) => self.answered(request, response),
            Err(error) => self.pause(request, Failure::of(error)),
        }
    }

    fn clone_request(&mut self, request: &OwnedRequest) -> Option<OwnedRequest> {
        (self.attempts > 1).then(|| request.clone())
    }
}

impl<P: Protocol> Policy<OwnedRequest, Response<P>, BoxError> for RetryPolicy {
    type Future = Pin<Box<Sleep>>;

    fn retry(
        &mut self,
        request: &mut OwnedRequest,
        result: &mut Result<Response<P>, BoxError>,
    ) -> Option<Self::Future> {
        match result {
            Ok(response) => self.answered(request, response),
            Err(error) => self.pause(request, Failure::in_box(error)),
        }
    }

    fn clone_request(&mut self, request: &OwnedRequest) -> Option<OwnedRequest> {
        (self.attempts > 1).then(|| request.clone())
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("attempts", &self.attempts)
            .field("backoff", &self.backoff)
            .finish_non_exhaustive()
    }
}
