//! A call that has arrived.

mod answering;
#[cfg(feature = "tower")]
mod owned;
mod refusing;

use std::{borrow::Cow, net::SocketAddr, time::Instant};

use bytes::Bytes;

use super::{
    Answer, Cancelled, Completeness, Connection, Context, Encoded, Extensions, Headers, Message,
    Outcome, SERVICE_SEPARATOR,
};
use crate::{
    error::{ApplicationErrorKind, ApplicationException, Error, Escaped, Result, escaped_name},
    protocol::Protocol,
};

#[cfg(feature = "tower")]
pub use self::owned::OwnedCall;

/// A call that has arrived: its method, what is known about it, and the place for its answer.
///
/// It is made of references, so it is cheap to pass from one processor to the next. Middleware that
/// has something to do after the processor within [lends](Call::reborrow) it, and may still refuse
/// the call then: the refusal takes the place of any reply.
#[derive(Debug)]
pub struct Call<'a, P> {
    protocol: P,
    /// How long what stands before the method's name is: a service and a separator, or nothing.
    prefix: u32,
    message: &'a Message<'a>,
    answer: &'a mut Answer,
}

impl<'a, P: Protocol> Call<'a, P> {
    #[inline]
    pub(super) fn new(protocol: P, message: &'a Message<'a>, answer: &'a mut Answer) -> Self {
        Call { protocol, prefix: 0, message, answer }
    }

    /// The same call, for a processor within this one.
    #[inline]
    pub fn reborrow(&mut self) -> Call<'_, P> {
        Call { answer: &mut *self.answer, ..*self }
    }

    /// The same call, for a processor that takes another type of protocol.
    pub(super) fn with_protocol<Q>(self, protocol: Q) -> Call<'a, Q> {
        let Call { protocol: _, prefix, message, answer } = self;
        Call { protocol, prefix, message, answer }
    }

    /// The same call, of the method that stands behind the service and the separator in its name.
    pub(super) fn for_service(self, service: usize) -> Self {
        // A name is no longer than a message, which 32 bits count.
        let prefix = u32::try_from(service + SERVICE_SEPARATOR.len()).unwrap_or(u32::MAX);
        Call { prefix: self.prefix.saturating_add(prefix), ..self }
    }

    /// The same call with the name `Service:method` taken apart, as a
    /// [`Multiplexed`](crate::Multiplexed) processor hands it to its services: for a processor that
    /// does not know which services there are. A plain name stays as it is.
    pub fn demultiplexed(self) -> Self {
        match (self.prefix, service_length(self.method())) {
            (0, Some(length)) => self.for_service(length),
            _ => self,
        }
    }
}

/// How long the service's name is, if a name begins with one.
#[inline]
pub(super) fn service_length(name: &[u8]) -> Option<usize> {
    name.iter().position(|byte| SERVICE_SEPARATOR.as_bytes() == [*byte])
}

/// What is known about the call.
impl<'a, P: Protocol> Call<'a, P> {
    /// The method's name, as in the message; behind a [`Multiplexed`](crate::Multiplexed) processor,
    /// without the service's.
    #[inline]
    pub fn method(&self) -> &'a [u8] {
        self.message.header.name.get(self.prefix as usize..).unwrap_or_default()
    }

    /// The method's name as text; what is not UTF-8 is replaced.
    pub fn method_name(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.method())
    }

    /// The service that the call names, as those behind a [`Multiplexed`](crate::Multiplexed)
    /// processor see it, or in a call that is [taken apart](Call::demultiplexed).
    pub fn service(&self) -> Option<Cow<'a, str>> {
        let length = (self.prefix as usize).checked_sub(SERVICE_SEPARATOR.len())?;
        self.message.header.name.get(..length).map(String::from_utf8_lossy)
    }

    /// The sequence id, which the reply carries too.
    pub fn seqid(&self) -> i32 {
        self.message.header.seqid
    }

    /// Whether nothing is ever answered, as the message says or the method's declaration does. The
    /// latter is known only once a generated processor has had the call.
    pub fn is_oneway(&self) -> bool {
        !self.answer.due
    }

    /// The protocol that the call is in.
    pub fn protocol(&self) -> P {
        self.protocol
    }

    /// The address of the caller; `None` for connections without one, such as Unix sockets.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.message.origin.peer.address
    }

    /// The connection that it came over, with what is kept for as long as that is open.
    pub fn connection(&self) -> &'a Connection {
        self.message.origin.peer.connection()
    }

    /// Whether the caller is gone; see [`Context::is_cancelled`].
    pub fn is_cancelled(&self) -> bool {
        self.connection().presence().is_gone()
    }

    /// Waits until the caller is gone; see [`Context::cancelled`].
    pub fn cancelled(&self) -> Cancelled {
        Cancelled::new(self.connection().clone())
    }

    /// The certificate chain that the caller presented in the TLS handshake; see
    /// [`Context::certificates`].
    pub fn certificates(&self) -> &'a [Bytes] {
        self.message.origin.peer.certificates()
    }

    /// The headers of the call: THeader's info headers, or those of the HTTP request. Other
    /// transports have none.
    pub fn headers(&self) -> &'a Headers {
        self.message.origin.head.map_or(Headers::NONE, |head| &head.headers)
    }

    /// The path of the URL that the call was posted to, such as `/calculator`. Only HTTP has one.
    pub fn path(&self) -> Option<&'a str> {
        self.message.origin.head?.path.as_deref()
    }

    /// Whether the transport carries headers, in both directions.
    pub fn carries_headers(&self) -> bool {
        self.message.origin.head.is_some()
    }

    /// The headers for the reply, to add to them: those that other middleware has set, and, once the
    /// handler is done, the handler's. They are not sent where the transport
    /// [carries none](Call::carries_headers).
    pub fn reply_headers_mut(&mut self) -> &mut Headers {
        self.answer.headers_mut()
    }

    /// Who the caller is: what middleware found out, or else the transport.
    pub fn identity(&self) -> Option<&str> {
        let found = self.answer.more().and_then(|more| more.identity.as_deref());
        found.or(self.message.origin.peer.identity.as_deref())
    }

    /// Sets who the caller is, for processors within and the handler.
    pub fn set_identity(&mut self, identity: impl Into<std::sync::Arc<str>>) {
        self.answer.more_mut().identity = Some(identity.into());
    }

    /// When the caller gives the call up, if that is known.
    pub fn deadline(&self) -> Option<Instant> {
        self.answer.more()?.deadline
    }

    /// Sets when the caller gives the call up, for processors within and the handler. An earlier
    /// deadline stays.
    pub fn set_deadline(&mut self, deadline: Instant) {
        let known = &mut self.answer.more_mut().deadline;
        *known = Some(known.map_or(deadline, |known| known.min(deadline)));
    }

    /// Values that accompany the call.
    pub fn extensions(&self) -> &Extensions {
        self.answer.more().map_or(Extensions::NONE, |more| &more.extensions)
    }

    /// The values that accompany the call, to add to them. The handler finds them in its
    /// [`Context`].
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.answer.more_mut().extensions
    }

    /// What a handler can learn about the call.
    pub fn context(&mut self) -> Context {
        Context::new(self.message, self.method(), self.answer)
    }

    /// What became of the call, once a processor is done with it; before, it is
    /// [`Lost`](Outcome::Lost).
    pub fn outcome(&self) -> Outcome {
        self.answer.outcome.unwrap_or(Outcome::Lost)
    }

    /// The length of the call's message in bytes, without a frame.
    pub fn received(&self) -> usize {
        self.answer.end.unwrap_or(self.message.input.bytes.len())
    }

    /// The length of the reply in bytes, without a frame, as far as it is written.
    pub fn sent(&self) -> usize {
        self.answer.reply.len_since(self.answer.start)
    }

    /// The bytes of the arguments, to be handed on. They are a whole struct and nothing else, so
    /// that nobody smuggles a further message past this server behind them.
    ///
    /// # Errors
    ///
    /// If the arguments are not a struct, or exceed a limit. The error is an application exception,
    /// for the call to [fail](Call::fail) with.
    pub fn encoded(&self) -> Result<Encoded> {
        let Message { input, body, completeness, origin, .. } = self.message;
        if let Completeness::Endless(error) = completeness {
            return Err(self.unreadable_arguments(error));
        }
        Encoded::within(self.protocol, *input, *body, origin.limits)
            .map_err(|error| self.unreadable_arguments(&error))
    }

    #[cold]
    fn unreadable_arguments(&self, error: &Error) -> Error {
        unreadable(escaped_name(self.method()), error).into()
    }
}

/// Why arguments cannot be read.
#[cold]
fn unreadable(method: Escaped<'_>, error: &Error) -> ApplicationException {
    let text = format!("the arguments of {method} cannot be read: {error}");
    ApplicationException::new(ApplicationErrorKind::PROTOCOL_ERROR, text)
}
