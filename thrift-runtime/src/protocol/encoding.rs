//! Names of protocols.

use std::fmt;

/// The name of a protocol, whether or not it is built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// The binary protocol, in the strict form or the older one.
    Binary {
        /// Whether messages begin with a version number.
        strict: bool,
    },
    /// The compact protocol.
    Compact,
    /// The JSON protocol.
    Json,
}

impl Encoding {
    /// Whether it is the same protocol, strict or not.
    pub(crate) fn is_like(self, other: Encoding) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Encoding::Binary { .. } => "binary",
            Encoding::Compact => "compact",
            Encoding::Json => "JSON",
        })
    }
}
