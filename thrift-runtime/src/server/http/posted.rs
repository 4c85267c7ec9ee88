//! A call that was posted, and the responses to requests: what every server of HTTP does alike.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::Body,
    header::{ALLOW, CONTENT_TYPE, HeaderValue},
};

use crate::{
    call::{Answer, Event, Head, Origin, Peer, Processor},
    error::{Error, ErrorKind, Result},
    protocol::{Encoding, Input, Limits, MessageType, Output, Protocol},
    transport::{
        Framing,
        dialect::Dialect,
        http::{self, BodyError},
        media_type::{ContentType, Stated},
    },
};

/// A call that has arrived in a request.
pub(super) struct Posted<P> {
    protocol: P,
    message: Bytes,
    head: Arc<Head>,
    is_oneway: bool,
    /// That of the reply.
    content_type: HeaderValue,
}

/// Why a request is not answered with a reply.
pub(super) enum Refused {
    /// It is no POST.
    Method,
    /// Nothing is served at its path.
    Path,
    Error(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused::Error(error)
    }
}

impl<P: Protocol> Posted<P> {
    /// Reads a request, and of its message the header.
    ///
    /// # Errors
    ///
    /// If it is no call, or exceeds a limit.
    pub(super) async fn read<B>(
        request: Request<B>,
        limits: &Limits,
        processor: &impl Processor,
    ) -> Result<Self, Refused>
    where
        B: Body,
        B::Error: Into<BodyError>,
    {
        let (head, body) = request.into_parts();
        if !processor.takes_path(head.uri.path()) {
            return Err(Refused::Path);
        }
        if head.method != Method::POST {
            return Err(Refused::Method);
        }
        let content_type = head.headers.get(CONTENT_TYPE);
        let stated = Stated::by(content_type);
        let message = http::read_body(body, limits.message_size).await?;
        let protocol = protocol_of::<P>(stated, &message)?;
        let (header, _) = protocol.read_header(&message, limits)?;
        let is_oneway = header.kind == Ok(MessageType::Oneway);
        drop(header);
        let content_type = match (stated, content_type) {
            (Stated::Thrift | Stated::Protocol(_), Some(value)) => value.clone(),
            _ => ContentType::Thrift.value(protocol.encoding()),
        };
        let (headers, path) = (http::headers(&head.headers), head.uri.path());
        let head = Arc::new(Head { headers, path: Some(path.into()) });
        Ok(Posted { protocol, message, head, is_oneway, content_type })
    }

    /// Whether its sender waits for no reply.
    pub(super) fn is_oneway(&self) -> bool {
        self.is_oneway
    }

    /// The response to a oneway call, which is not done yet.
    pub(super) fn taken(&self) -> Response<Full<Bytes>> {
        self.response(Vec::new())
    }

    /// Has a processor answer.
    ///
    /// # Errors
    ///
    /// If it is no message.
    pub(super) async fn answer<T: Processor>(
        self,
        peer: &Peer,
        limits: &Limits,
        processor: &T,
    ) -> Result<Response<Full<Bytes>>> {
        let origin = Origin { head: Some(&self.head), ..Origin::new(peer, limits) };
        let mut answer = Answer::new(Output::new());
        let input = Input::from(&self.message);
        answer.answer_whole(self.protocol, input, origin, processor).await?;
        let headers = http::header_map(&answer.take_headers());
        let mut response = match answer.has_no_such_path() {
            true => no_such_path(),
            false => self.response(answer.reply.into_vec()),
        };
        for (name, value) in &headers {
            if name != CONTENT_TYPE {
                response.headers_mut().append(name, value.clone());
            }
        }
        Ok(response)
    }

    fn response(&self, reply: Vec<u8>) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::from(reply));
        response.headers_mut().insert(CONTENT_TYPE, self.content_type.clone());
        response
    }
}

/// The protocol of a message: that which its first bytes tell, which the content type must not
/// contradict.
fn protocol_of<P: Protocol>(stated: Stated, message: &[u8]) -> Result<P> {
    let found = match Dialect::detect(message)? {
        Some(Dialect::Plain(encoding, Framing::Buffered)) => Some(encoding),
        _ => None,
    };
    match (stated, found) {
        (Stated::Unknown, _) => Err(unsupported("the content type names an unknown protocol")),
        (Stated::Protocol(stated), Some(found)) if !stated.is_like(found) => {
            Err(contradiction(stated, found))
        }
        (_, found) => found.and_then(P::for_encoding).ok_or_else(|| {
            unsupported("the body is not a message in a protocol that this server speaks")
        }),
    }
}

#[cold]
fn unsupported(text: &'static str) -> Error {
    Error::new(ErrorKind::Dialect, text)
}

#[cold]
fn contradiction(stated: Encoding, found: Encoding) -> Error {
    let text = format!("the content type says that the body is {stated}, but it is {found}");
    Error::new(ErrorKind::Dialect, text)
}

impl Refused {
    /// The response that says so. What is wrong with the message is told to the observer.
    #[cold]
    pub(super) fn response(self, peer: &Peer) -> Response<Full<Bytes>> {
        let error = match self {
            Refused::Method => {
                let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, "calls are posted");
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
                return response;
            }
            Refused::Path => return no_such_path(),
            Refused::Error(error) => error,
        };
        if !error.is_closed() {
            let error = &error;
            peer.tell(|connection| Event::Unreadable { connection, error });
        }
        let status = match error.kind() {
            ErrorKind::Limit => StatusCode::PAYLOAD_TOO_LARGE,
            ErrorKind::Dialect => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ErrorKind::Closed => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        refusal(status, &error.to_string())
    }
}

#[cold]
fn no_such_path() -> Response<Full<Bytes>> {
    refusal(StatusCode::NOT_FOUND, "nothing is served at this path")
}

#[cold]
fn refusal(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(format!("{text}\n")));
    *response.status_mut() = status;
    response
}
