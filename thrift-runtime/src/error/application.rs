//! The exception that a server answers with if there is no result and no declared exception.

use std::{error::Error as StdError, fmt};

use super::escaped;
use crate::{
    error::Result,
    value::{DecodeStruct, EncodeStruct, Field, StructReader, StructWriter},
};

/// The type of an [`ApplicationException`]: any number, with constants for those that Thrift names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ApplicationErrorKind(pub i32);

impl ApplicationErrorKind {
    /// No particular type.
    pub const UNKNOWN: Self = Self(0);
    /// The service has no method of that name.
    pub const UNKNOWN_METHOD: Self = Self(1);
    /// The message is neither a call nor a oneway call.
    pub const INVALID_MESSAGE_TYPE: Self = Self(2);
    /// The reply names another method than the call.
    pub const WRONG_METHOD_NAME: Self = Self(3);
    /// The reply carries another sequence id than the call.
    pub const BAD_SEQUENCE_ID: Self = Self(4);
    /// The reply has neither a result nor a declared exception.
    pub const MISSING_RESULT: Self = Self(5);
    /// The handler failed.
    pub const INTERNAL_ERROR: Self = Self(6);
    /// The contents of the message could not be read.
    pub const PROTOCOL_ERROR: Self = Self(7);
    /// A THeader transform is unknown.
    pub const INVALID_TRANSFORM: Self = Self(8);
    /// The protocol is unknown or not allowed.
    pub const INVALID_PROTOCOL: Self = Self(9);
    /// This type of client is not served.
    pub const UNSUPPORTED_CLIENT_TYPE: Self = Self(10);
    /// The server is overloaded, and has not processed the call. Facebook's Thrift has the same
    /// number for it.
    pub const OVERLOADED: Self = Self(11);
    /// The server gave the call up, as it took too long. Facebook's Thrift has the same number for it.
    pub const TIMEOUT: Self = Self(12);

    /// The type's name, if Thrift names it.
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::UNKNOWN => "unknown",
            Self::UNKNOWN_METHOD => "unknown method",
            Self::INVALID_MESSAGE_TYPE => "invalid message type",
            Self::WRONG_METHOD_NAME => "wrong method name",
            Self::BAD_SEQUENCE_ID => "bad sequence id",
            Self::MISSING_RESULT => "missing result",
            Self::INTERNAL_ERROR => "internal error",
            Self::PROTOCOL_ERROR => "protocol error",
            Self::INVALID_TRANSFORM => "invalid transform",
            Self::INVALID_PROTOCOL => "invalid protocol",
            Self::UNSUPPORTED_CLIENT_TYPE => "unsupported client type",
            Self::OVERLOADED => "overloaded",
            Self::TIMEOUT => "timeout",
            _ => return None,
        })
    }
}

/// Thrift's `TApplicationException`: what a server answers a call with if there is no result and no
/// declared exception.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ApplicationException {
    message: String,
    kind: i32,
}

impl ApplicationException {
    /// Makes an exception with a text for people to read.
    pub fn new(kind: ApplicationErrorKind, message: impl Into<String>) -> Self {
        ApplicationException { message: message.into(), kind: kind.0 }
    }

    /// The kind.
    pub fn kind(&self) -> ApplicationErrorKind {
        ApplicationErrorKind(self.kind)
    }

    /// The text for people to read, which may be empty.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ApplicationException {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind().name() {
            Some(name) => f.write_str(name)?,
            None => write!(f, "application exception {}", self.kind)?,
        }
        if !self.message.is_empty() {
            write!(f, ": {}", escaped(&self.message))?;
        }
        Ok(())
    }
}

impl StdError for ApplicationException {}

impl EncodeStruct for ApplicationException {
    const NAME: &'static str = "TApplicationException";
    const FIELDS: &'static [Field] = &[Field::new(1, "message"), Field::new(2, "type")];

    #[inline]
    fn write<W: StructWriter>(&self, w: &mut W) {
        w.field(1, &self.message);
        w.field(2, &self.kind);
    }
}

impl<'de> DecodeStruct<'de> for ApplicationException {
    #[inline]
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        r.next_or_default(1, &mut self.message)?;
        r.next_or_default(2, &mut self.kind)?;
        while let Some(header) = r.header()? {
            match header.id {
                1 => r.read(header, &mut self.message)?,
                2 => r.read(header, &mut self.kind)?,
                _ => r.skip(header)?,
            };
        }
        Ok(())
    }
}

crate::value::struct_value!(ApplicationException);
