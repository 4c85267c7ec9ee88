//! Answering calls over HTTP.

mod stream;

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::{Bytes, BytesMut};
use http_body_util::Full;
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::{Body, Incoming},
    header::{ALLOW, CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::sync::{mpsc, oneshot};

use self::stream::{AheadStream, HyperStream};
use super::{
    ahead::while_there,
    status::{Phase, Status},
    wrapped::Inner,
};
use crate::{
    call::{Answer, Event, Headers, Held, Origin, Overload, Peer, Processor},
    error::{ErrorKind, Result},
    protocol::{Input, Limits, MessageType, Output, Protocol},
    serving::ConnectionOptions,
    transport::{Framing, dialect::Dialect, http},
};

/// How many oneway calls may wait for those before them. With more, their senders wait too.
const ONEWAY_QUEUE: usize = 16;

/// A oneway call, whose sender has its HTTP response already.
struct Oneway<P> {
    protocol: P,
    message: Bytes,
    headers: Arc<Headers>,
}

/// What happens in the order of a connection's requests.
enum Turn<P> {
    Oneway(Oneway<P>),
    /// A call's turn, after the oneway calls before it.
    Call(oneshot::Sender<()>),
}

/// What the requests of a connection have in common.
struct Requests<'a, 's, P, T> {
    processor: &'a T,
    options: &'a ConnectionOptions,
    peer: &'a Peer,
    status: &'a Status,
    stream: &'a AheadStream<'s>,
    turns: mpsc::Sender<Turn<P>>,
    /// How many oneway calls are not done yet.
    undone: &'a AtomicUsize,
}

/// Serves a connection's requests until either side ends it.
pub(super) async fn serve<P: Protocol, T: Processor>(
    stream: Inner<'_>,
    peer: Peer,
    processor: &Arc<T>,
    options: &ConnectionOptions,
    status: &Status,
) -> Result<()> {
    let (processor, caller) = (&**processor, &peer);
    let (turns, mut queue) = mpsc::channel(ONEWAY_QUEUE);
    let undone = &AtomicUsize::new(0);
    let stream = AheadStream::new(stream);
    let stream = &stream;
    let requests = Requests::<'_, '_, P, T> {
        processor,
        options,
        peer: caller,
        status,
        stream,
        turns,
        undone,
    };
    let serving = async move {
        let service = service_fn(|request| requests.answer(request));
        let mut http = http1::Builder::new();
        // A request that has arrived is answered, even if the peer has closed its side.
        http.half_close(true);
        let connection = http.serve_connection(TokioIo::new(HyperStream(stream)), service);
        let mut connection = pin!(connection);
        let mut told = false;
        poll_fn(|cx| {
            // The answer tells the peer that it is the last one.
            if !told && status.is_ending() && is_busy(status) {
                connection.as_mut().graceful_shutdown();
                told = true;
            }
            let polled = connection.as_mut().poll(cx);
            if polled.is_pending() && is_busy(status) {
                // Whoever waits for this is woken.
                let _ = stream.lock().poll_gone(caller, status, false, cx);
            }
            polled
        })
        .await
    };
    let answering = async {
        while let Some(turn) = queue.recv().await {
            let Oneway { protocol, message, headers } = match turn {
                Turn::Oneway(oneway) => oneway,
                Turn::Call(waiting) => {
                    let _ = waiting.send(());
                    continue;
                }
            };
            // There is nobody to report an error to.
            let limits = &options.limits;
            let _ = answer(protocol, &message, &headers, caller, limits, processor).await;
            undone.fetch_sub(1, Ordering::Relaxed);
        }
    };
    let (served, ()) = tokio::join!(serving, answering);
    served.map_err(http::failed)
}

/// A reply that is counted until it is written.
struct Counted {
    reply: Vec<u8>,
    _held: Held,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.reply
    }
}

/// Whether a call is under way.
fn is_busy(status: &Status) -> bool {
    matches!(Phase::of(status.phase_number()), Phase::Busy | Phase::Ahead)
}

/// While it lives, a call is under way.
struct Busy<'a, 's> {
    status: &'a Status,
    stream: &'a AheadStream<'s>,
}

impl<'a, 's> Busy<'a, 's> {
    fn begin(status: &'a Status, stream: &'a AheadStream<'s>) -> Self {
        status.begin(Phase::Busy);
        Busy { status, stream }
    }
}

impl Drop for Busy<'_, '_> {
    fn drop(&mut self) {
        let next = if self.stream.lock().has_bytes() { Phase::Within } else { Phase::Rest };
        self.status.begin(next);
    }
}

impl<P: Protocol, T: Processor> Requests<'_, '_, P, T> {
    async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        if head.method != Method::POST {
            // If there is a body, it comes before the connection rests again.
            if body.is_end_stream() {
                drop(Busy::begin(self.status, self.stream));
            }
            let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, "calls are posted");
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
            return Ok(response);
        }
        let limit = self.options.limits.message_size;
        let (mut message, mut held) = (BytesMut::new(), Held::new(self.peer.load.as_ref()));
        let read = http::read_body_into(&mut message, body, limit, |length| {
            held.set(length);
            if held.is_over() { Err(Overload::Bytes.error()) } else { Ok(()) }
        });
        let answered = match read.await {
            Ok(()) => {
                let _busy = Busy::begin(self.status, self.stream);
                self.answer_message(message.freeze(), &head.headers).await
            }
            Err(_) if held.is_over() => return Ok(self.overloaded(&message)),
            Err(error) => Err(error),
        };
        Ok(match answered {
            Ok((reply, headers)) => self.response(reply, &headers),
            Err(error) => {
                if !error.is_closed() {
                    let error = &error;
                    self.peer.tell(|connection| Event::Unreadable { connection, error });
                }
                let status = match error.kind() {
                    ErrorKind::Limit => StatusCode::PAYLOAD_TOO_LARGE,
                    ErrorKind::Dialect => StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    ErrorKind::Closed => StatusCode::SERVICE_UNAVAILABLE,
                    _ => StatusCode::BAD_REQUEST,
                };
                refusal(status, &error.to_string())
            }
        })
    }

    /// Refuses a call of which a part has come, as there is no room for the rest.
    #[cold]
    fn overloaded(&self, message: &[u8]) -> Response<Full<Bytes>> {
        let why = Overload::Bytes;
        self.peer.tell(|connection| Event::Overloaded { connection, why });
        let protocol = match Dialect::detect(message) {
            Ok(Some(Dialect::Plain(encoding, Framing::Buffered))) => P::for_encoding(encoding),
            _ => None,
        };
        let mut reply = Output::new();
        let limits = &self.options.limits;
        match protocol {
            Some(protocol) if why.refuse(protocol, message, limits, &mut reply) => {
                self.response(reply.into_vec(), &Headers::default())
            }
            _ => refusal(StatusCode::SERVICE_UNAVAILABLE, &why.to_string()),
        }
    }

    fn response(&self, reply: Vec<u8>, headers: &Headers) -> Response<Full<Bytes>> {
        let held = Held::of(self.peer.load.as_ref(), reply.len());
        let reply = match held.is_empty() {
            true => Bytes::from(reply),
            false => Bytes::from_owner(Counted { reply, _held: held }),
        };
        let mut response = Response::new(Full::new(reply));
        *response.headers_mut() = http::header_map(headers);
        let value = HeaderValue::from_static(http::CONTENT_TYPE);
        response.headers_mut().insert(CONTENT_TYPE, value);
        response
    }

    /// Answers a message, with headers for the reply.
    async fn answer_message(
        &self,
        message: Bytes,
        headers: &HeaderMap,
    ) -> Result<(Vec<u8>, Headers)> {
        let limits = &self.options.limits;
        let protocol = match Dialect::detect(&message)? {
            Some(Dialect::Plain(encoding, Framing::Buffered)) => P::for_encoding(encoding),
            _ => None,
        };
        let Some(protocol) = protocol else {
            let text = "the body is not a message in a protocol that this server speaks";
            return Err(crate::Error::new(ErrorKind::Dialect, text));
        };
        let headers = Arc::new(http::headers(headers));
        let (header, _) = protocol.read_header(&message, limits)?;
        if header.kind == Ok(MessageType::Oneway) {
            drop(header);
            // Answered at once, before the call is done.
            self.undone.fetch_add(1, Ordering::Relaxed);
            let _ = self.turns.send(Turn::Oneway(Oneway { protocol, message, headers })).await;
            return Ok((Vec::new(), Headers::default()));
        }
        if self.undone.load(Ordering::Relaxed) > 0 {
            let (waiting, turn) = oneshot::channel();
            let _ = self.turns.send(Turn::Call(waiting)).await;
            let _ = turn.await;
        }
        let answering = answer(protocol, &message, &headers, self.peer, limits, self.processor);
        while_there(self.options.cancel_abandoned_calls, self.peer, answering).await?
    }
}

/// Answers a message, with headers for the reply.
async fn answer<P: Protocol, T: Processor>(
    protocol: P,
    message: &Bytes,
    headers: &Arc<Headers>,
    peer: &Peer,
    limits: &Limits,
    processor: &T,
) -> Result<(Vec<u8>, Headers)> {
    let origin = Origin { headers: Some(headers), ..Origin::new(peer, limits) };
    let mut answer = Answer::new(Output::new());
    answer.run_whole(protocol, Input::from(message), origin, processor).await?;
    let headers = answer.take_headers();
    Ok((answer.reply.into_vec(), headers))
}

#[cold]
fn refusal(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(format!("{text}\n")));
    *response.status_mut() = status;
    response
}
