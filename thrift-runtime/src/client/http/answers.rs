//! What responses say of themselves.

use hyper::{
    HeaderMap, StatusCode,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};

use crate::{
    error::{Error, ErrorKind, escaped},
    transport::http::{DELIVERY, REFUSED},
};

/// What Envoy adds if it has dropped the request, for want of room or for maintenance.
const ENVOY_OVERLOADED: HeaderName = HeaderName::from_static("x-envoy-overloaded");
const TRUE: HeaderValue = HeaderValue::from_static("true");

/// What a response says that its body is.
fn content_type(headers: &HeaderMap) -> &[u8] {
    headers.get(CONTENT_TYPE).map_or(b"", |value| value.as_bytes())
}

/// Whether a response says that it is a message: `application/x-thrift`, or a type like
/// `application/vnd.apache.thrift.binary`.
pub(super) fn is_thrift(headers: &HeaderMap) -> bool {
    content_type(headers).windows(6).any(|word| word.eq_ignore_ascii_case(b"thrift"))
}

/// Whether a response says that it is for people.
pub(super) fn is_text(headers: &HeaderMap) -> bool {
    content_type(headers).get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"text/"))
}

/// The error for an answer that is none, such as a page to log in.
#[cold]
pub(super) fn not_thrift(headers: &HeaderMap, body: &[u8]) -> Error {
    let kind = match content_type(headers) {
        b"" => "something without a content type".to_owned(),
        kind => escaped(kind).up_to(100).to_string(),
    };
    let body = escaped(body.trim_ascii()).up_to(200);
    let text = format!("the HTTP server answered with {kind}, which is not Thrift: {body}");
    Error::new(ErrorKind::Dialect, text)
}

/// Whether a response says that the call was not processed: by a status that is about the request
/// alone, or by a header.
///
/// That a service is unavailable does not say so. It is also what a gateway answers whose connection to
/// the server broke after the call was sent, unless it says that it never sent it.
pub(super) fn is_refusal(status: StatusCode, headers: &HeaderMap) -> bool {
    let says = |name: &HeaderName, what: &HeaderValue| headers.get(name) == Some(what);
    let is_unavailable = status == StatusCode::SERVICE_UNAVAILABLE;
    if is_unavailable && (says(&DELIVERY, &REFUSED) || says(&ENVOY_OVERLOADED, &TRUE)) {
        return true;
    }
    matches!(
        status,
        StatusCode::UNAUTHORIZED
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::NOT_ACCEPTABLE
            | StatusCode::PROXY_AUTHENTICATION_REQUIRED
            | StatusCode::LENGTH_REQUIRED
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::URI_TOO_LONG
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::EXPECTATION_FAILED
            | StatusCode::MISDIRECTED_REQUEST
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
    )
}
