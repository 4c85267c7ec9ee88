//! What peers may speak that nobody here does: enough of it to tell them, and the operator, what to
//! change.

use std::fmt;

/// A transport that is known by its first bytes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foreign {
    Http2,
    /// What a load balancer writes before the bytes of its clients.
    ProxyProtocol,
    /// fbthrift's transport, which is RSocket.
    Rocket,
    /// Finagle's transport.
    ThriftMux,
}

/// SETTINGS, empty, and GOAWAY with the code HTTP_1_1_REQUIRED (RFC 9113, sections 6.5, 6.8 and 7).
const HTTP_2: &[u8] = b"\0\0\0\x04\0\0\0\0\0\
    \0\0\x21\x07\0\0\0\0\0\0\0\0\0\0\0\0\x0dthis port speaks HTTP/1.1";
/// The same, of a server without HTTP/1.1.
const HTTP_2_WITHOUT_HTTP: &[u8] = b"\0\0\0\x04\0\0\0\0\0\
    \0\0\x2a\x07\0\0\0\0\0\0\0\0\0\0\0\0\x0dthis server speaks Thrift, no HTTP";
/// An ERROR of the connection with the code UNSUPPORTED_SETUP (RSocket's protocol, "ERROR Frame").
const ROCKET: &[u8] =
    b"\0\0\x3b\0\0\0\0\x2c\0\0\0\0\x02this server speaks no Rocket; use THeader instead";
/// An Rerr to the first tag (Finagle's `Message.scala`).
const MUX: &[u8] =
    b"\0\0\0\x3e\x80\0\0\x01this server speaks no ThriftMux; use framed Thrift instead";

impl Foreign {
    /// Detects one from the first bytes of a connection, which are no method's name: `None` if more
    /// may tell, or it is another.
    ///
    /// ```text
    /// "PRI "               HTTP/2
    /// "PROX", 0d 0a 0d 0a 00 0d 0a 51
    ///                      PROXY protocol, version 1 and 2
    /// length 02 00, length 41 00, length 44 00, length 7f 00, length 80 00
    ///                      ThriftMux: a type of message, and the tag 0 to 65,535
    /// length 00 00 00 00 04 .. 00
    ///                      Rocket: the length in three bytes, stream 0, a SETUP, its flags, version 1.0
    /// ```
    pub(crate) fn detect(bytes: &[u8]) -> Option<Foreign> {
        match bytes {
            [b'P', b'R', b'I', b' ', ..] => Some(Foreign::Http2),
            [b'P', b'R', b'O', b'X', ..] | [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, ..] => {
                Some(Foreign::ProxyProtocol)
            }
            [0x00, _, _, _, 0x02 | 0x41 | 0x44 | 0x7f | 0x80, 0x00, ..] => Some(Foreign::ThriftMux),
            [0x00, _, _, 0x00, 0x00, 0x00, 0x00, 0x04..=0x07, _, 0x00, ..] => Some(Foreign::Rocket),
            _ => None,
        }
    }

    /// Whether bytes could yet become one.
    pub(crate) fn may_follow(bytes: &[u8]) -> bool {
        matches!(
            bytes,
            [0x00, _, _, _, 0x02 | 0x41 | 0x44 | 0x7f | 0x80]
                | [0x00, _, _, 0x00, 0x00, 0x00, 0x00, 0x04..=0x07, _]
        )
    }

    /// What whoever runs the peer can do.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Foreign::Http2 => {
                "have it speak HTTP/1.1, or mount the processor in an HTTP/2 server with HttpService"
            }
            Foreign::ProxyProtocol => "switch it off in the load balancer",
            Foreign::Rocket => "have it speak THeader",
            Foreign::ThriftMux => "have it speak framed Thrift",
        }
    }

    /// The bytes that tell the peer, as far as there are any.
    pub(crate) fn notice(self, speaks_http: bool) -> &'static [u8] {
        match self {
            Foreign::Http2 if speaks_http => HTTP_2,
            Foreign::Http2 => HTTP_2_WITHOUT_HTTP,
            Foreign::ProxyProtocol => &[],
            Foreign::Rocket => ROCKET,
            Foreign::ThriftMux => MUX,
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Foreign::Http2 => "HTTP/2",
            Foreign::ProxyProtocol => "the PROXY protocol",
            Foreign::Rocket => "Rocket",
            Foreign::ThriftMux => "ThriftMux",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_are_as_long_as_they_say() {
        let length =
            |bytes: &[u8]| bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        assert_eq!(length(&ROCKET[..3]), ROCKET.len() - 3);
        assert_eq!(length(&MUX[..4]), MUX.len() - 4);
        for notice in [HTTP_2, HTTP_2_WITHOUT_HTTP] {
            let (settings, away) = notice.split_at(9);
            assert_eq!(length(&settings[..3]), 0);
            assert_eq!(length(&away[..3]), away.len() - 9);
        }
    }
}
