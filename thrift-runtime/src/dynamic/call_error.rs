//! What calls without generated types fail with.

use std::{error::Error as StdError, fmt};

use super::{Mismatch, UnknownItem, Value};
use crate::error::{Error, escaped};

/// What a call fails with: an exception that the method declares, or anything else.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError {
    /// An exception that the method declares.
    Declared {
        /// Its name in `throws`. A handler may give the name of its type instead.
        name: String,
        /// The exception.
        value: Value,
    },
    /// Any other error: of the connection, of the peer, or an undeclared one of the handler.
    Other(Error),
}

impl CallError {
    /// An exception that a handler's method declares, by its name in `throws` or that of its type.
    ///
    /// ```
    /// use thrift_runtime::{args, dynamic::CallError};
    ///
    /// let error = CallError::declared("NotFound", args! { message: "no such book" });
    /// assert!(matches!(error, CallError::Declared { .. }));
    /// ```
    pub fn declared(name: impl Into<String>, value: impl Into<Value>) -> Self {
        CallError::Declared { name: name.into(), value: value.into() }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Declared { name: _, value } => {
                write!(f, "{}", escaped(&format!("{value:?}")))
            }
            CallError::Other(error) => error.fmt(f),
        }
    }
}

impl StdError for CallError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            CallError::Declared { .. } => None,
            CallError::Other(error) => error.source(),
        }
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        CallError::Other(error)
    }
}

impl From<Mismatch> for CallError {
    fn from(mismatch: Mismatch) -> Self {
        CallError::Other(mismatch.into())
    }
}

impl From<UnknownItem> for CallError {
    fn from(unknown: UnknownItem) -> Self {
        let kind = crate::error::ErrorKind::Unsupported;
        CallError::Other(Error::new(kind, unknown.to_string()))
    }
}
