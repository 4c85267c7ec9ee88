//! Messages in frames with headers.

use bytes::Bytes;

use super::errors::other_protocol;
use crate::{
    call::Headers,
    error::{Error, ErrorKind, Result},
    protocol::{Encoding, Limits},
    transport::header::{self, Opened},
};

/// Takes a message and its headers out of a frame, which is given without its length.
///
/// # Errors
///
/// If it cannot be read, or is in another protocol than `ours`.
pub(super) fn open(frame: Bytes, ours: Encoding, limits: &Limits) -> Result<(Bytes, Headers)> {
    match header::open(frame, limits)? {
        Opened::Message(envelope, message) if envelope.encoding.is_like(ours) => {
            Ok((message, envelope.headers))
        }
        Opened::Message(envelope, _) => Err(other_protocol(envelope.encoding, ours)),
        Opened::Unreadable(unreadable) => {
            Err(Error::new(ErrorKind::Dialect, unreadable.reason.message().to_owned()))
        }
    }
}
