//! A call that has arrived, and how it is answered or refused.

#[cfg(feature = "tower")]
mod owned;

use std::{borrow::Cow, future::Future, net::SocketAddr, time::Instant};

use bytes::Bytes;

use super::{
    Answer, Cancelled, Completeness, Connection, Context, Encoded, Event, Extensions, Handle,
    Headers, Message, MethodResult, Outcome, Overload, Processed, Response, SERVICE_SEPARATOR,
};
use crate::{
    error::{ApplicationErrorKind, ApplicationException, Error, Escaped, Result, escaped_name},
    protocol::{MessageHeader, MessageType, Protocol, Scan},
    value::Struct,
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
    /// If the arguments are no struct, or exceed a limit: with the application exception that the
    /// call [fails](Call::fail) with then.
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

/// Answering.
impl<P: Protocol> Call<'_, P> {
    /// Reads the arguments, runs the handler, and writes its result as the reply. The caller of a
    /// oneway method is never answered, even if the message was sent as a call.
    ///
    /// Arguments that cannot be read are answered with a protocol error. If the handler fails, the
    /// answer is the application exception that its error holds, or else an internal error. What
    /// calls this sees to panics.
    // Not an `async fn`: that this future can be sent is proven here once, and not in each method
    // of each service.
    #[allow(clippy::manual_async_fn)]
    #[doc(hidden)]
    #[inline]
    pub fn answer<A, H>(&mut self, handler: &H) -> impl Future<Output = Processed> + Send
    where
        A: Handle<H> + Send,
        H: Sync,
    {
        async move {
            if A::ONEWAY {
                self.answer.due = false;
            }
            let handled = {
                let mut arguments = A::default();
                match self.read(&mut arguments) {
                    Ok(()) => arguments.handle(handler),
                    Err(refused) => return refused,
                }
            };
            self.finish::<A::Result>(handled.await)
        }
    }

    /// Answers with what another server answered, to a call that was handed on. A reply that is
    /// malformed is answered with an internal error instead.
    ///
    /// The reply's headers go along.
    pub fn forward<Q: Protocol>(mut self, response: &Response<Q>) -> Processed {
        let outcome = response.outcome();
        if !response.headers().is_empty() {
            self.reply_headers_mut().extend(response.headers());
        }
        self.answer.reply.truncate(self.answer.start);
        let written = match self.answer.due {
            true => {
                let header = MessageHeader::new(self.method(), MessageType::Reply, self.seqid());
                response.write(self.protocol, header, &mut self.answer.reply)
            }
            false => Ok(()),
        };
        match written {
            Ok(()) => self.settle(outcome),
            Err(error) => self.failed(&error),
        }
    }

    /// Answers with an error, as if a handler had failed with it: the application exception that it
    /// holds, or else an internal error with its text. It takes the place of a reply that was
    /// written before.
    #[cold]
    pub fn fail(mut self, error: &Error) -> Processed {
        match self.find_end() {
            true => self.failed(error),
            false => Processed(()),
        }
    }

    /// Refuses the call with an application exception, which takes the place of a reply that was
    /// written before.
    #[cold]
    pub fn refuse(mut self, exception: ApplicationException) -> Processed {
        self.refuse_with(|_| exception)
    }

    /// Answers that there is no such method.
    #[doc(hidden)]
    pub fn unknown_method(&mut self) -> Processed {
        self.refuse_with(|method| {
            let text = format!("unknown method {method}");
            ApplicationException::new(ApplicationErrorKind::UNKNOWN_METHOD, text)
        })
    }

    /// Answers that nothing is served at the path that the call was posted to.
    #[cfg(feature = "http")]
    #[cold]
    pub(super) fn no_such_path(mut self, text: String) -> Processed {
        let refused = self
            .refuse_with(|_| ApplicationException::new(ApplicationErrorKind::UNKNOWN_METHOD, text));
        if self.path().is_some() {
            self.answer.more_mut().no_such_path = true;
        }
        refused
    }

    /// Answers that the call's handler could not be made.
    #[doc(hidden)]
    pub fn no_handler(mut self) -> Processed {
        self.tell_of_panic();
        self.fail_with("making the handler panicked")
    }

    /// Answers that servers take no such message.
    pub(super) fn invalid_message_type(mut self) {
        let _ = self.refuse_with(|method| {
            let text = format!("the message for {method} is neither a call nor oneway");
            ApplicationException::new(ApplicationErrorKind::INVALID_MESSAGE_TYPE, text)
        });
    }

    /// Refuses the call, and has the connection closed.
    #[cfg(all(feature = "tls", any(feature = "blocking", feature = "tokio")))]
    pub(crate) fn refuse_and_close(mut self, exception: ApplicationException) -> Processed {
        let refused = self.refuse_with(|_| exception);
        self.answer.last = !self.answer.incomplete;
        refused
    }

    /// Answers that something panicked, unless the reply is written already.
    #[doc(hidden)]
    #[cold]
    pub fn panicked(&mut self) -> Processed {
        self.tell_of_panic();
        match (self.answer.written, self.answer.outcome) {
            (true, Some(_)) => Processed(()),
            _ => self.fail_with("the handler panicked"),
        }
    }

    #[cold]
    fn tell_of_panic(&self) {
        let method = &escaped_name(self.method()).to_string();
        self.message.origin.peer.tell(|connection| Event::Panicked { connection, method });
    }

    /// Answers for a processor that has not.
    #[cold]
    pub(super) fn unanswered(&mut self) {
        if self.answer.outcome.is_none() {
            let _ = self.fail_with("the processor did not answer");
        }
    }

    /// Refuses the call, as the server has too much to do.
    #[cold]
    pub(crate) fn overloaded(mut self, why: Overload) -> Processed {
        let refused = self.refuse_with(|_| why.exception());
        if !self.answer.incomplete {
            self.message.origin.peer.tell(|connection| Event::Overloaded { connection, why });
        }
        refused
    }

    /// Answers in place of a reply that does not fit into what the server may hold. The call was
    /// processed.
    #[cold]
    pub(super) fn no_room(mut self) {
        let (size, why) = (self.sent(), Overload::Bytes);
        self.message.origin.peer.tell(|connection| Event::Overloaded { connection, why });
        let _ = self.fail_with(format!("{why}, and the reply has {size} bytes"));
    }

    /// Answers in place of a reply that is larger than this side would read itself.
    #[cold]
    pub(super) fn too_large(mut self) {
        let (size, limit) = (self.sent(), self.message.origin.limits.message_size);
        let text = format!("the reply of {size} bytes exceeds the limit of {limit}");
        let method = &escaped_name(self.method()).to_string();
        let event = |connection| Event::ReplyTooLarge { connection, method, size };
        self.message.origin.peer.tell(event);
        let _ = self.fail_with(text);
    }

    /// Reads the arguments.
    #[inline]
    fn read<A: Struct>(&mut self, arguments: &mut A) -> Result<(), Processed> {
        let Message { input, completeness, body, origin, .. } = self.message;
        if let Completeness::Endless(error) = completeness {
            return Err(self.unreadable(error));
        }
        match self.protocol.read_body(*input, *body, origin.limits, arguments) {
            Ok(end) => {
                self.answer.end = Some(end);
                Ok(())
            }
            Err(error) => Err(self.unreadable(&error)),
        }
    }

    #[cold]
    fn unreadable(&mut self, error: &Error) -> Processed {
        let refused = self.refuse_with(|method| unreadable(method, error));
        // One without an end ends the connection, which is told then.
        if !self.answer.incomplete && !matches!(self.message.completeness, Completeness::Endless(_))
        {
            self.message.origin.peer.tell(|connection| Event::Unreadable { connection, error });
        }
        refused
    }

    /// Writes what the handler returned, if the caller waits for it.
    #[inline]
    fn finish<R: MethodResult>(&mut self, returned: Result<R::Value, R::Error>) -> Processed {
        let written = R::from_returned(returned)
            .and_then(|result| self.reply(MessageType::Reply, &result, result.outcome()));
        match written {
            Ok(()) => Processed(()),
            Err(error) => self.failed(&error),
        }
    }

    /// Tells the caller of an error of the handler, or of writing its result.
    #[cold]
    fn failed(&mut self, error: &Error) -> Processed {
        let outcome = Outcome::failed(error);
        let exception = error.as_application().cloned().unwrap_or_else(|| {
            ApplicationException::new(ApplicationErrorKind::INTERNAL_ERROR, error.to_string())
        });
        self.except(&exception, outcome)
    }

    /// Answers with an internal error.
    #[cold]
    fn fail_with(&mut self, text: impl Into<String>) -> Processed {
        let kind = ApplicationErrorKind::INTERNAL_ERROR;
        match self.find_end() {
            true => self.except(&ApplicationException::new(kind, text), Outcome::Failed(kind)),
            false => Processed(()),
        }
    }

    #[cold]
    fn refuse_with(
        &mut self,
        exception: impl FnOnce(Escaped<'_>) -> ApplicationException,
    ) -> Processed {
        if !self.find_end() {
            return Processed(());
        }
        let exception = exception(escaped_name(self.method()));
        self.except(&exception, Outcome::Refused(exception.kind()))
    }

    /// Finds the end of the message, without which it is not refused: it may not have arrived
    /// whole. If none can be found, that is known already.
    #[cold]
    fn find_end(&mut self) -> bool {
        let Message { input, completeness, origin, .. } = self.message;
        if let (Completeness::Unknown, None) = (completeness, self.answer.end) {
            match P::Scanner::default().scan(input.bytes, origin.limits) {
                Ok(Some(end)) => self.answer.end = Some(end),
                // More may come; or none can, and the call comes once more, to be refused for that,
                // as if it had arrived in pieces.
                Ok(None) | Err(_) => self.answer.incomplete = true,
            }
        }
        !self.answer.incomplete
    }

    #[cold]
    fn except(&mut self, exception: &ApplicationException, outcome: Outcome) -> Processed {
        self.answer.reply.truncate(self.answer.start);
        #[cfg(feature = "http")]
        if self.answer.more().is_some() {
            self.answer.more_mut().no_such_path = false;
        }
        // A short text and a number can be written in every protocol.
        let _ = self.reply(MessageType::Exception, exception, outcome);
        self.settle(outcome)
    }

    /// Writes the reply, if the caller waits for one. What follows, such as a panic while the result
    /// is dropped, changes nothing about it.
    #[inline]
    fn reply<R: Struct>(&mut self, kind: MessageType, body: &R, outcome: Outcome) -> Result<()> {
        if self.answer.due {
            let header = MessageHeader::new(self.method(), kind, self.seqid());
            self.protocol.write_message(&header, body, &mut self.answer.reply)?;
        }
        self.answer.written = true;
        self.answer.outcome = Some(outcome);
        Ok(())
    }

    fn settle(&mut self, outcome: Outcome) -> Processed {
        self.answer.written = true;
        self.answer.outcome = Some(outcome);
        Processed(())
    }
}

/// Why arguments cannot be read.
#[cold]
fn unreadable(method: Escaped<'_>, error: &Error) -> ApplicationException {
    let text = format!("the arguments of {method} cannot be read: {error}");
    ApplicationException::new(ApplicationErrorKind::PROTOCOL_ERROR, text)
}
