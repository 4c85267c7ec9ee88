//! What a peer is told whose dialect is not spoken here, in that dialect.

use super::dialect::Dialect;

/// The record of a fatal alert, that the handshake failed.
const TLS: &[u8] = &[0x15, 3, 3, 0, 2, 2, 40];

const HTTP: &[u8] = b"HTTP/1.1 501 Not Implemented\r\n\
    Content-Type: text/plain\r\n\
    Content-Length: 35\r\n\
    Connection: close\r\n\
    \r\n\
    this server speaks Thrift, no HTTP\n";

impl Dialect {
    /// The bytes that tell a peer that it is on the wrong port, if it can be told.
    pub(crate) fn notice(self) -> &'static [u8] {
        match self {
            Dialect::Tls => TLS,
            Dialect::Http => HTTP,
            Dialect::Plain(..) | Dialect::Header | Dialect::Zlib => &[],
        }
    }
}
