//! The oneway calls that a connection has sent lately.

use std::collections::VecDeque;

/// How many groups of successive oneway calls are remembered.
const MOST: usize = 256;

/// The sequence ids of oneway calls that were sent lately. Some servers answer those that they do not
/// know, with an exception that nobody waits for.
#[derive(Debug, Default)]
pub(crate) struct SentOneways(VecDeque<Group>);

/// Oneway calls whose sequence ids follow one another.
#[derive(Debug)]
struct Group {
    first: i32,
    count: u32,
}

impl SentOneways {
    /// Remembers one, and forgets the oldest ones if there are many.
    pub(crate) fn insert(&mut self, seqid: i32) {
        if let Some(last) = self.0.back_mut()
            && last.distance(seqid) == last.count
        {
            last.count += 1;
            return;
        }
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(Group { first: seqid, count: 1 });
    }

    /// Whether a sequence id is that of a oneway call sent lately.
    pub(crate) fn contains(&self, seqid: i32) -> bool {
        seqid >= 0 && self.0.iter().any(|group| group.distance(seqid) < group.count)
    }
}

impl Group {
    /// How far a sequence id is behind the first one. Zero follows the largest.
    fn distance(&self, seqid: i32) -> u32 {
        (seqid.wrapping_sub(self.first) & i32::MAX).cast_unsigned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_sent_last_are_remembered() {
        let mut sent = SentOneways::default();
        for seqid in [i32::MAX - 1, i32::MAX, 0, 1, 5, 7] {
            sent.insert(seqid);
        }
        assert_eq!(sent.0.len(), 3);
        for seqid in [i32::MAX - 1, i32::MAX, 0, 1, 5, 7] {
            assert!(sent.contains(seqid), "{seqid}");
        }
        for seqid in [-1, i32::MIN, i32::MAX - 2, 2, 4, 6, 8] {
            assert!(!sent.contains(seqid), "{seqid}");
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut sent = SentOneways::default();
        for seqid in (0..=2000).step_by(2) {
            sent.insert(seqid);
        }
        assert_eq!(sent.0.len(), MOST);
        assert!(sent.contains(2000) && !sent.contains(0));
    }
}
