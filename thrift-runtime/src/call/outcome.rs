//! What became of a call.

use std::fmt;

use super::Response;
use crate::{
    error::{ApplicationErrorKind, Result},
    protocol::Protocol,
};

/// What became of a call: on a server what the caller was answered, on a client what the server
/// answered.
///
/// Whether a method is oneway is another matter: its outcome is that of its handler, on a server,
/// though the caller is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It returned; a oneway call was sent, on a client.
    Returned,
    /// It failed with one of the exceptions that the method declares.
    Declared {
        /// The exception's id in the method's `throws`.
        id: i16,
        /// Its name there; empty if that is not known.
        name: &'static str,
    },
    /// The handler failed otherwise, or panicked. On a client, this is any application exception, or
    /// a reply without the result that is due.
    Failed(ApplicationErrorKind),
    /// It was refused before a handler ran: by middleware, for an unknown method, or because its
    /// arguments could not be read.
    Refused(ApplicationErrorKind),
    /// No answer came. The error tells why.
    Lost,
}

impl Outcome {
    /// The outcome of a request: what middleware around a channel counts by.
    ///
    /// ```
    /// use thrift_runtime::{BinaryProtocol, Error, ErrorKind, Outcome, Response};
    ///
    /// let sent: Result<Response<BinaryProtocol>, _> = Err(Error::new(ErrorKind::Closed, "gone"));
    /// assert_eq!(Outcome::of(&sent), Outcome::Lost);
    /// ```
    pub fn of<P: Protocol>(sent: &Result<Response<P>>) -> Self {
        match sent {
            Ok(response) => response.outcome(),
            Err(error) => {
                error.as_application().map_or(Outcome::Lost, |e| Outcome::Failed(e.kind()))
            }
        }
    }

    /// Whether it returned.
    pub fn is_returned(&self) -> bool {
        *self == Outcome::Returned
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = |f: &mut fmt::Formatter<'_>, what, kind: ApplicationErrorKind| match kind.name()
        {
            Some(name) => write!(f, "{what} ({name})"),
            None => write!(f, "{what} (application exception {})", kind.0),
        };
        match *self {
            Outcome::Returned => f.write_str("returned"),
            Outcome::Declared { id, name: "" } => write!(f, "exception {id}"),
            Outcome::Declared { name, .. } => write!(f, "exception {name}"),
            Outcome::Failed(of) => kind(f, "failed", of),
            Outcome::Refused(of) => kind(f, "refused", of),
            Outcome::Lost => f.write_str("lost"),
        }
    }
}
