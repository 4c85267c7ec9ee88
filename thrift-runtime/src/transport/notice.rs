//! What peers are told, in their own dialect, if it is not spoken here.

use super::dialect::Dialect;

/// A TLS record with the fatal alert `handshake_failure`.
const TLS: &[u8] = &[0x15, 3, 3, 0, 2, 2, 40];

const HTTP: &[u8] = b"HTTP/1.1 501 Not Implemented\r\n\
    Content-Type: text/plain\r\n\
    Content-Length: 35\r\n\
    Connection: close\r\n\
    \r\n\
    this server speaks Thrift, no HTTP\n";

impl Dialect {
    /// The bytes that tell a peer that it is on the wrong port, as far as the dialect has any.
    pub(crate) fn notice(self) -> &'static [u8] {
        match self {
            Dialect::Tls => TLS,
            Dialect::Http => HTTP,
            Dialect::Foreign(foreign) => foreign.notice(),
            _ => &[],
        }
    }
}
