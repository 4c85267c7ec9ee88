//! Which calls are repeated, and how often.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use thrift_runtime::{
    ApplicationErrorKind, BinaryProtocol, Delivery, Error, ErrorKind,
    layers::{ChannelService, RetryPolicy, ServiceChannel},
};
use tower::{ServiceBuilder, retry::budget::Budget};

use crate::{
    scripted::{
        Attempt::{self, Answers, Fails, Hangs},
        Scripted,
    },
    steps::{Steps, StepsClient},
};

const LOST: Attempt = Fails(ErrorKind::Closed, Delivery::Possible);
const UNREACHED: Attempt = Fails(ErrorKind::Io, Delivery::NotSent);
const OVERLOADED: Attempt = Answers(ApplicationErrorKind::OVERLOADED);

fn policy() -> RetryPolicy {
    RetryPolicy::new(3)
}

/// Calls a method that is idempotent, or one that is not; tells of the error and of the attempts.
async fn call(idempotent: bool, policy: RetryPolicy, script: &[Attempt]) -> (Error, usize) {
    let channel = Scripted::new(script);
    let service = ServiceBuilder::new().retry(policy).service(ChannelService::new(channel.clone()));
    let steps = StepsClient::new(ServiceChannel::new(service, BinaryProtocol::STRICT));
    let called = if idempotent { steps.twice(1).await } else { steps.wait(1).await };
    (called.unwrap_err(), channel.attempts())
}

/// Whether the last attempt of the script was answered.
fn is_answered(error: &Error) -> bool {
    error.as_application().is_some_and(|e| e.kind().0 == 1000)
}

#[tokio::test(start_paused = true)]
async fn what_does_no_harm_is_repeated() {
    let refused_connection = Fails(ErrorKind::ConnectTimeout, Delivery::NotSent);
    for idempotent in [true, false] {
        for first in [UNREACHED, refused_connection, OVERLOADED] {
            let (error, attempts) = call(idempotent, policy(), &[first]).await;
            assert!(is_answered(&error) && attempts == 2, "{first:?}: {error}");
        }
        for first in [LOST, Fails(ErrorKind::Timeout, Delivery::Possible)] {
            let (error, attempts) = call(idempotent, policy(), &[first]).await;
            assert_eq!((is_answered(&error), attempts), (idempotent, 1 + usize::from(idempotent)));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_would_fail_again_is_not_repeated() {
    let kinds = [ErrorKind::Unsupported, ErrorKind::Unwritable, ErrorKind::Tls, ErrorKind::Limit];
    for kind in kinds {
        let (error, attempts) = call(true, policy(), &[Fails(kind, Delivery::NotSent)]).await;
        assert_eq!((error.kind(), attempts), (kind, 1));
    }
    let unknown = ApplicationErrorKind::UNKNOWN_METHOD;
    for kind in [unknown, ApplicationErrorKind::INTERNAL_ERROR, ApplicationErrorKind::TIMEOUT] {
        let (error, attempts) = call(true, policy(), &[Answers(kind)]).await;
        assert_eq!((error.as_application().unwrap().kind(), attempts), (kind, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_are_bounded() {
    for most in 0..5 {
        let (error, attempts) = call(true, RetryPolicy::new(most), &[LOST; 9]).await;
        assert_eq!((error.kind(), attempts), (ErrorKind::Closed, most.max(1) as usize));
    }
    let (error, attempts) = call(false, policy(), &[OVERLOADED; 9]).await;
    assert_eq!(error.delivery(), Delivery::Refused);
    assert_eq!(attempts, 3);
}

/// So many repetitions, and no more.
struct Few(AtomicUsize);

impl Budget for Few {
    fn deposit(&self) {}

    fn withdraw(&self) -> bool {
        let one_less = |left: usize| left.checked_sub(1);
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
    }
}

#[tokio::test(start_paused = true)]
async fn a_budget_bounds_all_calls_together() {
    let policy = RetryPolicy::new(10).budget(Few(AtomicUsize::new(3)));
    let mut attempts = 0;
    for _ in 0..5 {
        attempts += call(true, policy.clone(), &[UNREACHED; 20]).await.1;
    }
    assert_eq!(attempts, 5 + 3);
    // What tower gives by default lets few through at once, too.
    let policy = RetryPolicy::new(10);
    let mut attempts = 0;
    for _ in 0..100 {
        let policy = policy.clone().backoff(Duration::ZERO..=Duration::ZERO);
        attempts += call(true, policy, &[UNREACHED; 20]).await.1;
    }
    assert!(attempts > 100 && attempts < 100 + 9 * 100 / 2, "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn pauses_double_and_end_with_the_time_for_the_call() {
    let policy = || RetryPolicy::new(4).backoff(Duration::from_secs(8)..=Duration::from_secs(16));
    let begun = tokio::time::Instant::now();
    let (_, attempts) = call(true, policy(), &[LOST; 9]).await;
    let took = begun.elapsed().as_secs();
    assert!(attempts == 4 && (4 + 8 + 8..=8 + 16 + 16).contains(&took), "{took}");

    let channel = Scripted::new(&[LOST; 9]);
    let service = ServiceBuilder::new().retry(policy());
    let service = service.service(ChannelService::new(channel.clone()));
    let channel_within = ServiceChannel::new(service, BinaryProtocol::STRICT);
    let steps = StepsClient::new(channel_within.with_timeout(Duration::from_secs(2)));
    let begun = tokio::time::Instant::now();
    // It fails at once with what went wrong, as there is no time for another attempt.
    assert!(steps.twice(1).await.unwrap_err().is_closed());
    assert_eq!(channel.attempts(), 1);
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn errors_of_other_layers_are_told_apart() {
    for idempotent in [true, false] {
        let channel = Scripted::new(&[Hangs, UNREACHED]);
        let service = ServiceBuilder::new()
            .retry(policy())
            .timeout(Duration::from_secs(1))
            .service(ChannelService::new(channel.clone()));
        let steps = StepsClient::new(ServiceChannel::new(service, BinaryProtocol::STRICT));
        let called = if idempotent { steps.twice(1).await } else { steps.wait(1).await };
        let error = called.unwrap_err();
        let expected = if idempotent { 3 } else { 1 };
        assert_eq!((is_answered(&error), channel.attempts()), (idempotent, expected));
    }
}

#[tokio::test(start_paused = true)]
async fn the_delivery_is_that_of_all_attempts() {
    // The first may have been processed, though the last was not sent.
    let (error, _) = call(true, policy(), &[LOST, UNREACHED, UNREACHED]).await;
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Io, Delivery::Possible));
    let (error, _) = call(true, policy(), &[UNREACHED, OVERLOADED, UNREACHED]).await;
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Io, Delivery::NotSent));
}
