//! The buffered transport: a message ends where its last field does.

use super::framed::MOST_OF_HEADER;
use crate::{
    error::Result,
    protocol::{Limits, Protocol, Scan},
};

/// Finds the ends of successive messages, remembering how far it got in one that is not whole.
pub(crate) struct Boundaries<P: Protocol> {
    protocol: P,
    scanner: P::Scanner,
    /// Whether it is within a message.
    within: bool,
    /// Whether that message has a header, or one too long to be looked at again.
    begun: bool,
}

impl<P: Protocol> Boundaries<P> {
    pub(crate) fn new(protocol: P) -> Self {
        Boundaries { protocol, scanner: protocol.scanner(), within: false, begun: false }
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
            && let Some(end) = self.scanner.whole(bytes, limits)
        {
            return Ok(Some(end));
        }
        // A scanner may look for brackets alone, and would wait for the end of anything.
        if !self.begun {
            self.begun = self.begins(bytes, limits)?;
        }
        let end = self.scanner.scan(bytes, limits)?;
        self.within = end.is_none();
        self.begun &= self.within;
        Ok(end)
    }

    /// Whether the bytes begin with a header, or will not be asked for one again.
    ///
    /// # Errors
    ///
    /// If they cannot begin a message.
    fn begins(&self, bytes: &[u8], limits: &Limits) -> Result<bool> {
        let beginning = bytes.get(..MOST_OF_HEADER).unwrap_or(bytes);
        match self.protocol.read_header(beginning, limits) {
            Ok(_) => Ok(true),
            Err(error) if error.is_truncated() => Ok(bytes.len() >= MOST_OF_HEADER),
            Err(error) => Err(error),
        }
    }
}

/// For readers that look for the end of a message only when they found that it is not whole.
#[cfg(feature = "tokio")]
impl<P: Protocol> Boundaries<P> {
    /// Begins with a message whose header was looked at, and that was found not to be whole.
    pub(crate) fn enter(&mut self) {
        (self.within, self.begun) = (true, true);
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
            Boundaries::new(BinaryProtocol::STRICT).message_end(&message, &limits)
        };
        assert_eq!(end(length).unwrap(), Some(length));
        assert!(end(length - 1).unwrap_err().is_limit());
    }

    #[test]
    fn messages_that_follow_one_another_end_where_they_do() {
        for protocol in protocols() {
            let mut bytes = Output::new();
            let mut ends = Vec::new();
            for _ in 0..4 {
                let header = MessageHeader::new(&b"add"[..], MessageType::Call, 7);
                protocol.write_message(&header, &crate::call::Void, &mut bytes).unwrap();
                ends.push(bytes.len());
            }
            let mut boundaries = Boundaries::new(protocol);
            let (mut start, mut found) = (0, Vec::new());
            for arrived in 1..=bytes.len() {
                let message = &bytes.contiguous()[start..arrived];
                if let Some(length) = boundaries.message_end(message, &Limits::default()).unwrap() {
                    start += length;
                    found.push(start);
                }
                assert_eq!(boundaries.within, start < arrived);
            }
            assert_eq!(found, ends, "{protocol:?}");
        }
    }

    /// Nobody waits for the end of what is not a message.
    #[test]
    fn what_begins_as_no_message_of_the_protocol_is_refused_at_once() {
        for protocol in protocols() {
            let others: &[&[u8]] = match protocol {
                AnyProtocol::Binary(_) => &[b"\x80\x02\0\x01", b"\x82\x21\x01\x03", b"[1,2"],
                #[cfg(feature = "compact")]
                AnyProtocol::Compact(_) => &[b"\x02\x21", b"\x80\x01\0\x01", b"[1,2"],
                // These have the brackets of a message that is not whole.
                #[cfg(feature = "json")]
                AnyProtocol::Json(_) => &[b"[1,2", b"[2,", b"[{"],
            };
            for bytes in others {
                let end = Boundaries::new(protocol).message_end(bytes, &Limits::default());
                assert!(end.is_err(), "{protocol:?}: {bytes:?}");
            }
        }
    }

    fn protocols() -> impl Iterator<Item = AnyProtocol> {
        let encodings = [Encoding::Binary { strict: true }, Encoding::Compact, Encoding::Json];
        encodings.into_iter().filter_map(AnyProtocol::for_encoding)
    }
}
