//! What came back for a call.

use std::{fmt, sync::Arc};

use bytes::Bytes;

#[cfg(any(feature = "blocking", feature = "tokio"))]
use super::SERVICE_SEPARATOR;
use super::{Encoded, Headers, Outcome, Request};
use crate::{
    error::{ApplicationErrorKind, ApplicationException, Error, ErrorKind, Result},
    protocol::{Input, Limits, MessageHeader, MessageType, Output, Protocol},
    value::{DecodeStruct, EncodeStruct, Field, Struct, StructReader, StructWriter},
};

/// What came back for a [`Request`]: a reply whose result nobody has read yet, or, for a oneway
/// call, nothing.
///
/// An application exception is a reply too, and becomes an error where the result is read. Errors of
/// a [`Channel`](crate::Channel) are those of sending and of waiting.
#[must_use = "the response tells whether the call succeeded"]
pub struct Response<P> {
    protocol: P,
    /// What the method's result may hold.
    fields: &'static [Field],
    /// The default, if there are none.
    limits: Option<Arc<Limits>>,
    reply: Option<Reply>,
}

/// A channel's limits on replies. Responses share them, unless they are the default: a count that all
/// calls change costs each of them.
#[cfg(any(feature = "blocking", feature = "tokio"))]
#[derive(Debug, Clone, Default)]
pub(crate) struct ReplyLimits {
    limits: Arc<Limits>,
    changed: bool,
}

#[cfg(any(feature = "blocking", feature = "tokio"))]
impl From<Limits> for ReplyLimits {
    fn from(limits: Limits) -> Self {
        ReplyLimits { changed: limits != *Limits::USUAL, limits: Arc::new(limits) }
    }
}

#[cfg(any(feature = "blocking", feature = "tokio"))]
impl std::ops::Deref for ReplyLimits {
    type Target = Limits;

    #[inline]
    fn deref(&self) -> &Limits {
        &self.limits
    }
}

/// A reply whose body has not been read yet.
///
/// It goes from hand to hand, within other types, and all that it holds are words, which are copied as they
/// were written. Of a byte, the padding would be copied, too, and a processor waits long for what it loads if
/// that was stored in parts just before.
#[derive(Debug)]
pub(crate) struct Reply {
    message: Bytes,
    kind: Kind,
    /// Where in the message the body starts.
    body: usize,
    pub(crate) headers: Option<Box<Headers>>,
}

/// What a reply's type may be. It is a word with room for what tells variants of types around it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
enum Kind {
    Reply = MessageType::Reply as usize,
    Exception = MessageType::Exception as usize,
}

impl Reply {
    /// A reply of this type, which is one of two.
    #[inline(always)]
    pub(crate) fn new(
        message: Bytes,
        kind: MessageType,
        body: usize,
        headers: Option<Box<Headers>>,
    ) -> Self {
        let kind = if kind == MessageType::Reply { Kind::Reply } else { Kind::Exception };
        Reply { message, kind, body, headers }
    }

    /// Whether it says that there is no result.
    #[inline]
    fn is_exception(&self) -> bool {
        self.kind == Kind::Exception
    }

    fn kind(&self) -> MessageType {
        match self.kind {
            Kind::Reply => MessageType::Reply,
            Kind::Exception => MessageType::Exception,
        }
    }

    /// Takes a message that has to be a reply.
    ///
    /// # Errors
    ///
    /// If it is none.
    fn parse<P: Protocol>(protocol: P, message: Bytes, limits: &Limits) -> Result<Self> {
        let (header, body) = protocol.read_header(&message, limits)?;
        let kind = header.kind;
        drop(header);
        match kind {
            Ok(kind @ (MessageType::Reply | MessageType::Exception)) => {
                Ok(Reply::new(message, kind, body, None))
            }
            _ => Err(Error::new(ErrorKind::WrongReply, "the answer is not a reply")),
        }
    }

    /// Takes a message that has to be the reply to this call, the only one in flight.
    ///
    /// # Errors
    ///
    /// If it is no reply, or answers another call.
    #[cfg(any(feature = "blocking", feature = "http"))]
    pub(crate) fn to<P: Protocol>(
        protocol: P,
        message: Bytes,
        method: &str,
        seqid: i32,
        limits: &Limits,
    ) -> Result<Self> {
        let (header, _) = protocol.read_header(&message, limits)?;
        let named = header.kind.is_ok_and(|kind| is_named(&header.name, method, kind));
        if !named || header.seqid != seqid {
            let text = format!("the reply to {method} belongs to another call");
            return Err(Error::new(ErrorKind::WrongReply, text));
        }
        drop(header);
        Reply::parse(protocol, message, limits)
    }
}

/// Whether a reply of this name and type may answer a call of a method.
#[cfg(any(feature = "blocking", feature = "tokio"))]
#[inline]
pub(crate) fn is_named(name: &[u8], method: &str, kind: MessageType) -> bool {
    match name.strip_suffix(method.as_bytes()) {
        Some(b"") => true,
        // Servers name the service, too, if they do not have it, or refuse a call before they look.
        Some(service) => {
            kind == MessageType::Exception && service.ends_with(SERVICE_SEPARATOR.as_bytes())
        }
        // A server that could not read the name sends none.
        None => kind == MessageType::Exception && name.is_empty(),
    }
}

impl<P: Protocol> Response<P> {
    /// The response to a oneway call, which is none.
    pub fn oneway(protocol: P) -> Self {
        Response { protocol, fields: &[], limits: None, reply: None }
    }

    /// The response that a message is: for channels of your own.
    ///
    /// # Errors
    ///
    /// If the message is not a reply. The channel has to check that it is the reply to this call.
    pub fn from_message(
        protocol: P,
        request: &Request<'_, P>,
        message: impl Into<Bytes>,
    ) -> Result<Self> {
        let reply = Reply::parse(protocol, message.into(), &Limits::default())?;
        let fields = request.method().fields();
        Ok(Response { protocol, fields, limits: None, reply: Some(reply) })
    }

    /// The response to a request, within limits.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    #[inline(always)]
    pub(crate) fn new(
        protocol: P,
        request: &Request<'_, P>,
        reply: Reply,
        limits: &ReplyLimits,
    ) -> Self {
        let fields = request.method().fields();
        let limits = limits.changed.then(|| Arc::clone(&limits.limits));
        Response { protocol, fields, limits, reply: Some(reply) }
    }

    /// Adds headers: for channels of your own.
    #[must_use = "only the returned response has the headers"]
    pub fn with_headers(mut self, headers: Headers) -> Self {
        if let Some(reply) = &mut self.reply {
            reply.headers = Some(Box::new(headers));
        }
        self
    }

    /// Reads the result struct: a value in field 0, or a declared exception by its id.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or the reply is an application exception.
    #[inline]
    pub fn read<R: Struct>(&self) -> Result<R> {
        let mut result = R::default();
        self.read_into(&mut result)?;
        Ok(result)
    }

    /// Reads the result struct into this one.
    #[inline]
    pub(crate) fn read_into<R: Struct>(&self, result: &mut R) -> Result<()> {
        match &self.reply {
            Some(reply) if !reply.is_exception() => self.read_body(reply, result),
            _ => Err(self.failure()),
        }
    }

    #[inline]
    fn read_body<S: Struct>(&self, reply: &Reply, into: &mut S) -> Result<()> {
        let input = Input::of_message(&reply.message);
        self.within(|limits| self.protocol.read_body(input, reply.body, limits, into).map(drop))
    }

    /// Why there is no result.
    #[cold]
    fn failure(&self) -> Error {
        let Some(reply) = &self.reply else {
            return no_reply();
        };
        let mut exception = ApplicationException::default();
        match self.read_body(reply, &mut exception) {
            Ok(()) => Error::received(exception),
            Err(error) => error,
        }
    }

    /// What became of the call. This looks through the reply, and costs nothing if it is not asked.
    pub fn outcome(&self) -> Outcome {
        let Some(reply) = &self.reply else { return Outcome::Returned };
        if reply.is_exception() {
            let failure = self.failure();
            let kind = failure.as_application().map(ApplicationException::kind);
            return Outcome::Failed(kind.unwrap_or(ApplicationErrorKind::INTERNAL_ERROR));
        }
        let mut found = LastField::default();
        match (self.read_body(reply, &mut found), found.0) {
            (Ok(()), Some(id)) if id != 0 => {
                let field = self.fields.iter().find(|field| field.id == id);
                Outcome::Declared { id, name: field.map_or("", |field| field.name) }
            }
            (Ok(()), None) if self.fields.iter().any(|field| field.id == 0) => {
                Outcome::Failed(ApplicationErrorKind::MISSING_RESULT)
            }
            (Ok(()), _) => Outcome::Returned,
            (Err(_), _) => Outcome::Lost,
        }
    }

    /// The application exception that the reply is, as an error, if it is one.
    #[cfg(any(feature = "blocking", feature = "tower"))]
    #[inline]
    pub(crate) fn exception(&self) -> Option<Error> {
        self.reply.as_ref()?.is_exception().then(|| self.failure())
    }

    /// The headers of the reply: THeader's info headers, or those of the HTTP response.
    pub fn headers(&self) -> &Headers {
        let headers = self.reply.as_ref().and_then(|reply| reply.headers.as_deref());
        headers.unwrap_or(Headers::NONE)
    }

    /// The length of the reply in bytes, without a frame.
    pub fn received(&self) -> usize {
        self.reply.as_ref().map_or(0, |reply| reply.message.len())
    }

    /// The protocol that the reply is in.
    pub fn protocol(&self) -> P {
        self.protocol
    }

    /// The bytes of the result struct, or of an application exception. They are a whole struct and
    /// nothing else.
    ///
    /// # Errors
    ///
    /// If they are not a struct, or exceed a limit; with the kind
    /// [`MissingResult`](ErrorKind::MissingResult) for a oneway call, which has none.
    pub fn encoded(&self) -> Result<Encoded> {
        let Some(Reply { message, body, .. }) = &self.reply else { return Err(no_reply()) };
        self.within(|limits| Encoded::within(self.protocol, Input::from(message), *body, limits))
    }

    /// Appends the reply to `out`, under another header's name and sequence id and in another
    /// protocol.
    pub(super) fn write<Q: Protocol>(
        &self,
        protocol: Q,
        header: MessageHeader<'_>,
        out: &mut Output,
    ) -> Result<()> {
        let Some(reply) = &self.reply else { return Err(no_reply()) };
        let header = MessageHeader { kind: Ok(reply.kind()), ..header };
        self.encoded()?.write_message(protocol, &header, out)
    }

    /// Does something within the limits on replies.
    #[inline]
    fn within<T>(&self, act: impl FnOnce(&Limits) -> T) -> T {
        act(self.limits.as_deref().unwrap_or(Limits::USUAL))
    }
}

#[cold]
fn no_reply() -> Error {
    Error::new(ErrorKind::MissingResult, "a oneway call has no reply")
}

impl<P: Protocol> fmt::Debug for Response<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("outcome", &self.outcome())
            .field("headers", self.headers())
            .field("received", &self.received())
            .finish_non_exhaustive()
    }
}

/// The id of a struct's last field, which tells what a result is.
#[derive(Debug, Default)]
struct LastField(Option<i16>);

impl EncodeStruct for LastField {
    const NAME: &'static str = "reply";
    const FIELDS: &'static [Field] = &[];

    fn write<W: StructWriter>(&self, _w: &mut W) {}
}

impl<'de> DecodeStruct<'de> for LastField {
    fn read<R: StructReader<'de>>(&mut self, r: &mut R) -> Result<()> {
        while let Some(header) = r.header()? {
            self.0 = Some(header.id);
            r.skip(header)?;
        }
        Ok(())
    }
}

crate::value::struct_value!(LastField);
