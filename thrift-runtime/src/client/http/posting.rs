//! A call, as a request and its response.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    HeaderMap, StatusCode,
    body::Body,
    header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue},
};
use tokio::{task::JoinSet, time::timeout};

use super::{
    HttpClient,
    answers::{is_refusal, is_text, is_thrift, not_thrift},
    connection::Connection,
};
#[cfg(feature = "header")]
use crate::{
    call::Headers,
    client::enveloped,
    transport::{
        framed,
        header::{self, Envelope, Style},
    },
};
use crate::{
    call::{Reply, Request, Response},
    error::{Delivery, Error, ErrorKind, Result, escaped},
    protocol::{MessageHeader, MessageType, Output, Protocol},
    transport::http,
};

/// The shortest wait.
const SHORT: Duration = Duration::from_millis(1);

/// How long it may take to note that a reply was the end of an exchange.
const MOMENT: Duration = Duration::from_millis(10);

impl<P: Protocol> HttpClient<P> {
    /// Posts a call, and returns the response.
    pub(super) async fn post(&self, request: &Request<'_, P>) -> Result<Response<P>> {
        let (method, protocol) = (request.method(), self.protocol);
        let (kind, seqid) = match request.is_oneway() {
            true => (MessageType::Oneway, 0),
            false => {
                let seqid = self.pool.next_seqid.fetch_add(1, Ordering::Relaxed) & i32::MAX;
                (MessageType::Call, seqid)
            }
        };
        let headers = self.headers(request)?;
        let mut message = Output::new();
        let name = method.wire_name(self.settings.service(request));
        let header = MessageHeader::new(name, kind, seqid);
        let written = request.arguments().write(protocol, &header, &mut message);
        written.map_err(Error::not_sent)?;
        #[cfg(feature = "header")]
        if self.enveloped {
            let headers = self.settings.headers(request);
            let style = Style::Header { in_frame: false };
            let envelope = Envelope { seqid, headers, ..Envelope::new(style, protocol.encoding()) };
            let mut plain = std::mem::take(&mut message);
            header::seal(&envelope, &mut plain, &mut message).map_err(Error::not_sent)?;
        }
        let (message, patience) = (message.into_vec().into(), self.settings.patience(request));
        if request.is_oneway() {
            self.post_oneway(message, headers, method.name(), patience).await?;
            return Ok(Response::oneway(protocol));
        }
        let connected = AtomicBool::new(false);
        let exchange = self.exchange(message, headers, kind, &connected);
        let (message, headers) =
            self.in_time(exchange, method.name(), patience, &connected).await?;
        #[cfg(feature = "header")]
        let (message, within) = match framed::frame_end(&message, &self.limits) {
            Ok(Some(end)) if self.enveloped && end == message.len() => {
                let frame = message.slice(framed::LENGTH..);
                enveloped::open(frame, protocol.encoding(), &self.limits)?
            }
            _ => (message, Headers::default()),
        };
        let reply = Reply::to(protocol, message.clone(), method.name(), seqid, &self.limits);
        let mut reply = reply.map_err(|error| match is_thrift(&headers) || !error.is_decode() {
            true => error,
            false => not_thrift(&headers, &message),
        })?;
        let headers = http::headers(&headers);
        #[cfg(feature = "header")]
        let headers = headers.and(&within);
        reply.headers = (!headers.is_empty()).then(|| Box::new(headers));
        Ok(Response::new(protocol, request, reply, &self.limits))
    }

    /// Posts a oneway call, and does not wait long for the response. If it takes longer, a task waits
    /// for it.
    async fn post_oneway(
        &self,
        message: Bytes,
        headers: HeaderMap,
        method: &str,
        patience: Option<Duration>,
    ) -> Result<()> {
        let (client, method) = (self.clone(), method.to_owned());
        let connected = Arc::new(AtomicBool::new(false));
        let sent = Arc::clone(&connected);
        let mut posting = JoinSet::new();
        posting.spawn(async move {
            let exchange = client.exchange(message, headers, MessageType::Oneway, &sent);
            client.in_time(exchange, &method, patience, &sent).await
        });
        let mut was_sent = false;
        loop {
            let ended = match self.oneway_wait {
                None => posting.join_next().await,
                Some(wait) => match timeout(wait.max(SHORT), posting.join_next()).await {
                    Ok(ended) => ended,
                    // The request was sent, but perhaps late in this period, so that the server has
                    // had less time to answer. So wait once more.
                    Err(_) if was_sent => {
                        posting.detach_all();
                        return Ok(());
                    }
                    Err(_) => {
                        was_sent = connected.load(Ordering::Relaxed);
                        continue;
                    }
                },
            };
            return match ended {
                Some(Ok(answered)) => answered.map(drop),
                _ => Err(Error::new(ErrorKind::Closed, "the runtime has shut down")),
            };
        }
    }

    /// Limits the time of an exchange.
    async fn in_time<T>(
        &self,
        exchange: impl Future<Output = Result<T>>,
        method: &str,
        patience: Option<Duration>,
        connected: &AtomicBool,
    ) -> Result<T> {
        let Some(patience) = patience else { return exchange.await };
        timeout(patience, exchange).await.unwrap_or_else(|_| {
            if !connected.load(Ordering::Relaxed) {
                return Err(self.pool.not_connected(patience));
            }
            self.pool.idle.clear();
            let text = format!("no reply to {method} came within {patience:?}");
            Err(Error::new(ErrorKind::Timeout, text))
        })
    }

    /// The headers of a request to the server. Headers that concern only a gateway's own message are
    /// not forwarded.
    fn headers(&self, request: &Request<'_, P>) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        self.authorize(&mut headers);
        for (name, value) in self.settings.headers(request).iter() {
            let wrong = || {
                let text = format!("HTTP does not allow the header {name:?}, or its value");
                Error::new(ErrorKind::Unwritable, text).not_sent()
            };
            let key = HeaderName::try_from(name).map_err(|_| wrong())?;
            let mut value = HeaderValue::try_from(value).map_err(|_| wrong())?;
            value.set_sensitive(true);
            if !http::is_of_one_message(&key) {
                headers.insert(key, value);
            }
        }
        let thrift = self.content_type.value(self.protocol.encoding());
        headers.insert(CONTENT_TYPE, thrift.clone());
        headers.insert(ACCEPT, thrift);
        Ok(headers)
    }

    /// Posts a message, and returns the message in the response, with its headers. Notes in
    /// `connected` that the call may have been sent.
    async fn exchange(
        &self,
        message: Bytes,
        headers: HeaderMap,
        kind: MessageType,
        connected: &AtomicBool,
    ) -> Result<(Bytes, HeaderMap)> {
        let mut request = hyper::Request::new(Full::from(message));
        *request.method_mut() = hyper::Method::POST;
        *request.headers_mut() = headers;
        let _place = self.pool.place().await.map_err(Error::not_sent)?;
        let (connection, response) = loop {
            let connecting = self.pool.connection(self.connect_timeout, &self.socket);
            let (mut connection, fresh) = connecting.await.map_err(Error::not_sent)?;
            connected.store(true, Ordering::Relaxed);
            match connection.send(request, &self.pool.target).await {
                Ok(response) => break (connection, response),
                Err(mut error) => {
                    self.pool.idle.clear_after(&connection);
                    match error.take_message() {
                        // The server has closed an idle connection, and nothing was sent.
                        Some(unsent) if !fresh => request = unsent,
                        Some(_) => return Err(http::failed(error.into_error()).not_sent()),
                        None => return Err(http::failed(error.into_error())),
                    }
                }
            }
        };
        let (head, body) = response.into_parts();
        if let Some(cookies) = &self.cookies {
            cookies.learn(&head.headers, self.pool.is_secure());
        }
        let status = head.status;
        // A body without a length ends when the server closes the connection, which it may do only
        // after it has run the call.
        let ends_late = body.size_hint().exact().is_none();
        if kind == MessageType::Oneway && status == StatusCode::OK && ends_late {
            drop(body);
            connection.leave();
            return match is_text(&head.headers) {
                true => Err(not_thrift(&head.headers, b"")),
                false => Ok((Bytes::new(), head.headers)),
            };
        }
        let body = http::read_body(body, self.limits.message_size).await?;
        if status != StatusCode::OK {
            let text = escaped(body.trim_ascii()).up_to(200);
            let text = format!("the HTTP server answered {status}: {text}");
            let error = Error::new(ErrorKind::Status, text);
            return Err(match is_refusal(status, &head.headers) {
                true => error.with_delivery(Delivery::Refused),
                false => error,
            });
        }
        // A connection that several calls can share has been kept already.
        if connection.share().is_none() {
            self.keep(connection).await;
        }
        if kind == MessageType::Oneway && !body.is_empty() && is_text(&head.headers) {
            return Err(not_thrift(&head.headers, &body));
        }
        Ok((body, head.headers))
    }
    /// Keeps a connection whose reply has come whole. It is ready by then, unless the server has
    /// answered before it has taken the whole request: the caller does not wait for that.
    async fn keep(&self, mut connection: Connection) {
        match timeout(MOMENT, connection.ready()).await {
            Ok(true) => self.pool.keep(connection),
            Ok(false) => {}
            Err(_) => connection.leave(),
        }
    }
}
