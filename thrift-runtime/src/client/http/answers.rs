//! What HTTP responses declare about themselves.

use hyper::{
    HeaderMap, StatusCode,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};

use crate::{
    error::{Error, ErrorKind, escaped},
    transport::http::{DELIVERY, REFUSED},
};

/// The header that Envoy adds if it has dropped the request because of overload or maintenance.
const ENVOY_OVERLOADED: HeaderName = HeaderName::from_static("x-envoy-overloaded");
const TRUE: HeaderValue = HeaderValue::from_static("true");

/// The content type of a response.
fn content_type(headers: &HeaderMap) -> &[u8] {
    headers.get(CONTENT_TYPE).map_or(b"", |value| value.as_bytes())
}

/// Whether a response declares that it is a message: `application/x-thrift`, or a type such as
/// `application/vnd.apache.thrift.binary`.
pub(super) fn is_thrift(headers: &HeaderMap) -> bool {
    content_type(headers).windows(6).any(|word| word.eq_ignore_ascii_case(b"thrift"))
}

/// Whether a response declares that it is text for people.
pub(super) fn is_text(headers: &HeaderMap) -> bool {
    content_type(headers).get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"text/"))
}

/// The error for a response that is not a reply, such as a login page.
#[cold]
pub(super) fn not_thrift(headers: &HeaderMap, body: &[u8]) -> Error {
    let kind = match content_type(headers) {
        b"" => "something without a content type".to_owned(),
        kind => escaped(kind).up_to(100).to_string(),
    };
    let body = escaped(body.trim_ascii()).up_to(200);
    let text = format!("the HTTP server answered with {kind} in place of a Thrift message: {body}");
    Error::new(ErrorKind::Dialect, text)
}

/// Whether a response says that the call was not processed: by a status that concerns only the
/// request, or by a header.
///
/// The status 503 alone does not say so: a gateway also answers with it if its connection to the
/// server broke after the call was sent. It does if the gateway says that it has not sent the call.
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
