//! What peers are told, in their own dialect, if it is not spoken here.

use std::borrow::Cow;

use super::{Framing, dialect::Dialect, framed};
use crate::{
    error::{ApplicationErrorKind, ApplicationException, Result},
    protocol::{BinaryProtocol, MessageHeader, MessageType, Output, Protocol},
};

/// What a server speaks that a peer may use instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instead {
    /// The framing that it takes, if it takes only one.
    pub(crate) framing: Option<Framing>,
    pub(crate) http: bool,
}

/// A TLS record with the fatal alert `handshake_failure`.
const TLS: &[u8] = &[0x15, 3, 3, 0, 2, 2, 40];

const HTTP: &[u8] = b"HTTP/1.1 501 Not Implemented\r\n\
    Content-Type: text/plain\r\n\
    Content-Length: 35\r\n\
    Connection: close\r\n\
    \r\n\
    this server speaks Thrift, no HTTP\n";

/// To clients of Hive, no SASL is an option.
const SASL: &[u8] = b"\x03\0\0\0\x3c\
    this server takes no SASL; connect without it (Hive: NOSASL)";
#[cfg(feature = "tls")]
const SASL_WITHOUT_TLS: &[u8] = b"\x03\0\0\0\x1athis server takes TLS only";

impl Dialect {
    /// What tells a peer of SASL that it is on a port that takes TLS only.
    #[cfg(feature = "tls")]
    pub(crate) fn notice_without_tls() -> &'static [u8] {
        SASL_WITHOUT_TLS
    }

    /// The bytes that tell a peer that has sent this that it is on the wrong port, as far as the
    /// dialect has any.
    #[cold]
    pub(crate) fn notice(self, sent: &[u8], instead: Instead) -> Cow<'static, [u8]> {
        let notice = match self {
            Dialect::Tls => TLS,
            Dialect::Http => HTTP,
            Dialect::Sasl => SASL,
            Dialect::Foreign(foreign) => foreign.notice(instead.http),
            Dialect::Header | Dialect::HeaderInFrames | Dialect::TtHeader => {
                // Writing cannot fail, as it is far shorter than a frame may be.
                return self.exception(sent, instead).unwrap_or_default().into();
            }
            _ => &[],
        };
        Cow::Borrowed(notice)
    }

    /// A frame of THeader or TTHeader with an exception. What is before a message is the same in both, in
    /// the binary protocol and without transforms.
    fn exception(self, sent: &[u8], instead: Instead) -> Result<Vec<u8>> {
        let (magic, start) = match self {
            Dialect::TtHeader => ([0x10, 0x00], framed::LENGTH),
            Dialect::HeaderInFrames => ([0x0f, 0xff], 2 * framed::LENGTH),
            _ => ([0x0f, 0xff], framed::LENGTH),
        };
        // Some peers ignore a reply without the sequence id of their call.
        let seqid =
            sent.get(start + 4..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
        let text = match instead.framing {
            Some(framing) => format!("this server takes {framing} only"),
            None => format!("this server speaks no {self}; use framed Thrift instead"),
        };
        let exception =
            ApplicationException::new(ApplicationErrorKind::UNSUPPORTED_CLIENT_TYPE, text);
        let mut out = Output::new();
        let outer = (self == Dialect::HeaderInFrames).then(|| framed::begin(&mut out));
        let inner = framed::begin(&mut out);
        out.put(magic);
        out.put([0; 2]);
        out.put(seqid);
        // A word: protocol, transforms, and padding.
        out.put([0, 1, 0, 0, 0, 0]);
        let header =
            MessageHeader::new(&b""[..], MessageType::Exception, i32::from_be_bytes(seqid));
        BinaryProtocol::STRICT.write_message(&header, &exception, &mut out)?;
        framed::finish(&mut out, inner)?;
        outer.map_or(Ok(()), |outer| framed::finish(&mut out, outer))?;
        Ok(out.into_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::sasl::refusal;

    #[test]
    fn refusals_of_sasl_are_as_long_as_they_say() {
        let notices = [
            SASL,
            #[cfg(feature = "tls")]
            SASL_WITHOUT_TLS,
        ];
        for notice in notices {
            let (text, whole) = refusal(notice).unwrap();
            assert_eq!((text.len() + 5, whole), (notice.len(), true));
        }
    }
}
