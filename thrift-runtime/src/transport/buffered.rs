//! The buffered transport: a message ends where its last field does.

use crate::{
    error::Result,
    protocol::{Limits, Protocol, Scan},
};

/// Finds the ends of successive messages, remembering how far it got in one that is not whole.
pub(crate) struct Boundaries<P: Protocol> {
    scanner: P::Scanner,
    /// Whether it is within a message.
    within: bool,
}

impl<P: Protocol> Boundaries<P> {
    pub(crate) fn new() -> Self {
        Boundaries { scanner: P::Scanner::default(), within: false }
    }

    /// The end of the message at the start of `bytes`, once it is whole. Until then, `bytes` may
    /// only grow between calls.
    ///
    /// # Errors
    ///
    /// If the bytes cannot become a message, or exceed a limit. Nothing after them can be found
    /// then.
    pub(crate) fn message_end(&mut self, bytes: &[u8], limits: &Limits) -> Result<Option<usize>> {
        if bytes.is_empty() {
            return Ok(None);
        }
        // Most messages have come whole. This is tried once for each, as it does not remember how far
        // it got.
        if !self.within
            && let Some(end) = P::Scanner::whole(bytes, limits)
        {
            return Ok(Some(end));
        }
        let end = self.scanner.scan(bytes, limits)?;
        self.within = end.is_none();
        Ok(end)
    }
}

/// For readers that look for the end of a message only when they found that it is not whole.
#[cfg(feature = "tokio")]
impl<P: Protocol> Boundaries<P> {
    /// Begins with a message that was found not to be whole.
    pub(crate) fn enter(&mut self) {
        self.within = true;
    }

    /// Whether it is within a message.
    pub(crate) fn is_within(&self) -> bool {
        self.within
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{
        AnyProtocol, BinaryProtocol, Encoding, MessageHeader, MessageType, Output,
    };

    #[test]
    fn a_message_above_the_limit_is_refused_though_it_is_whole() {
        let header = MessageHeader::new(&b"add"[..], MessageType::Call, 7);
        let mut bytes = Output::new();
        BinaryProtocol::STRICT.write_message(&header, &crate::call::Void, &mut bytes).unwrap();
        let message = [&*bytes.contiguous(), b"more"].concat();
        let length = bytes.len();
        let end = |message_size| {
            let limits = Limits { message_size, ..Limits::default() };
            Boundaries::<BinaryProtocol>::new().message_end(&message, &limits)
        };
        assert_eq!(end(length).unwrap(), Some(length));
        assert!(end(length - 1).unwrap_err().is_limit());
    }

    #[test]
    fn messages_that_follow_one_another_end_where_they_do() {
        let binary = AnyProtocol::from(BinaryProtocol::STRICT);
        let others = [Encoding::Compact, Encoding::Json];
        let mut protocols = vec![binary, binary];
        protocols.extend(others.into_iter().filter_map(AnyProtocol::for_encoding));
        let mut bytes = Output::new();
        let mut ends = Vec::new();
        for protocol in protocols {
            let header = MessageHeader::new(&b"add"[..], MessageType::Call, 7);
            protocol.write_message(&header, &crate::call::Void, &mut bytes).unwrap();
            ends.push(bytes.len());
        }
        let mut boundaries = Boundaries::<AnyProtocol>::new();
        let (mut start, mut found) = (0, Vec::new());
        for arrived in 1..=bytes.len() {
            let message = &bytes.contiguous()[start..arrived];
            if let Some(length) = boundaries.message_end(message, &Limits::default()).unwrap() {
                start += length;
                found.push(start);
            }
            assert_eq!(boundaries.within, start < arrived);
        }
        assert_eq!(found, ends);
    }
}
