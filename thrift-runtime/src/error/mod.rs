//! The error type, which is one pointer wide.

mod answer;
mod application;
mod delivery;
mod path;
#[cfg(test)]
mod tests;
mod text;

#[cfg(feature = "dynamic")]
use std::sync::Arc;
use std::{borrow::Cow, error::Error as StdError, fmt, io};

use crate::value::EncodeStruct;

pub(crate) use self::path::Segment;
pub(crate) use self::text::{Escaped, escaped, escaped_name};
pub use self::{
    application::{ApplicationErrorKind, ApplicationException},
    delivery::Delivery,
};

/// A result whose error is [`Error`] by default.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any failure: of a connection, of reading or writing bytes, or of the peer.
///
/// [`kind`](Error::kind) and the predicates tell failures apart. `Display` says what happened and,
/// if bytes could not be decoded, in which field:
///
/// ```
/// use thrift_runtime::{BinaryProtocol, Protocol};
///
/// let error = BinaryProtocol::STRICT.decode::<Vec<String>>(&[11, 0, 0, 0, 1, 0, 0, 0, 2, 104]).unwrap_err();
/// assert!(error.is_truncated());
/// assert_eq!(error.to_string(), "[0]: the input ends within a value");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    /// What became of the call, if its client has said so.
    delivery: Option<Delivery>,
    /// Whether another server has answered with it.
    received: bool,
    /// Whether a caller is told its text, if a handler fails with it.
    told: bool,
    /// What happened; empty where `source` says it.
    message: Cow<'static, str>,
    /// Where in the value, innermost first.
    path: Vec<Segment>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kind of an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system reported an I/O error, which [`Error::get_ref`] gives.
    Io,
    /// A deadline passed: no reply came, or a peer did not go on, in time.
    Timeout,
    /// No connection was made in time, TLS handshake and SASL negotiation included. No call was sent.
    ConnectTimeout,
    /// The connection is closed, or was lost before the reply came.
    Closed,
    /// The input ends within a value or a message.
    Truncated,
    /// The input breaks the protocol's rules.
    Malformed,
    /// A limit was exceeded; see [`Limits`](crate::Limits).
    Limit,
    /// A required field is missing.
    MissingField,
    /// A container's elements have another wire type than declared.
    ElementType,
    /// The peer speaks another protocol or transport than this end.
    Dialect,
    /// A TLS certificate, key or handshake was rejected.
    Tls,
    /// A SASL negotiation failed: a password was refused, for instance.
    Sasl,
    /// An HTTP server answered with a status other than 200.
    Status,
    /// The transport cannot do what it was asked to.
    Unsupported,
    /// A reply answers no call in flight, or names another method.
    WrongReply,
    /// A reply has neither a result nor a declared exception.
    MissingResult,
    /// The peer, or a handler, answered with an [`ApplicationException`].
    Application,
    /// The peer, or a handler, answered with an exception that the method declares, which
    /// [`Error::get_ref`] gives. The method's own error enum becomes one of this kind by `?`.
    Declared,
    /// A handler failed with an error of its own, which [`Error::get_ref`] gives.
    Internal,
    /// The value cannot be written in this protocol.
    Unwritable,
    /// There is too much to do on this side, so that a layer kept the call back.
    Overloaded,
    /// A layer around the client failed with an error of its own, which [`Error::get_ref`] gives.
    Layer,
}

impl Error {
    /// Makes an error of a kind, for your own [`Channel`](crate::Channel),
    /// [`Processor`](crate::Processor) or [`Value`](crate::Value).
    ///
    /// Handlers use [`Error::application`], which also decides what the caller is told. An error of
    /// kind [`Application`](ErrorKind::Application) holds an exception of no particular type.
    ///
    /// ```
    /// use thrift_runtime::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Closed, "the pool has no connection left");
    /// assert!(error.is_closed());
    /// ```
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        if kind == ErrorKind::Application {
            return Error::application(ApplicationErrorKind::UNKNOWN, message);
        }
        Error(Box::new(Inner {
            kind,
            delivery: None,
            received: false,
            told: false,
            message,
            path: Vec::new(),
            source: None,
        }))
    }

    #[cold]
    pub(crate) fn with_source(
        kind: ErrorKind,
        message: impl Into<Cow<'static, str>>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Error(Box::new(Inner {
            kind,
            delivery: None,
            received: false,
            told: false,
            message: message.into(),
            path: Vec::new(),
            source: Some(source.into()),
        }))
    }

    #[cold]
    pub(crate) fn truncated() -> Self {
        Error::new(ErrorKind::Truncated, "the input ends within a value")
    }

    #[cold]
    pub(crate) fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(ErrorKind::Malformed, message)
    }

    #[cold]
    pub(crate) fn limit(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(ErrorKind::Limit, message)
    }

    /// Makes an error for a handler to return. The caller gets `kind` and `message`, as an
    /// application exception. [`Error::internal`] tells nothing of what went wrong.
    ///
    /// ```
    /// use thrift_runtime::{ApplicationErrorKind, Error};
    ///
    /// let error = Error::application(ApplicationErrorKind::INTERNAL_ERROR, "the disk is full");
    /// assert_eq!(error.as_application().unwrap().message(), "the disk is full");
    /// ```
    pub fn application(kind: ApplicationErrorKind, message: impl Into<String>) -> Self {
        ApplicationException::new(kind, message).into()
    }

    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether a connect, handshake, call or idle deadline passed. If it was that for connecting, the
    /// [kind](Error::kind) is [`ConnectTimeout`](ErrorKind::ConnectTimeout), and no call was sent.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Timeout | ErrorKind::ConnectTimeout)
    }

    /// Whether the connection is gone: closed by either side, or reset.
    pub fn is_closed(&self) -> bool {
        self.0.kind == ErrorKind::Closed
    }

    /// Whether the operating system reported an I/O error.
    pub fn is_io(&self) -> bool {
        self.0.kind == ErrorKind::Io
    }

    /// Whether the connection itself has failed, so that nobody may be there any more.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    pub(crate) fn is_of_connection(&self) -> bool {
        self.is_closed() || self.is_io() || self.is_timeout()
    }

    /// Whether the input ends within a value or a message.
    pub fn is_truncated(&self) -> bool {
        self.0.kind == ErrorKind::Truncated
    }

    /// Whether one of the [`Limits`](crate::Limits) was exceeded.
    pub fn is_limit(&self) -> bool {
        self.0.kind == ErrorKind::Limit
    }

    /// Whether the bytes of a message or value could not be read: truncated, malformed, over a
    /// limit, or without a required field.
    pub fn is_decode(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Truncated
                | ErrorKind::Malformed
                | ErrorKind::Limit
                | ErrorKind::MissingField
                | ErrorKind::ElementType
        )
    }

    /// Whether the peer, or a handler, answered with an application exception.
    pub fn is_application(&self) -> bool {
        self.0.kind == ErrorKind::Application
    }

    /// The application exception that the peer answered with, or that a handler failed with.
    pub fn as_application(&self) -> Option<&ApplicationException> {
        match self.0.kind {
            ErrorKind::Application => self.get_ref()?.downcast_ref(),
            _ => None,
        }
    }

    /// The error that this one wraps, such as an [`io::Error`], if there is one.
    ///
    /// Since `Display` includes the wrapped error's text, [`source`](StdError::source) goes on with
    /// *its* source, so that reports of the whole chain do not repeat it. [`io::Error::get_ref`]
    /// works the same way.
    ///
    /// ```
    /// use std::io;
    /// use thrift_runtime::Error;
    ///
    /// let error = Error::from(io::Error::from(io::ErrorKind::ConnectionRefused));
    /// let wrapped = error.get_ref().and_then(|error| error.downcast_ref::<io::Error>());
    /// assert_eq!(wrapped.unwrap().kind(), io::ErrorKind::ConnectionRefused);
    /// ```
    pub fn get_ref(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }

    /// Adds the field of a struct to the path of the failure, or the struct itself between fields. A
    /// struct without a name adds its fields itself.
    #[inline]
    pub(crate) fn within_field<S: EncodeStruct>(self, field: Option<i16>) -> Self {
        match S::NAME.is_empty() {
            true => self,
            false => self.within(Segment::of::<S>(field)),
        }
    }

    /// Likewise, of an IDL that was loaded at run time.
    #[cfg(feature = "dynamic")]
    #[cold]
    pub(crate) fn within_named(self, structure: &Arc<str>, field: Option<&Arc<str>>) -> Self {
        let (structure, field) = (Arc::clone(structure), field.map(Arc::clone));
        self.within(Segment::Loaded { structure, field })
    }

    /// Adds a step of the path to the failure, outside of those before.
    #[cold]
    pub(crate) fn within(mut self, segment: Segment) -> Self {
        self.0.path.push(segment);
        self
    }
}

/// Errors of connections.
#[cfg(any(feature = "blocking", feature = "tokio"))]
impl Error {
    /// What the operating system reported, and of what.
    #[cold]
    pub(crate) fn io(message: impl Into<Cow<'static, str>>, error: io::Error) -> Self {
        let mut error = Error::from(error);
        error.0.message = message.into();
        error
    }

    #[cold]
    pub(crate) fn cut() -> Self {
        Error::new(ErrorKind::Closed, "the peer closed the connection within a message")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outer = path::write_inner(&self.0.path, f)?;
        match (&self.0.source, self.0.message.is_empty()) {
            (Some(source), true) => write!(f, "{source}")?,
            (Some(source), false) => write!(f, "{}: {source}", self.0.message)?,
            (None, _) => f.write_str(&self.0.message)?,
        }
        path::write_outer(outer, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.to_string())
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref()?.source()
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        // A stream of this crate may have passed an error of this crate on.
        let error = match error.downcast::<Error>() {
            Ok(own) => return own,
            Err(error) => error,
        };
        let kind = match error.kind() {
            io::ErrorKind::TimedOut => ErrorKind::Timeout,
            io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::NotConnected
            | io::ErrorKind::UnexpectedEof => ErrorKind::Closed,
            _ => ErrorKind::Io,
        };
        Error::with_source(kind, "", error)
    }
}

impl From<ApplicationException> for Error {
    fn from(exception: ApplicationException) -> Self {
        Error::with_source(ErrorKind::Application, "", exception)
    }
}
