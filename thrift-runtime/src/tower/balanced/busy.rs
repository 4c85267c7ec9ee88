//! How busy a server is, by what is known of it here.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Servers that differ by less are alike.
const LEAST: Duration = Duration::from_millis(1);
/// How long a call takes that is refused: to refuse is quick, and must not draw calls.
const REFUSED: Duration = Duration::from_millis(100);
/// In about this time, the usual time follows calls that take longer.
const RISE: Duration = Duration::from_secs(1);
/// In about this time, it follows those that are quicker, or fades if there are none.
const FALL: Duration = Duration::from_secs(2);

/// The calls of a server that are in flight, and how long they take it usually.
///
/// tower's `PeakEwma` takes one call of a slow method for a slow server, and one that refuses every call
/// for a quick one.
#[derive(Debug, Clone, Default)]
pub(super) struct Busy(Arc<Mutex<Usual>>);

/// How long calls take, of late.
#[derive(Debug, Default)]
struct Usual {
    seconds: f64,
    /// When that was noted.
    at: Option<Instant>,
}

/// A call in flight.
#[derive(Debug)]
pub(super) struct InFlight {
    busy: Busy,
    begun: Instant,
    /// Whether its end tells something, and what.
    ended: Ended,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ended {
    /// No reply was waited for any longer.
    Late,
    Answered,
    Refused,
    /// There was no reply to wait for, or the connection was lost.
    Untold,
}

impl Busy {
    /// How long a call would take if the calls before it take as long as usual.
    pub(super) fn wait(&self) -> f64 {
        // All but this are in flight.
        let calls = Arc::strong_count(&self.0) as f64;
        (self.lock().faded(Instant::now()) + LEAST.as_secs_f64()) * calls
    }

    pub(super) fn begin(&self) -> InFlight {
        InFlight { busy: self.clone(), begun: Instant::now(), ended: Ended::Late }
    }

    /// Forgets how long calls took: the server may be another one now.
    pub(super) fn forget(&self) {
        *self.lock() = Usual::default();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Usual> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InFlight {
    /// Notes how the call ends.
    pub(super) fn end(mut self, ended: Ended) {
        self.ended = ended;
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let now = Instant::now();
        let took = (now - self.begun).as_secs_f64();
        let mut usual = self.busy.lock();
        match self.ended {
            Ended::Untold => {}
            Ended::Answered => usual.note(now, took),
            Ended::Refused => usual.note(now, took.max(REFUSED.as_secs_f64())),
            // It would have taken longer, but nobody knows how long.
            Ended::Late if took > usual.seconds => usual.note(now, took),
            Ended::Late => {}
        }
    }
}

impl Usual {
    /// The usual time, which is forgotten gradually, so that a slow server is tried now and then.
    fn faded(&self, now: Instant) -> f64 {
        self.at.map_or(0.0, |at| self.seconds * weight(now - at, FALL))
    }

    /// Notes how long a call took: it weighs the more, the longer there was none before it.
    fn note(&mut self, now: Instant, took: f64) {
        let old = match self.at {
            None => 0.0,
            Some(at) if took > self.seconds => weight(now - at, RISE),
            Some(at) => weight(now - at, FALL),
        };
        self.seconds = self.seconds * old + took * (1.0 - old);
        self.at = Some(now);
    }
}

/// What is left of a weight of one after so long.
fn weight(elapsed: Duration, within: Duration) -> f64 {
    (-elapsed.as_secs_f64() / within.as_secs_f64()).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn call(busy: &Busy, millis: u64, ended: Ended) {
        let call = busy.begin();
        tokio::time::sleep(Duration::from_millis(millis)).await;
        call.end(ended);
    }

    fn usual(busy: &Busy) -> f64 {
        busy.lock().seconds * 1e3
    }

    #[tokio::test(start_paused = true)]
    async fn calls_in_flight_count_by_how_long_they_take() {
        let busy = Busy::default();
        let idle = busy.wait();
        let calls = [busy.begin(), busy.begin()];
        assert!((busy.wait() / idle - 3.0).abs() < 0.01, "{}", busy.wait() / idle);
        calls.into_iter().for_each(|call| call.end(Ended::Untold));
        assert_eq!(busy.wait(), idle);
        call(&busy, 99, Ended::Answered).await;
        assert!((busy.wait() / idle - 100.0).abs() < 1.0, "{}", busy.wait() / idle);
        // It is tried again after a while.
        tokio::time::sleep(Duration::from_secs(20)).await;
        assert!(busy.wait() / idle < 1.5);
    }

    #[tokio::test(start_paused = true)]
    async fn one_slow_method_does_not_make_a_slow_server() {
        let busy = Busy::default();
        for _ in 0..1_000 {
            call(&busy, 5, Ended::Answered).await;
        }
        let slow = busy.begin();
        call(&busy, 5, Ended::Answered).await;
        tokio::time::sleep(Duration::from_millis(295)).await;
        call(&busy, 5, Ended::Answered).await;
        slow.end(Ended::Answered);
        assert!((4.0..12.0).contains(&usual(&busy)), "{}", usual(&busy));
        for _ in 0..50 {
            call(&busy, 100, Ended::Answered).await;
        }
        assert!((90.0..101.0).contains(&usual(&busy)), "{}", usual(&busy));
    }

    #[tokio::test(start_paused = true)]
    async fn to_refuse_or_to_hang_is_not_quick() {
        let (refusing, hanging, oneway) = (Busy::default(), Busy::default(), Busy::default());
        for _ in 0..100 {
            call(&refusing, 1, Ended::Refused).await;
        }
        assert!(usual(&refusing) > 9.0, "{}", usual(&refusing));
        refusing.forget();
        assert_eq!(usual(&refusing), 0.0);
        call(&hanging, 1, Ended::Answered).await;
        call(&hanging, 5_000, Ended::Late).await;
        let before = usual(&hanging);
        assert!(before > 4_000.0, "{before}");
        call(&hanging, 1, Ended::Late).await;
        assert_eq!(usual(&hanging), before);
        call(&oneway, 5_000, Ended::Untold).await;
        assert_eq!(usual(&oneway), 0.0);
    }
}
