//! What became of calls, so that it shows if a simulation no longer does what it is for.

/// How many calls had which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) conversations: u64,
    /// Those that were broken, shut down or reset.
    pub(crate) struck: u64,
    pub(crate) returned: u64,
    /// Oneway calls that were sent.
    pub(crate) accepted: u64,
    pub(crate) declared: u64,
    pub(crate) failed: u64,
    pub(crate) unwritable: u64,
    pub(crate) timed_out: u64,
    pub(crate) dropped: u64,
    pub(crate) lost: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Tally) {
        for (count, more) in self.counts().into_iter().zip(other.clone().counts()) {
            *count += *more;
        }
    }

    /// Whether there is some of everything.
    pub(crate) fn is_complete(mut self) -> bool {
        self.counts().into_iter().all(|count| *count > 0)
    }

    fn counts(&mut self) -> [&mut u64; 10] {
        let Tally {
            conversations,
            struck,
            returned,
            accepted,
            declared,
            failed,
            unwritable,
            timed_out,
            dropped,
            lost,
        } = self;
        [
            conversations,
            struck,
            returned,
            accepted,
            declared,
            failed,
            unwritable,
            timed_out,
            dropped,
            lost,
        ]
    }
}
