//! What clients and servers over HTTP share.

use std::{error::Error as _, io};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::{
    HeaderMap,
    body::{Body, Incoming},
    header::{HeaderName, HeaderValue},
};

use crate::{
    call::Headers,
    error::{Error, ErrorKind, Result},
};

/// The content type of a message, in any protocol.
pub(crate) const CONTENT_TYPE: &str = "application/x-thrift";

/// The headers of a request or a response; values of one name are joined, as HTTP allows.
pub(crate) fn headers(map: &HeaderMap) -> Headers {
    let mut headers = Headers::default();
    for name in map.keys() {
        let values: Vec<_> = map
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        headers.push(name.as_str().to_owned(), values.join(", "));
    }
    headers
}

/// Headers for a response. Those that HTTP does not allow are left out, and those that a gateway hands
/// on though they are not about its own message.
pub(crate) fn header_map(headers: &Headers) -> HeaderMap {
    let allowed = headers.iter().filter_map(|(name, value)| {
        let name = HeaderName::try_from(name).ok()?;
        let value = HeaderValue::try_from(value).ok()?;
        (!is_of_one_message(&name)).then_some((name, value))
    });
    allowed.collect()
}

/// Whether a header says how a message travels, so that it means nothing in another.
pub(crate) fn is_of_one_message(name: &HeaderName) -> bool {
    let name = name.as_str();
    matches!(
        name,
        "connection"
            | "content-length"
            | "expect"
            | "keep-alive"
            | "proxy-connection"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
    )
}

/// Reads a body of at most `limit` bytes.
///
/// A body without a length ends with the connection, even if there is no close_notify from TLS:
/// many peers leave that out, and a message that was cut off is noticed anyway.
///
/// # Errors
///
/// If it is longer, or is cut off.
pub(crate) async fn read_body(body: Incoming, limit: usize) -> Result<Bytes> {
    let mut bytes = BytesMut::new();
    read_body_into(&mut bytes, body, limit, |_| Ok(())).await?;
    Ok(bytes.freeze())
}

/// The same, with a check of the length so far whenever more has come.
pub(crate) async fn read_body_into(
    bytes: &mut BytesMut,
    mut body: Incoming,
    limit: usize,
    mut check: impl FnMut(usize) -> Result<()>,
) -> Result<()> {
    if body.size_hint().lower() > limit as u64 {
        return Err(too_long(limit));
    }
    let has_length = body.size_hint().exact().is_some();
    loop {
        let frame = match body.frame().await {
            Some(Ok(frame)) => frame,
            Some(Err(error)) if has_length || !is_end(&error) => return Err(failed(error)),
            Some(Err(_)) | None => return Ok(()),
        };
        if let Ok(data) = frame.into_data() {
            if data.len() > limit - bytes.len() {
                return Err(too_long(limit));
            }
            bytes.extend_from_slice(&data);
            check(bytes.len())?;
        }
    }
}

/// Whether the error is the end of the connection.
fn is_end(error: &hyper::Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    source.is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof)
}

#[cold]
fn too_long(limit: usize) -> Error {
    Error::limit(format!("an HTTP body exceeds the limit of {limit} bytes"))
}

/// Converts an error of hyper.
#[cold]
pub(crate) fn failed(error: hyper::Error) -> Error {
    let kind = if error.is_timeout() {
        ErrorKind::Timeout
    } else if error.is_parse() {
        ErrorKind::Malformed
    } else {
        ErrorKind::Closed
    };
    // Its own text leaves the cause out.
    match error.source() {
        Some(cause) => Error::new(kind, format!("{error}: {cause}")),
        None => Error::with_source(kind, "", error),
    }
}
