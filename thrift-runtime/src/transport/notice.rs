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

/// To clients of Hive, no SASL is an option.
const SASL: &[u8] = b"\x03\0\0\0\x3c\
    this server takes no SASL; connect without it (Hive: NOSASL)";
#[cfg(feature = "tls")]
const SASL_WITHOUT_TLS: &[u8] = b"\x03\0\0\0\x1athis server takes TLS only";

impl Dialect {
    /// The same, on a port that takes TLS only, which this is not within.
    #[cfg(feature = "tls")]
    pub(crate) fn notice_without_tls(self) -> &'static [u8] {
        match self {
            Dialect::Sasl => SASL_WITHOUT_TLS,
            _ => self.notice(),
        }
    }

    /// The bytes that tell a peer that it is on the wrong port, as far as the dialect has any.
    pub(crate) fn notice(self) -> &'static [u8] {
        match self {
            Dialect::Tls => TLS,
            Dialect::Http => HTTP,
            Dialect::Sasl => SASL,
            Dialect::Foreign(foreign) => foreign.notice(),
            _ => &[],
        }
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
