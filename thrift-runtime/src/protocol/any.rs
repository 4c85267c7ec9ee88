//! Any of the protocols that are built in.

#[cfg(feature = "compact")]
use super::CompactProtocol;
#[cfg(feature = "json")]
use super::JsonProtocol;
use super::{BinaryProtocol, Encoding, Input, Limits, MessageHeader, Output, Protocol, Scan};
use crate::{
    error::Result,
    value::{Decode, DecodeStruct, Encode, EncodeStruct},
};

/// One of the protocols that are built in, chosen at run time.
///
/// The choice is made once per message, so it costs next to nothing at run time. Each protocol that
/// is built in adds another copy of the code that writes and reads each type, though.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnyProtocol {
    /// The binary protocol.
    Binary(BinaryProtocol),
    /// The compact protocol.
    #[cfg(feature = "compact")]
    Compact(CompactProtocol),
    /// The JSON protocol.
    #[cfg(feature = "json")]
    Json(JsonProtocol),
}

impl Default for AnyProtocol {
    fn default() -> Self {
        BinaryProtocol::STRICT.into()
    }
}

impl From<BinaryProtocol> for AnyProtocol {
    fn from(protocol: BinaryProtocol) -> Self {
        AnyProtocol::Binary(protocol)
    }
}

#[cfg(feature = "compact")]
impl From<CompactProtocol> for AnyProtocol {
    fn from(protocol: CompactProtocol) -> Self {
        AnyProtocol::Compact(protocol)
    }
}

#[cfg(feature = "json")]
impl From<JsonProtocol> for AnyProtocol {
    fn from(protocol: JsonProtocol) -> Self {
        AnyProtocol::Json(protocol)
    }
}

/// Does the same with whichever protocol it is.
macro_rules! each {
    ($any:expr, $protocol:pat => $then:expr) => {
        match $any {
            AnyProtocol::Binary($protocol) => $then,
            #[cfg(feature = "compact")]
            AnyProtocol::Compact($protocol) => $then,
            #[cfg(feature = "json")]
            AnyProtocol::Json($protocol) => $then,
        }
    };
}

impl AnyProtocol {
    /// The protocol of a message without a frame, as its first byte tells; `None` if that protocol
    /// is not built in, or there is no byte.
    ///
    /// ```
    /// use thrift_runtime::{AnyProtocol, BinaryProtocol};
    ///
    /// let strict = AnyProtocol::detect(b"\x80\x01\x00\x01");
    /// assert_eq!(strict, Some(AnyProtocol::Binary(BinaryProtocol::STRICT)));
    /// ```
    pub fn detect(message: &[u8]) -> Option<Self> {
        Self::for_encoding(match message.first()? {
            0x82 => Encoding::Compact,
            // Blanks may stand before JSON. Taken for a length, they would exceed every limit.
            byte if *byte == b'[' || byte.is_ascii_whitespace() => Encoding::Json,
            byte => Encoding::Binary { strict: byte & 0x80 != 0 },
        })
    }
}

impl Protocol for AnyProtocol {
    type Scanner = AnyScanner;

    fn encoding(self) -> Encoding {
        each!(self, protocol => protocol.encoding())
    }

    fn scanner(self) -> AnyScanner {
        match self {
            AnyProtocol::Binary(protocol) => AnyScanner::Binary(protocol.scanner()),
            #[cfg(feature = "compact")]
            AnyProtocol::Compact(protocol) => AnyScanner::Compact(protocol.scanner()),
            #[cfg(feature = "json")]
            AnyProtocol::Json(protocol) => AnyScanner::Json(protocol.scanner()),
        }
    }

    fn for_encoding(encoding: Encoding) -> Option<Self> {
        match encoding {
            Encoding::Binary { .. } => {
                BinaryProtocol::for_encoding(encoding).map(AnyProtocol::Binary)
            }
            #[cfg(feature = "compact")]
            Encoding::Compact => Some(AnyProtocol::Compact(CompactProtocol)),
            #[cfg(feature = "json")]
            Encoding::Json => Some(AnyProtocol::Json(JsonProtocol)),
            #[allow(unreachable_patterns)]
            _ => None,
        }
    }

    fn write_value<T: Encode>(self, value: &T, out: &mut Output) -> Result<()> {
        each!(self, protocol => protocol.write_value(value, out))
    }

    #[inline]
    fn write_message<S: EncodeStruct>(
        self,
        header: &MessageHeader<'_>,
        body: &S,
        out: &mut Output,
    ) -> Result<()> {
        each!(self, protocol => protocol.write_message(header, body, out))
    }

    #[inline]
    fn write_encoded(
        self,
        header: &MessageHeader<'_>,
        body: &[u8],
        out: &mut Output,
    ) -> Result<()> {
        each!(self, protocol => protocol.write_encoded(header, body, out))
    }

    fn read_value<'de, T: Decode<'de>>(
        self,
        input: Input<'de>,
        limits: &Limits,
        into: &mut T,
    ) -> Result<usize> {
        each!(self, protocol => protocol.read_value(input, limits, into))
    }

    #[inline]
    fn read_header<'a>(
        self,
        input: &'a [u8],
        limits: &Limits,
    ) -> Result<(MessageHeader<'a>, usize)> {
        each!(self, protocol => protocol.read_header(input, limits))
    }

    #[inline]
    fn read_body<'de, S: DecodeStruct<'de>>(
        self,
        input: Input<'de>,
        at: usize,
        limits: &Limits,
        into: &mut S,
    ) -> Result<usize> {
        each!(self, protocol => protocol.read_body(input, at, limits, into))
    }

    #[inline]
    fn skip_body(self, input: &[u8], at: usize, limits: &Limits) -> Result<usize> {
        each!(self, protocol => protocol.skip_body(input, at, limits))
    }

    #[inline]
    fn body(self, message: &[u8], at: usize) -> &[u8] {
        each!(self, protocol => protocol.body(message, at))
    }
}

/// A scanner of one of the protocols.
#[derive(Debug)]
pub enum AnyScanner {
    /// Of binary messages.
    Binary(<BinaryProtocol as Protocol>::Scanner),
    /// Of compact messages.
    #[cfg(feature = "compact")]
    Compact(<CompactProtocol as Protocol>::Scanner),
    /// Of JSON messages.
    #[cfg(feature = "json")]
    Json(<JsonProtocol as Protocol>::Scanner),
}

impl Scan for AnyScanner {
    fn scan(&mut self, input: &[u8], limits: &Limits) -> Result<Option<usize>> {
        match self {
            AnyScanner::Binary(scanner) => scanner.scan(input, limits),
            #[cfg(feature = "compact")]
            AnyScanner::Compact(scanner) => scanner.scan(input, limits),
            #[cfg(feature = "json")]
            AnyScanner::Json(scanner) => scanner.scan(input, limits),
        }
    }

    fn whole(&self, input: &[u8], limits: &Limits) -> Option<usize> {
        match self {
            AnyScanner::Binary(scanner) => scanner.whole(input, limits),
            #[cfg(feature = "compact")]
            AnyScanner::Compact(scanner) => scanner.whole(input, limits),
            #[cfg(feature = "json")]
            AnyScanner::Json(scanner) => scanner.whole(input, limits),
        }
    }
}
