//! For other transports: the bytes of a message go in, and the bytes of its reply come out.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;

use super::{Answer, Head, Headers, Origin, Outcome, Peer, Processor};
use crate::{
    error::{ErrorKind, Result},
    protocol::{AnyProtocol, Input, Limits, Output, Protocol},
};

/// A message that has arrived by other means than a [`Server`](crate::Server): what a message queue or
/// a test hands to a processor. For HTTP servers, `HttpService` does more.
///
/// ```
/// use thrift_runtime::{Exchange, Processor, Result};
///
/// async fn post(body: Vec<u8>, token: String, processor: &impl Processor) -> Result<Vec<u8>> {
///     let answered = Exchange::new(body).header("authorization", token).run(processor).await?;
///     Ok(answered.message.into())
/// }
/// ```
#[derive(Debug)]
#[must_use = "an exchange does nothing until it is run"]
pub struct Exchange<P = AnyProtocol> {
    message: Bytes,
    protocol: Option<P>,
    limits: Limits,
    peer: Peer,
    headers: Option<Headers>,
}

/// What became of an [`Exchange`], or of another call that was answered by itself.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answered {
    /// The reply's bytes; empty for a oneway call.
    pub message: Bytes,
    /// The headers for the reply.
    pub headers: Headers,
    /// What became of the call.
    pub outcome: Outcome,
}

impl Exchange {
    /// A whole message without a frame, in any protocol that is built in.
    pub fn new(message: impl Into<Bytes>) -> Self {
        Exchange {
            message: message.into(),
            protocol: None,
            limits: Limits::default(),
            peer: Peer::default(),
            headers: None,
        }
    }
}

impl<P: Protocol> Exchange<P> {
    /// Sets the protocol, which is otherwise told from the first bytes.
    pub fn protocol<Q: Protocol>(self, protocol: Q) -> Exchange<Q> {
        let Exchange { message, protocol: _, limits, peer, headers } = self;
        Exchange { message, protocol: Some(protocol), limits, peer, headers }
    }

    /// Sets the limits on what is read.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the address of the caller.
    pub fn peer(mut self, address: SocketAddr) -> Self {
        self.peer.address = Some(address);
        self
    }

    /// Sets who the caller has proven to be.
    pub fn identity(mut self, identity: impl Into<Arc<str>>) -> Self {
        self.peer.identity = Some(identity.into());
        self
    }

    /// Sets a header that came with the message.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.get_or_insert_default().set(name, value);
        self
    }

    /// Sets all headers that came with the message, if there are any. A message without this, and
    /// without [`header`](Exchange::header), counts as one of a transport that carries no headers,
    /// neither with calls nor with replies.
    pub fn headers(mut self, headers: Headers) -> Self {
        self.headers = Some(headers);
        self
    }

    /// Has a processor answer.
    ///
    /// # Errors
    ///
    /// If the bytes are not a message. A message that is not a call is answered with an application
    /// exception, like anything else that a processor refuses.
    pub async fn run(self, processor: &impl Processor) -> Result<Answered> {
        let Exchange { message, protocol, limits, peer, headers } = self;
        let head = headers.map(|headers| Arc::new(Head::from(headers)));
        let origin = Origin { head: head.as_ref(), ..Origin::new(&peer, &limits) };
        let input = Input::of_message(&message);
        let mut answer = Answer::new(Output::spare());
        match protocol {
            Some(protocol) => answer.run_whole(protocol, input, origin, processor).await?,
            None => {
                let protocol = AnyProtocol::detect(&message).ok_or_else(|| {
                    let text = "the message is not in a protocol that this build supports";
                    crate::Error::new(ErrorKind::Dialect, text)
                })?;
                answer.run_whole(protocol, input, origin, processor).await?
            }
        };
        Ok(Answered::from(answer))
    }
}

impl From<Answer> for Answered {
    fn from(mut answer: Answer) -> Self {
        let outcome = answer.outcome().unwrap_or(Outcome::Lost);
        let headers = answer.take_headers();
        Answered { message: answer.reply.into_bytes(), headers, outcome }
    }
}
