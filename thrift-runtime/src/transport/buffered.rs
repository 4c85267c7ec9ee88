//! The buffered transport: a message ends where its last field does.

use crate::{
    error::Result,
    protocol::{Limits, Protocol, Scan},
};

/// Finds the ends of messages that follow one another, remembering how far it came in one that is
/// not whole.
pub(crate) struct Boundaries<P: Protocol> {
    scanner: Option<P::Scanner>,
}

impl<P: Protocol> Boundaries<P> {
    pub(crate) fn new() -> Self {
        Boundaries { scanner: None }
    }

    /// Begins with the message at hand, which was found not to be whole.
    pub(crate) fn enter(&mut self) {
        self.scanner = Some(P::Scanner::default());
    }

    /// Whether the message at hand was begun.
    pub(crate) fn is_within(&self) -> bool {
        self.scanner.is_some()
    }

    /// The end of the message at the start of `bytes`, once it is whole. Meanwhile, `bytes` may only
    /// grow.
    ///
    /// # Errors
    ///
    /// Where the bytes cannot become a message, or exceed a limit. There is no going on.
    pub(crate) fn message_end(&mut self, bytes: &[u8], limits: &Limits) -> Result<Option<usize>> {
        if bytes.is_empty() {
            return Ok(None);
        }
        let end = self.scanner.get_or_insert_default().scan(bytes, limits)?;
        if end.is_some() {
            self.scanner = None;
        }
        Ok(end)
    }
}
