//! What a peer speaks, as the first bytes of its connection tell.

use std::fmt;

use super::{Framing, foreign::Foreign};
use crate::{
    error::{Error, ErrorKind, Result},
    protocol::{Encoding, Limits},
};

/// What a peer speaks: a protocol in a framing, or something that Thrift is wrapped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Plain(Encoding, Framing),
    Header,
    HeaderInFrames,
    TtHeader,
    Http,
    Sasl,
    Tls,
    Zlib,
    /// What nobody here speaks.
    Foreign(Foreign),
}

impl Dialect {
    /// Detects the dialect from the first bytes. `None` if more are needed, which is at most ten in
    /// all.
    ///
    /// The magic bytes cannot be lengths, since lengths stay below 2^28:
    ///
    /// ```text
    /// 80 01         strict binary
    /// 82            compact
    /// 5b            JSON, "["
    /// 15 03, 16 03  TLS, an alert or a handshake
    /// 78            zlib
    /// "POST", ...   HTTP, a request's method or an answer's "HTTP"
    /// length 80 01, length 82, length 5b, length 00
    ///               framed; the last is non-strict binary, whose names are shorter than 2^24
    /// length 0f ff  THeader
    /// length length 0f ff
    ///               THeader, in a frame
    /// length 10 00  TTHeader
    /// 01 to 05      otherwise; SASL, a status, since names are shorter than 2^24
    /// length        otherwise; the length of a name, in an unframed non-strict call
    /// ```
    pub(crate) fn detect(bytes: &[u8]) -> Result<Option<Self>> {
        use Framing::{Buffered, Framed};

        const STRICT: Encoding = Encoding::Binary { strict: true };
        const NON_STRICT: Encoding = Encoding::Binary { strict: false };

        if let Some(foreign) = Foreign::detect(bytes) {
            return Ok(Some(Dialect::Foreign(foreign)));
        }
        Ok(Some(match bytes {
            _ if Foreign::may_follow(bytes) => return Ok(None),
            [0x82, ..] => Dialect::Plain(Encoding::Compact, Buffered),
            [b'[', ..] => Dialect::Plain(Encoding::Json, Buffered),
            [0x78, ..] => Dialect::Zlib,
            [0x80, 0x01, ..] => Dialect::Plain(STRICT, Buffered),
            [0x15 | 0x16, 0x03, ..] => Dialect::Tls,
            [a, b, c, d, rest @ ..] => {
                let start = [*a, *b, *c, *d];
                if u32::from_be_bytes(start) as usize > Limits::MAX_FRAME_SIZE {
                    return match &start {
                        b"POST" | b"GET " | b"HEAD" | b"PUT " | b"OPTI" | b"HTTP" => {
                            Ok(Some(Dialect::Http))
                        }
                        _ => Err(unknown(start)),
                    };
                }
                match rest {
                    [] | [0x80 | 0x0f | 0x10] => return Ok(None),
                    [0x80, 0x01, ..] => Dialect::Plain(STRICT, Framed),
                    [0x0f, 0xff, ..] => Dialect::Header,
                    [0x10, 0x00, ..] => Dialect::TtHeader,
                    [0x82, ..] => Dialect::Plain(Encoding::Compact, Framed),
                    [b'[', ..] => Dialect::Plain(Encoding::Json, Framed),
                    [0x00, _, _, _, 0x0f, 0xff, ..] => Dialect::HeaderInFrames,
                    [0x00, _, _, _, 0x0f] => return Ok(None),
                    [0x00, _, _, _, _, ..] => Dialect::Plain(NON_STRICT, Framed),
                    [0x00, ..] => return Ok(None),
                    _ if (1..=5).contains(a) => Dialect::Sasl,
                    _ => Dialect::Plain(NON_STRICT, Buffered),
                }
            }
            _ => return Ok(None),
        }))
    }
}

impl Dialect {
    /// The error for a peer that speaks a dialect which a server does not.
    #[cold]
    pub(crate) fn not_spoken(self) -> Error {
        let mut text = format!("the peer speaks {self}, which this server does not speak");
        if let Some(feature) = self.missing_feature() {
            text += &format!("; thrift-runtime was built without the feature `{feature}`");
        } else if let Some(advice) = self.advice() {
            text += &format!("; {advice}");
        }
        Error::new(ErrorKind::Dialect, text)
    }

    /// The error for a peer that speaks a dialect which no blocking server does.
    #[cfg(feature = "blocking")]
    #[cold]
    pub(crate) fn not_spoken_without_runtime(self) -> Error {
        if let Dialect::Plain(..) | Dialect::Sasl | Dialect::Tls = self {
            return self.not_spoken();
        }
        let advice = match self {
            // The advice for other foreign dialects holds here, too: it names what blocking servers
            // also speak, or what no server does.
            Dialect::Foreign(Foreign::Http2) => "have it speak framed Thrift",
            Dialect::Foreign(foreign) => foreign.advice(),
            _ => "have it speak framed Thrift, or use the server on tokio",
        };
        let text =
            format!("the peer speaks {self}, which a blocking server does not speak; {advice}");
        Error::new(ErrorKind::Dialect, text)
    }

    /// The error for a peer that speaks a dialect within itself.
    #[cfg(any(feature = "tokio", all(feature = "blocking", feature = "tls")))]
    #[cold]
    pub(crate) fn within_itself(self) -> Error {
        Error::new(ErrorKind::Dialect, format!("the peer speaks {self} within {self}"))
    }

    /// What whoever runs the server or the peer can do about a dialect that is not spoken, though
    /// all that it takes is built in.
    fn advice(self) -> Option<&'static str> {
        match self {
            Dialect::Sasl => Some("set `sasl` on the server, or connect without SASL"),
            Dialect::Tls => Some("set `tls` on the server, or connect without TLS"),
            Dialect::Foreign(foreign) => Some(foreign.advice()),
            _ => None,
        }
    }

    /// The error for a peer that speaks a dialect in another framing than the one that is required.
    #[cold]
    pub(crate) fn not_wanted(self, wanted: Framing) -> Error {
        let text = format!("the peer speaks {self}; this server takes {wanted} only");
        Error::new(ErrorKind::Dialect, text)
    }

    /// The error for a peer that speaks a dialect in SASL's frames in which nobody does.
    #[cfg(feature = "sasl")]
    #[cold]
    pub(crate) fn not_in_sasl(self) -> Error {
        let text =
            format!("the peer speaks {self} within SASL, whose frames must contain plain messages");
        Error::new(ErrorKind::Dialect, text)
    }

    /// Whether calls may come in it without SASL.
    #[cfg(feature = "sasl")]
    pub(crate) fn is_outside_of_sasl(self) -> bool {
        !matches!(self, Dialect::Sasl | Dialect::Tls | Dialect::Zlib)
    }

    /// The feature that the dialect needs, if this crate was built without it.
    fn missing_feature(self) -> Option<&'static str> {
        match self {
            Dialect::Plain(Encoding::Compact, _) if !cfg!(feature = "compact") => Some("compact"),
            Dialect::Plain(Encoding::Json, _) if !cfg!(feature = "json") => Some("json"),
            Dialect::Header | Dialect::HeaderInFrames | Dialect::TtHeader
                if !cfg!(feature = "header") =>
            {
                Some("header")
            }
            Dialect::Http if !cfg!(feature = "http") => Some("http"),
            Dialect::Sasl if !cfg!(feature = "sasl") => Some("sasl"),
            Dialect::Tls if !cfg!(feature = "tls") => Some("tls"),
            Dialect::Zlib if !cfg!(feature = "zlib") => Some("zlib"),
            _ => None,
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dialect::Plain(encoding, framing) => write!(f, "{encoding} {framing}"),
            Dialect::Header => f.write_str("THeader"),
            Dialect::HeaderInFrames => f.write_str("THeader in frames"),
            Dialect::TtHeader => f.write_str("TTHeader"),
            Dialect::Http => f.write_str("HTTP"),
            Dialect::Sasl => f.write_str("SASL"),
            Dialect::Tls => f.write_str("TLS"),
            Dialect::Zlib => f.write_str("zlib"),
            Dialect::Foreign(foreign) => write!(f, "{foreign}"),
        }
    }
}

#[cold]
fn unknown([a, b, c, d]: [u8; 4]) -> Error {
    let text =
        format!("the peer does not speak Thrift: it began with {a:02x} {b:02x} {c:02x} {d:02x}");
    Error::new(ErrorKind::Dialect, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_the_dialect_and_no_fewer() {
        use Framing::{Buffered, Framed};
        let binary = |strict, framing| Dialect::Plain(Encoding::Binary { strict }, framing);
        for (bytes, needed, dialect) in [
            (&b"\x80\x01\x00\x01\x00\x00"[..], 2, binary(true, Buffered)),
            (b"\x82\x21\x01", 1, Dialect::Plain(Encoding::Compact, Buffered)),
            (b"[1,\"add\"", 1, Dialect::Plain(Encoding::Json, Buffered)),
            (b"POST / HTTP/1.1", 4, Dialect::Http),
            (b"HTTP/1.1 400 Bad Request", 4, Dialect::Http),
            (b"\x16\x03\x01\x02\x00\x01", 2, Dialect::Tls),
            (b"\x78\x9c\x00\x00", 1, Dialect::Zlib),
            (b"\x00\x00\x00\x20\x80\x01\x00\x01", 6, binary(true, Framed)),
            (b"\x00\x00\x00\x20\x82\x21", 5, Dialect::Plain(Encoding::Compact, Framed)),
            (b"\x00\x00\x00\x20[1", 5, Dialect::Plain(Encoding::Json, Framed)),
            (b"\x00\x00\x00\x20\x00\x00\x00\x03add", 9, binary(false, Framed)),
            (b"\x00\x00\x00\x20\x00\x00\x00\x03\x0fdd", 10, binary(false, Framed)),
            (b"\x00\x00\x00\x20\x00\x00\x00\x1c\x0f\xff\0", 10, Dialect::HeaderInFrames),
            (b"\x00\x00\x00\x20\x10\x00\x00\x00", 6, Dialect::TtHeader),
            (b"\x00\x00\x00\x20\x0f\xff\x00\x00", 6, Dialect::Header),
            (b"\x00\x00\x00\x03add\x01", 5, binary(false, Buffered)),
            (b"\x00\x00\x00\x20\x00\x00\x00\x04find", 9, binary(false, Framed)),
            (b"\x00\x00\x20\x00\x00\x00\x00\x04find", 10, binary(false, Framed)),
            (b"PRI * HTTP/2.0", 4, Dialect::Foreign(Foreign::Http2)),
            (b"PROXY TCP4 1.2.3.4", 4, Dialect::Foreign(Foreign::ProxyProtocol)),
            (b"\r\n\r\n\0\r\nQUIT\n!", 8, Dialect::Foreign(Foreign::ProxyProtocol)),
            (b"\0\0\0\x0f\x7f\0\0\x01tinit check", 6, Dialect::Foreign(Foreign::ThriftMux)),
            (b"\0\0\0\x0f\x44\0\0\x01\0\x01", 6, Dialect::Foreign(Foreign::ThriftMux)),
            (b"\0\0\x51\0\0\0\0\x04\0\0\x01\0\0", 10, Dialect::Foreign(Foreign::Rocket)),
            (b"\x00\x00\x00\x01\x0f\x01", 6, binary(false, Buffered)),
            (b"\x01\x00\x00\x00\x05PLAIN", 5, Dialect::Sasl),
            (b"\x01\x00\x00\x00\x0fSCRAM", 6, Dialect::Sasl),
            (b"\x01\x7f\xff\xff\xffPLAIN", 5, Dialect::Sasl),
            (b"\x04\x00\x00\x00\x13Invalid status -128", 5, Dialect::Sasl),
            (b"\x01\x00\x00\x00\x80\x01\x00\x01", 6, binary(true, Framed)),
            (b"\x01\x00\x00\x00\x00\x00\x00\x03add", 9, binary(false, Framed)),
            (b"\x01\x00\x00\x00\x10SCRAM", 6, Dialect::Sasl),
        ] {
            for end in 0..=bytes.len() {
                let expected = (end >= needed).then_some(dialect);
                assert_eq!(Dialect::detect(&bytes[..end]).unwrap(), expected, "{bytes:02x?}");
            }
        }
    }

    #[test]
    fn what_is_no_length_is_no_dialect() {
        for bytes in [b"\xff\xff\xff\xff", b"\x80\x02\x00\x00", b"SSH-", b"\x10\x00\x00\x00"] {
            assert_eq!(Dialect::detect(&bytes[..3]).unwrap(), None);
            assert_eq!(Dialect::detect(bytes).unwrap_err().kind(), ErrorKind::Dialect);
        }
    }
}
