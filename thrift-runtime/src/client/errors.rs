//! The errors of calls that fail in transport.

use std::{sync::Arc, time::Duration};

use crate::{
    call::Request,
    error::{Error, ErrorKind},
    protocol::Encoding,
};

/// The error for a call that has taken too long after it was accepted. It may still be sent.
#[cold]
pub(super) fn late<P>(request: &Request<'_, P>, timeout: Option<Duration>) -> Error {
    if request.is_oneway() {
        return unsent(request, timeout);
    }
    let (method, patience) = (request.method().name(), timeout.unwrap_or_default());
    Error::new(ErrorKind::Timeout, format!("no reply to {method} came within {patience:?}"))
}

/// The error for a call that could not be accepted in time.
#[cold]
pub(super) fn not_sent<P>(request: &Request<'_, P>, timeout: Option<Duration>) -> Error {
    unsent(request, timeout).not_sent()
}

fn unsent<P>(request: &Request<'_, P>, timeout: Option<Duration>) -> Error {
    let (method, patience) = (request.method().name(), timeout.unwrap_or_default());
    Error::new(ErrorKind::Timeout, format!("{method} was not sent within {patience:?}"))
}

/// The error for a call that was in flight when its connection ended. It may
/// have been `sent`.
#[cold]
pub(super) fn lost(cause: &Arc<Error>, sent: bool) -> Error {
    let kind = match cause.kind() {
        ErrorKind::Io | ErrorKind::Closed | ErrorKind::Timeout => ErrorKind::Closed,
        kind => kind,
    };
    let text = match (kind, sent) {
        (_, false) => "the connection was lost before the call was sent",
        (ErrorKind::Closed, true) => "the connection was lost before the reply came",
        (_, true) => "",
    };
    let error = Error::with_source(kind, text, Arc::clone(cause));
    if sent { error } else { error.not_sent() }
}

/// The error for a peer that answers in another protocol.
#[cold]
pub(super) fn other_protocol(theirs: Encoding, ours: Encoding) -> Error {
    let text =
        format!("the peer answered in the {theirs} protocol; this client speaks the {ours} one");
    Error::new(ErrorKind::Dialect, text)
}
