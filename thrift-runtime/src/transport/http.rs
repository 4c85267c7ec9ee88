//! What clients and servers over HTTP share.

use std::{error::Error as StdError, io, iter, pin::pin};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use http_body_util::{BodyExt, LengthLimitError};
use hyper::{
    HeaderMap,
    body::Body,
    header::{HeaderName, HeaderValue},
};

use crate::{
    call::Headers,
    error::{Error, ErrorKind, Result},
};

/// The error of a body, of whatever program.
pub(crate) type BodyError = Box<dyn StdError + Send + Sync>;

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

/// The header of a response that is no reply, if it says [`REFUSED`].
pub(crate) const DELIVERY: HeaderName = HeaderName::from_static("thrift-delivery");

/// The server did not process the call.
pub(crate) const REFUSED: HeaderValue = HeaderValue::from_static("refused");

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
pub(crate) async fn read_body<B>(body: B, limit: usize) -> Result<Bytes>
where
    B: Body,
    B::Error: Into<BodyError>,
{
    let mut bytes = BytesMut::new();
    read_body_into(&mut bytes, body, limit, |_| Ok(())).await?;
    Ok(bytes.freeze())
}

/// The same, with a check of the length so far whenever more has come.
pub(crate) async fn read_body_into<B>(
    bytes: &mut BytesMut,
    body: B,
    limit: usize,
    mut check: impl FnMut(usize) -> Result<()>,
) -> Result<()>
where
    B: Body,
    B::Error: Into<BodyError>,
{
    let mut body = pin!(body);
    if body.size_hint().lower() > limit as u64 {
        return Err(too_long(limit));
    }
    let has_length = body.size_hint().exact().is_some();
    loop {
        let frame = match body.frame().await {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => {
                let error = error.into();
                match has_length || !is_end(&*error) {
                    true => return Err(unreadable(error)),
                    false => return Ok(()),
                }
            }
            None => return Ok(()),
        };
        if let Ok(data) = frame.into_data() {
            if data.remaining() > limit - bytes.len() {
                return Err(too_long(limit));
            }
            bytes.put(data);
            check(bytes.len())?;
        }
    }
}

/// An error, and those that it comes from.
fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    iter::successors(Some(error), |&error| error.source())
}

/// Whether the error is the end of the connection.
fn is_end(error: &(dyn StdError + 'static)) -> bool {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::UnexpectedEof)
}

/// Converts the error of a body, which may be hyper's, or that of a program around it.
#[cold]
fn unreadable(error: BodyError) -> Error {
    let error = match error.downcast::<hyper::Error>() {
        Ok(error) => return failed(*error),
        Err(error) => error,
    };
    let text = causes(&*error).map(ToString::to_string).collect::<Vec<_>>().join(": ");
    match causes(&*error).any(|cause| cause.is::<LengthLimitError>()) {
        true => Error::limit(text),
        false => Error::new(ErrorKind::Closed, text),
    }
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
