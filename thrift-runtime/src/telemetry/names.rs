//! What calls and their outcomes are called in traces and metrics.
//!
//! All that is named here comes from this program or from a small set, so that no peer makes new names.

use std::{borrow::Cow, fmt};

use crate::{
    call::{Method, Outcome},
    error::{ApplicationErrorKind, Error, ErrorKind},
};

/// `rpc.system.name`. The conventions have no value for Thrift, and leave others to their systems.
pub(super) const SYSTEM: &str = "thrift";

/// What stands for a name that is not known beforehand.
pub(super) const OTHER: &str = "_OTHER";

/// `error.type` of a call that nobody waited for any more.
pub(super) const CANCELLED: &str = "cancelled";

/// Numbers of application exceptions that are named. Programs use those of HTTP, for instance.
const NAMED_KINDS: std::ops::Range<i32> = 0..1000;

/// `rpc.method`: `Service/method`, if the method is part of this program.
pub(super) struct MethodText<'a>(pub(super) Option<&'a Method>);

impl<'a> MethodText<'a> {
    /// That of a request.
    pub(super) fn of(method: &'a Method) -> Self {
        MethodText(method.is_predefined().then_some(method))
    }
}

impl fmt::Display for MethodText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str(OTHER),
            Some(method) => {
                if let Some(service) = method.service() {
                    write!(f, "{service}/")?;
                }
                f.write_str(method.name())
            }
        }
    }
}

/// `rpc.response.status_code`; `None` if no answer came.
pub(super) fn status(outcome: &Outcome) -> Option<Cow<'static, str>> {
    Some(match *outcome {
        Outcome::Returned => "OK".into(),
        Outcome::Declared { .. } => "EXCEPTION".into(),
        Outcome::Failed(kind) | Outcome::Refused(kind) => application(kind),
        Outcome::Lost => return None,
    })
}

/// `error.type`; `None` if the call returned.
pub(super) fn error_type(outcome: &Outcome, error: Option<&Error>) -> Option<Cow<'static, str>> {
    Some(match *outcome {
        Outcome::Returned => return None,
        Outcome::Declared { name: "", .. } => OTHER.into(),
        Outcome::Declared { name, .. } => name.into(),
        Outcome::Failed(kind) | Outcome::Refused(kind) => application(kind),
        Outcome::Lost => error.map_or(OTHER, |error| lost(error.kind())).into(),
    })
}

/// An application exception, as Apache's libraries spell its kind.
fn application(kind: ApplicationErrorKind) -> Cow<'static, str> {
    match kind.name() {
        Some(name) => name.replace(' ', "_").to_ascii_uppercase().into(),
        None if NAMED_KINDS.contains(&kind.0) => kind.0.to_string().into(),
        None => OTHER.into(),
    }
}

/// Why no answer came.
fn lost(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Io => "io",
        ErrorKind::Timeout => "timeout",
        ErrorKind::ConnectTimeout => "connect_timeout",
        ErrorKind::Closed => "closed",
        ErrorKind::Truncated => "truncated",
        ErrorKind::Malformed => "malformed",
        ErrorKind::Limit => "limit",
        ErrorKind::MissingField => "missing_field",
        ErrorKind::ElementType => "element_type",
        ErrorKind::Dialect => "dialect",
        ErrorKind::Sasl => "sasl",
        ErrorKind::Tls => "tls",
        ErrorKind::Status => "status",
        ErrorKind::Unsupported => "unsupported",
        ErrorKind::WrongReply => "wrong_reply",
        ErrorKind::MissingResult => "missing_result",
        ErrorKind::Declared => "declared",
        ErrorKind::Internal => "internal",
        ErrorKind::Application => "application",
        ErrorKind::Unwritable => "unwritable",
        ErrorKind::Overloaded => "overloaded",
        ErrorKind::Layer => "layer",
    }
}
