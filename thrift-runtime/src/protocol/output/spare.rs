//! A buffer that each thread keeps for messages that are made one at a time.

use std::{cell::Cell, mem};

use bytes::Bytes;

use super::Output;

/// A larger one is not kept.
const LARGEST: usize = 4 << 10;

thread_local! {
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl Output {
    /// An empty buffer, in space that was used before, if there is some.
    pub(crate) fn spare() -> Self {
        // While a thread ends, its thread-local values may be gone.
        let space = SPARE.try_with(Cell::take).unwrap_or_default();
        Output { space, ..Output::new() }
    }

    /// What was written, in as much memory as it takes, if that is little.
    pub(crate) fn into_bytes(mut self) -> Bytes {
        if !self.parts.is_empty() || self.space.len() > LARGEST {
            return self.into_vec().into();
        }
        let bytes = Bytes::copy_from_slice(self.copied());
        let space = mem::take(&mut self.space);
        let _ = SPARE.try_with(|spare| spare.set(space));
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_is_used_again_unless_it_is_large() {
        let mut output = Output::spare();
        output.put_slice(&[1; 100]);
        assert_eq!(output.into_bytes(), [1; 100][..]);
        let mut output = Output::spare();
        assert!(output.is_empty() && output.capacity() >= 100);
        // The earlier contents are not part of it.
        output.put_slice(&[2; 3]);
        assert_eq!(output.into_bytes(), [2; 3][..]);
        let mut output = Output::spare();
        output.put_slice(&[3; 2 * LARGEST]);
        assert_eq!(output.into_bytes(), [3; 2 * LARGEST][..]);
        assert_eq!(Output::spare().capacity(), 0);
    }
}
