//! The bytes of messages and replies that a server has in hand.

use std::{mem, sync::Arc};

use super::load::Load;

/// What takes less than this is not counted: there are limits on connections, too.
const LEAST: usize = 64 << 10;

/// Bytes that one connection or call has in hand.
#[derive(Debug)]
pub(crate) struct Held {
    load: Option<Arc<Load>>,
    bytes: usize,
    is_over: bool,
}

impl Held {
    pub(crate) fn new(load: Option<&Arc<Load>>) -> Self {
        Held { load: load.cloned(), bytes: 0, is_over: false }
    }

    /// Some bytes for as long as this lives.
    #[cfg(feature = "tokio")]
    pub(crate) fn of(load: Option<&Arc<Load>>, bytes: usize) -> Self {
        let mut held = Held::new(load);
        held.set(bytes);
        held
    }

    /// Notes how many there are now.
    #[inline]
    pub(crate) fn set(&mut self, bytes: usize) {
        if bytes >= LEAST || self.bytes > 0 {
            self.change(bytes);
        }
    }

    /// Notes how many there are now, unless they are no more than before, or few.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) fn grow(&mut self, bytes: usize) {
        if bytes >= LEAST {
            self.change(bytes);
        }
    }

    #[cold]
    fn change(&mut self, bytes: usize) {
        let Some(load) = &self.load else { return };
        let bytes = if bytes < LEAST { 0 } else { bytes };
        let before = mem::replace(&mut self.bytes, bytes);
        self.is_over = load.count(before, bytes) && bytes > 0;
    }

    /// Whether there are none that count.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Whether there were more in all than there may be, when these were counted last.
    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.change(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Overload, load::Counted};

    #[test]
    fn what_is_held_is_given_back() {
        let load = Arc::new(Load::new(2, 1 << 20));
        let mut one = Held::new(Some(&load));
        one.set(LEAST - 1);
        assert!(load.has_room(1 << 20) && !load.has_room((1 << 20) + 1));
        one.set(1 << 20);
        assert!(!one.is_over() && !load.has_room(1) && load.overload().is_none());
        let mut other = Held::new(Some(&load));
        other.set(LEAST);
        assert!(other.is_over() && load.overload() == Some(Overload::Bytes));
        one.set(2 * LEAST);
        other.set(LEAST);
        assert!(!other.is_over() && load.overload().is_none());
        drop((one, other));
        assert!(load.has_room(1 << 20));
        let calls = [Counted::new(&load), Counted::new(&load)];
        assert_eq!(load.overload(), Some(Overload::Calls));
        drop(calls);
        assert_eq!(load.overload(), None);
    }
}
