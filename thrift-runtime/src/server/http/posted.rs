//! Calls that were posted, and the responses to requests: the parts that all HTTP servers share.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::Body,
    header::{ALLOW, CONTENT_TYPE, HeaderValue},
};

#[cfg(feature = "header")]
use crate::transport::{
    framed,
    header::{self, Envelope, Opened},
};
use crate::{
    call::{Answer, Event, Head, Headers, Held, Origin, Overload, Peer, Processor},
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
    /// The content type of the reply.
    content_type: HeaderValue,
    /// The envelope of the message, which the reply gets as well.
    #[cfg(feature = "header")]
    envelope: Option<Box<Envelope>>,
    _held: Held,
}

/// A reply whose bytes are counted until it is written.
struct Counted {
    reply: Vec<u8>,
    _held: Held,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.reply
    }
}

/// Why a request is not answered with a reply.
pub(super) enum Refused {
    /// The method is not POST.
    Method,
    /// Nothing is served at its path.
    Path,
    /// There is no room for the rest of the request. The response is present if it is known how to
    /// encode it.
    Overloaded(Overload, Option<Response<Full<Bytes>>>),
    Error(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused::Error(error)
    }
}

impl<P: Protocol> Posted<P> {
    /// Reads a request, and the header of its message. `arrived` is called with the body once the
    /// request has arrived completely; if it never does, it is not called.
    ///
    /// # Errors
    ///
    /// If it is not a call, or exceeds a limit.
    pub(super) async fn read<B>(
        request: Request<B>,
        peer: &Peer,
        limits: &Limits,
        processor: &impl Processor,
        arrived: impl FnOnce(&[u8]),
    ) -> Result<Self, Refused>
    where
        B: Body,
        B::Error: Into<BodyError>,
    {
        let (head, body) = request.into_parts();
        let refused = match processor.takes_path(head.uri.path()) {
            false => Some(Refused::Path),
            true => (head.method != Method::POST).then_some(Refused::Method),
        };
        if let Some(refused) = refused {
            if body.is_end_stream() {
                arrived(&[]);
            }
            return Err(refused);
        }
        let content_type = head.headers.get(CONTENT_TYPE);
        let stated = Stated::by(content_type);
        let (mut message, mut held) = (BytesMut::new(), Held::new(peer.load.as_ref()));
        let read = http::read_body_into(&mut message, body, limits.message_size, |length| {
            held.set(length);
            if held.is_over() { Err(Overload::Bytes.error()) } else { Ok(()) }
        });
        if let Err(error) = read.await {
            return Err(match held.is_over() {
                true => overloaded::<P>(stated, content_type, &message, limits),
                false => error.into(),
            });
        }
        arrived(&message);
        let message = message.freeze();
        let mut headers = http::headers(&head.headers);
        let body = Contents::of(message, limits, &mut headers).await?;
        let protocol = protocol_of::<P>(stated, body.encoding)?;
        let message = body.message;
        let (header, _) = protocol.read_header(&message, limits)?;
        let is_oneway = header.kind == Ok(MessageType::Oneway);
        drop(header);
        let content_type = reply_type(stated, content_type);
        let head = Arc::new(Head { headers, path: Some(head.uri.path().into()) });
        Ok(Posted {
            protocol,
            message,
            head,
            is_oneway,
            content_type,
            #[cfg(feature = "header")]
            envelope: body.envelope,
            _held: held,
        })
    }

    /// Whether its sender does not wait for a reply.
    pub(super) fn is_oneway(&self) -> bool {
        self.is_oneway
    }

    /// The response to a oneway call, which is sent before the call is finished.
    pub(super) fn taken(&self) -> Response<Full<Bytes>> {
        response(Bytes::new(), self.content_type.clone())
    }

    /// Lets a processor answer the call.
    ///
    /// # Errors
    ///
    /// If it is not a message.
    pub(super) async fn answer<T: Processor>(
        self,
        peer: &Peer,
        limits: &Limits,
        processor: &T,
    ) -> Result<Response<Full<Bytes>>> {
        let origin = Origin { head: Some(&self.head), ..Origin::new(peer, limits) };
        let mut answer = Answer::new(Output::new());
        let input = Input::from(&self.message);
        answer.run_whole(self.protocol, input, origin, processor).await?;
        let headers = answer.take_headers();
        #[cfg(feature = "header")]
        if let Some(envelope) = self.envelope.filter(|_| !answer.reply.is_empty()) {
            let envelope = Envelope { headers: headers.clone(), ..*envelope };
            let mut framed = Output::new();
            header::seal_in_turns(&envelope, &mut answer.reply, &mut framed).await?;
            answer.reply = framed;
        }
        let headers = http::header_map(&headers);
        let mut response = match answer.has_no_such_path() {
            true => no_such_path(),
            false => response(counted(answer.reply.into_vec(), peer), self.content_type.clone()),
        };
        for (name, value) in &headers {
            if name != CONTENT_TYPE {
                response.headers_mut().append(name, value.clone());
            }
        }
        Ok(response)
    }
}

/// A reply whose bytes are counted until it is written.
fn counted(reply: Vec<u8>, peer: &Peer) -> Bytes {
    let held = Held::of(peer.load.as_ref(), reply.len());
    match held.is_empty() {
        true => Bytes::from(reply),
        false => Bytes::from_owner(Counted { reply, _held: held }),
    }
}

fn response(reply: Bytes, content_type: HeaderValue) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(reply));
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// The content type of a reply: the same as in the request, if that is one of Thrift's.
fn reply_type(stated: Stated, content_type: Option<&HeaderValue>) -> HeaderValue {
    match (stated, content_type) {
        (Stated::Thrift | Stated::Protocol(_), Some(value)) => value.clone(),
        _ => ContentType::PLAIN,
    }
}

/// Refuses a call that has arrived in part, as there is no room for the rest.
#[cold]
fn overloaded<P: Protocol>(
    stated: Stated,
    content_type: Option<&HeaderValue>,
    message: &[u8],
    limits: &Limits,
) -> Refused {
    let (why, mut reply) = (Overload::Bytes, Output::new());
    let refused = encoding_of(message)
        .and_then(|found| protocol_of::<P>(stated, found))
        .is_ok_and(|protocol| why.refuse(protocol, message, limits, &mut reply));
    let reply = Bytes::from(reply.into_vec());
    Refused::Overloaded(why, refused.then(|| response(reply, reply_type(stated, content_type))))
}

/// The contents of a request's body.
struct Contents {
    /// The protocol of the message, as its first bytes or THeader indicate.
    encoding: Option<Encoding>,
    message: Bytes,
    #[cfg(feature = "header")]
    envelope: Option<Box<Envelope>>,
}

impl Contents {
    fn plain(message: Bytes) -> Result<Self> {
        Ok(Contents {
            encoding: encoding_of(&message)?,
            message,
            #[cfg(feature = "header")]
            envelope: None,
        })
    }

    #[cfg(not(feature = "header"))]
    #[allow(clippy::unused_async)]
    async fn of(body: Bytes, _limits: &Limits, _headers: &mut Headers) -> Result<Self> {
        Contents::plain(body)
    }

    /// Takes a message out of THeader's frame, if it is in one, and adds the frame's headers to those
    /// of the request.
    ///
    /// # Errors
    ///
    /// If it is in a frame that cannot be read.
    #[cfg(feature = "header")]
    async fn of(body: Bytes, limits: &Limits, headers: &mut Headers) -> Result<Self> {
        match Dialect::detect(&body)? {
            Some(Dialect::Header | Dialect::HeaderInFrames | Dialect::TtHeader) => {}
            _ => return Contents::plain(body),
        }
        if framed::frame_end(&body, limits)? != Some(body.len()) {
            return Err(Error::malformed("the body is not one whole frame"));
        }
        match header::open_in_turns(body.slice(framed::LENGTH..), limits).await? {
            Opened::Message(envelope, message) => {
                headers.extend(&envelope.headers);
                let (encoding, envelope) = (Some(envelope.encoding), Some(Box::new(envelope)));
                Ok(Contents { encoding, message, envelope })
            }
            Opened::Unreadable(unreadable) => {
                Err(Error::new(ErrorKind::Dialect, unreadable.reason.message().to_owned()))
            }
        }
    }
}

/// The protocol that the first bytes of a message indicate.
fn encoding_of(message: &[u8]) -> Result<Option<Encoding>> {
    Ok(match Dialect::detect(message)? {
        Some(Dialect::Plain(encoding, Framing::Buffered)) => Some(encoding),
        _ => None,
    })
}

/// The protocol to answer in: that of the message, which the content type must not contradict.
fn protocol_of<P: Protocol>(stated: Stated, found: Option<Encoding>) -> Result<P> {
    match (stated, found) {
        (Stated::Unknown, _) => Err(unsupported("the content type names an unknown protocol")),
        (Stated::Protocol(stated), Some(found)) if !stated.is_like(found) => {
            Err(contradiction(stated, found))
        }
        (_, found) => found.and_then(P::for_encoding).ok_or_else(not_spoken),
    }
}

#[cold]
fn not_spoken() -> Error {
    unsupported("the body is not a message in a protocol that this server speaks")
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
    /// The response to a refused request. The observer is told what is wrong with the message.
    #[cold]
    pub(super) fn response(self, peer: &Peer) -> Response<Full<Bytes>> {
        let error = match self {
            Refused::Method => {
                let mut response =
                    refusal(StatusCode::METHOD_NOT_ALLOWED, "only POST requests are accepted");
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
                return response;
            }
            Refused::Path => return no_such_path(),
            Refused::Overloaded(why, reply) => {
                peer.tell(|connection| Event::Overloaded { connection, why });
                let busy = || {
                    let mut busy = refusal(StatusCode::SERVICE_UNAVAILABLE, &why.to_string());
                    busy.headers_mut().insert(http::DELIVERY, http::REFUSED);
                    busy
                };
                return reply.unwrap_or_else(busy);
            }
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
