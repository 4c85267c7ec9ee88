//! How long to wait between attempts to connect.

use std::{
    hash::{BuildHasher, RandomState},
    ops::RangeInclusive,
    time::Duration,
};

/// As good as for ever: a time that can be added to any that there is.
pub(crate) const FOREVER: Duration = Duration::from_secs(30 * 365 * 86_400);

/// Pauses that double with each failure in a row, and differ at random, so that the clients of a
/// server that comes back do not all come at once.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    shortest: Duration,
    longest: Duration,
    failures: u32,
}

impl Backoff {
    pub(crate) fn new(pauses: RangeInclusive<Duration>) -> Self {
        let (shortest, longest) = pauses.into_inner();
        let (shortest, longest) = (shortest.min(FOREVER), longest.min(FOREVER));
        Backoff { shortest, longest: longest.max(shortest), failures: 0 }
    }

    /// Notes a failure, and gives the pause before the next attempt: between half of its length and
    /// the whole.
    pub(crate) fn fail(&mut self) -> Duration {
        let doubled = 2_u32.saturating_pow(self.failures);
        let pause = self.shortest.saturating_mul(doubled).min(self.longest);
        self.failures = self.failures.saturating_add(1);
        // Every hasher of the standard library is seeded at random.
        let random = RandomState::new().hash_one(self.failures) as u32;
        pause / 2 + (pause / 2).mul_f64(f64::from(random) / f64::from(u32::MAX))
    }

    /// Notes a success.
    pub(crate) fn succeed(&mut self) {
        self.failures = 0;
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff::new(Duration::from_millis(50)..=Duration::from_secs(5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_names_the_default() {
        use crate::guide::rows::{check, time};

        let Backoff { shortest, longest, failures: _ } = Backoff::default();
        let default = format!("{} to {}", time(Some(shortest)), time(Some(longest)));
        check("Clients", [("backoff", default)]);
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_differ() {
        let seconds = Duration::from_secs;
        let mut backoff = Backoff::new(seconds(1)..=seconds(6));
        for most in [1, 2, 4, 6, 6] {
            let pause = backoff.fail();
            assert!(pause >= seconds(most) / 2 && pause <= seconds(most), "{pause:?} of {most}");
        }
        backoff.succeed();
        assert!(backoff.fail() <= seconds(1));
        let mut pauses: Vec<_> = (0..20).map(|_| backoff.clone().fail()).collect();
        pauses.dedup();
        assert!(pauses.len() > 1);
        let mut never = Backoff::new(Duration::ZERO..=Duration::ZERO);
        assert!((0..100).all(|_| never.fail().is_zero()));
        let mut largest = Backoff::new(Duration::MAX..=Duration::MAX);
        assert!(std::time::Instant::now().checked_add(largest.fail()).is_some());
    }
}
