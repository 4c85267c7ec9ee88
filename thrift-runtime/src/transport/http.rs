//! What the two sides of HTTP have in common.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::time::timeout;

use crate::error::{Error, ErrorKind, Result};

/// The type of a body that is a message, in whichever protocol.
pub(crate) const CONTENT_TYPE: &str = "application/x-thrift";

/// Reads a body, of at most `limit` bytes, of which some come in every `patience`.
///
/// # Errors
///
/// Where it is longer, does not come in time, or is cut.
pub(crate) async fn read_body(
    mut body: Incoming,
    limit: usize,
    patience: Option<Duration>,
) -> Result<Bytes> {
    if body.size_hint().lower() > limit as u64 {
        return Err(too_long(limit));
    }
    let mut bytes = BytesMut::new();
    loop {
        let frame = match patience {
            None => body.frame().await,
            Some(patience) => timeout(patience, body.frame()).await.map_err(|_| {
                Error::new(ErrorKind::Timeout, "the rest of an HTTP body did not come")
            })?,
        };
        let Some(frame) = frame else { return Ok(bytes.freeze()) };
        if let Ok(data) = frame.map_err(failed)?.into_data() {
            if data.len() > limit - bytes.len() {
                return Err(too_long(limit));
            }
            bytes.extend_from_slice(&data);
        }
    }
}

#[cold]
fn too_long(limit: usize) -> Error {
    Error::limit(format!("an HTTP body exceeds the limit of {limit} bytes"))
}

/// The error for what HTTP could not do.
#[cold]
pub(crate) fn failed(error: hyper::Error) -> Error {
    let kind = if error.is_timeout() {
        ErrorKind::Timeout
    } else if error.is_parse() {
        ErrorKind::Malformed
    } else {
        ErrorKind::Closed
    };
    Error::with_source(kind, "", error)
}
