//! How long the calls of a server take, of late.

use std::time::{Duration, Instant};

/// Servers that differ by less are alike.
const LEAST: Duration = Duration::from_millis(1);
/// How long a call takes that fails at the server: to fail is quick, and must not draw calls.
const FAILED: Duration = Duration::from_millis(100);
/// In about this time, the usual time follows calls that take longer.
const RISE: Duration = Duration::from_secs(1);
/// In about this time, it follows those that are quicker, or fades if there are none.
const FALL: Duration = Duration::from_secs(2);

/// How long calls take, of late.
///
/// tower's `PeakEwma` takes one call of a slow method for a slow server, and one that fails every call
/// for a quick one.
#[derive(Debug, Default)]
pub(crate) struct Usual {
    seconds: f64,
    /// When that was noted.
    at: Option<Instant>,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ended {
    /// No reply was waited for any longer.
    Late,
    Answered,
    /// It was refused, or failed by no fault of the caller.
    Failed,
    /// There was no reply to wait for, or the connection was lost.
    Untold,
}

impl Usual {
    /// How long a call would wait that comes now, if those in flight take as long as usual. What is usual
    /// is forgotten gradually, so that a slow server is tried now and then.
    pub(crate) fn wait(&self, now: Instant, in_flight: usize) -> f64 {
        let usual = self.at.map_or(0.0, |at| self.seconds * weight(now - at, FALL));
        (usual + LEAST.as_secs_f64()) * (in_flight + 1) as f64
    }

    /// Notes how a call ended that began at some time.
    pub(crate) fn note(&mut self, begun: Instant, now: Instant, ended: Ended) {
        let took = (now - begun).as_secs_f64();
        match ended {
            Ended::Untold => {}
            Ended::Answered => self.add(now, took),
            Ended::Failed => self.add(now, took.max(FAILED.as_secs_f64())),
            // It would have taken longer, but nobody knows how long.
            Ended::Late if took > self.seconds => self.add(now, took),
            Ended::Late => {}
        }
    }

    /// Adds a time: it weighs the more, the longer there was none before it.
    fn add(&mut self, now: Instant, took: f64) {
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

    /// Calls one after another.
    struct Calls {
        usual: Usual,
        now: Instant,
    }

    impl Calls {
        fn new() -> Self {
            Calls { usual: Usual::default(), now: Instant::now() }
        }

        fn call(&mut self, millis: u64, ended: Ended) {
            let begun = self.now;
            self.now += Duration::from_millis(millis);
            self.usual.note(begun, self.now, ended);
        }

        fn millis(&self) -> f64 {
            self.usual.seconds * 1e3
        }

        /// How much longer a call waits than at an idle server that nothing is known of.
        fn wait(&self, in_flight: usize) -> f64 {
            self.usual.wait(self.now, in_flight) / LEAST.as_secs_f64()
        }
    }

    #[test]
    fn calls_in_flight_count_by_how_long_they_take() {
        let mut calls = Calls::new();
        assert_eq!((calls.wait(0), calls.wait(2)), (1.0, 3.0));
        calls.call(99, Ended::Answered);
        assert!((calls.wait(0) - 100.0).abs() < 1.0, "{}", calls.wait(0));
        assert!((calls.wait(1) - 200.0).abs() < 1.0, "{}", calls.wait(1));
        // It is tried again after a while.
        calls.call(20_000, Ended::Untold);
        assert!(calls.wait(0) < 1.5, "{}", calls.wait(0));
    }

    #[test]
    fn one_slow_method_does_not_make_a_slow_server() {
        let mut calls = Calls::new();
        for _ in 0..1_000 {
            calls.call(5, Ended::Answered);
        }
        let slow = calls.now;
        for _ in 0..60 {
            calls.call(5, Ended::Answered);
        }
        calls.usual.note(slow, calls.now + Duration::from_millis(5), Ended::Answered);
        assert!((4.0..12.0).contains(&calls.millis()), "{}", calls.millis());
        for _ in 0..50 {
            calls.call(100, Ended::Answered);
        }
        assert!((90.0..101.0).contains(&calls.millis()), "{}", calls.millis());
    }

    #[test]
    fn to_fail_or_to_hang_is_not_quick() {
        let mut failing = Calls::new();
        for _ in 0..100 {
            failing.call(1, Ended::Failed);
        }
        assert!(failing.millis() > 9.0, "{}", failing.millis());
        let mut hanging = Calls::new();
        hanging.call(1, Ended::Answered);
        hanging.call(5_000, Ended::Late);
        let before = hanging.millis();
        assert!(before > 4_000.0, "{before}");
        hanging.call(1, Ended::Late);
        hanging.call(9_000, Ended::Untold);
        assert_eq!(hanging.millis(), before);
    }
}
