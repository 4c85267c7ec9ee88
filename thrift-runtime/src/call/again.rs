//! Which calls may be sent again after they have failed.

use super::Response;
use crate::{
    error::{ApplicationErrorKind, Delivery, Error, ErrorKind},
    protocol::Protocol,
    transport::usual::Ended,
};

/// Whether an answer is that the server has too much to do.
pub(crate) fn is_overload(error: &Error) -> bool {
    error.as_application().is_some_and(|e| e.kind() == ApplicationErrorKind::OVERLOADED)
}

/// Whether another attempt may end better than one that failed, and does no harm.
pub(crate) fn may_be_sent_again(kind: ErrorKind, delivery: Delivery, idempotent: bool) -> bool {
    let on_the_way = matches!(
        kind,
        ErrorKind::Io
            | ErrorKind::Timeout
            | ErrorKind::ConnectTimeout
            | ErrorKind::Closed
            | ErrorKind::Overloaded
    );
    on_the_way && (delivery != Delivery::Possible || idempotent)
}

/// What the end of a call tells about its server.
pub(crate) fn ended<P: Protocol>(sent: &Result<Response<P>, Error>, oneway: bool) -> Ended {
    match sent {
        Err(error) if error.is_timeout() => Ended::Late,
        Err(_) => Ended::Untold,
        Ok(_) if oneway => Ended::Untold,
        Ok(response) => match response.exception().as_ref().and_then(Error::as_application) {
            Some(exception) if is_servers_fault(exception.kind()) => Ended::Failed,
            _ => Ended::Answered,
        },
    }
}

/// Whether another server might have answered otherwise.
fn is_servers_fault(kind: ApplicationErrorKind) -> bool {
    [ApplicationErrorKind::OVERLOADED, ApplicationErrorKind::INTERNAL_ERROR].contains(&kind)
}
