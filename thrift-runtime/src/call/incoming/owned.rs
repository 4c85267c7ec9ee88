//! A call that has arrived and can wait, be copied, and be answered from elsewhere.

use std::{borrow::Cow, net::SocketAddr, ops::Range, pin::pin, sync::Arc, time::Instant};

use bytes::Bytes;

use super::{Answer, Call, Completeness, Connection, Encoded, Extensions, Headers, Message};
use crate::{
    call::{Answered, Head, Origin, Peer, Processed, Processor, guard::Watched},
    error::{ApplicationErrorKind, ApplicationException, Error, ErrorKind, Result},
    protocol::{
        AnyProtocol, Encoding, Input, Limits, MessageHeader, MessageType, Output, Protocol,
    },
};

/// A call that has arrived and borrows nothing, with its arguments as bytes: what a
/// [`tower::Service`](tower_service::Service) gets.
///
/// Layers may look at it, add to it for the handler, hold it back, or answer it.
#[derive(Debug, Clone)]
pub struct OwnedCall {
    protocol: AnyProtocol,
    prefix: u32,
    due: bool,
    kind: Result<MessageType, u8>,
    seqid: i32,
    name: Name,
    message: Bytes,
    /// Where in the message the arguments start.
    body: usize,
    peer: Peer,
    limits: Limits,
    head: Option<Arc<Head>>,
    identity: Option<Arc<str>>,
    deadline: Option<Instant>,
    extensions: Extensions,
}

/// The method's name, which is part of the message as it is, mostly.
#[derive(Debug, Clone)]
enum Name {
    Within(Range<usize>),
    Apart(Vec<u8>),
}

impl Name {
    fn of(name: &[u8], message: &[u8]) -> Self {
        let start = name.as_ptr().addr().wrapping_sub(message.as_ptr().addr());
        let place = start..start.wrapping_add(name.len());
        match message.get(place.clone()) {
            Some(there) if there == name => Name::Within(place),
            _ => Name::Apart(name.to_vec()),
        }
    }

    fn within<'a>(&'a self, message: &'a [u8]) -> &'a [u8] {
        match self {
            Name::Within(place) => message.get(place.clone()).unwrap_or_default(),
            Name::Apart(name) => name,
        }
    }
}

impl<P: Protocol> Call<'_, P> {
    /// The same call, to be kept, with its arguments as bytes.
    ///
    /// # Errors
    ///
    /// If its end cannot be found, or its protocol is not built in. The error is for the call to
    /// [fail](Call::fail) with.
    pub fn owned(&self) -> Result<OwnedCall> {
        let Message { header, input, completeness, body, origin } = self.message;
        if let Completeness::Endless(error) = completeness {
            return Err(self.unreadable_arguments(error));
        }
        let protocol = AnyProtocol::for_encoding(self.protocol.encoding()).ok_or_else(|| {
            let kind = ApplicationErrorKind::INVALID_PROTOCOL;
            Error::application(kind, "this build does not support the protocol")
        })?;
        let message = match input.shared {
            Some(shared) => shared.slice_ref(input.bytes),
            None => Bytes::copy_from_slice(input.bytes),
        };
        // The owned call and this one get the same connection, which is made when it is first asked
        // for.
        origin.peer.connection();
        let more = self.answer.more();
        Ok(OwnedCall {
            protocol,
            prefix: self.prefix,
            due: self.answer.due,
            kind: header.kind,
            seqid: header.seqid,
            name: Name::of(&header.name, input.bytes),
            message,
            body: *body,
            // The server has counted it already.
            peer: Peer { load: None, ..origin.peer.clone() },
            limits: origin.limits.clone(),
            head: origin.head.cloned(),
            identity: more.and_then(|more| more.identity.clone()),
            deadline: more.and_then(|more| more.deadline),
            extensions: more.map(|more| more.extensions.clone()).unwrap_or_default(),
        })
    }

    /// Answers with what [an owned call](OwnedCall) was answered with, this one or another.
    pub fn answered(mut self, answered: &Answered) -> Processed {
        let Answered { message, headers, outcome } = answered;
        if !headers.is_empty() {
            self.reply_headers_mut().extend(headers);
        }
        self.answer.reply.truncate(self.answer.start);
        self.answer.due &= !message.is_empty();
        let written = match self.answer.due {
            true => self.write_answered(message),
            false => Ok(()),
        };
        match written {
            Ok(()) => self.settle(*outcome),
            Err(error) => self.unwritten(&error),
        }
    }

    /// Writes a reply with the name and the sequence id of this call.
    fn write_answered(&mut self, message: &Bytes) -> Result<()> {
        let from = AnyProtocol::detect(message).ok_or_else(|| {
            Error::new(
                ErrorKind::Dialect,
                "the reply is not in a protocol that this build supports",
            )
        })?;
        let (header, at) = from.read_header(message, self.message.origin.limits)?;
        let body = from.body(message, at);
        let name = Cow::Borrowed(self.method());
        let header = MessageHeader { name, kind: header.kind, seqid: self.seqid() };
        if from.encoding().is_like(self.protocol.encoding()) {
            return self.protocol.write_encoded(&header, body, &mut self.answer.reply);
        }
        let body = Encoded::new(from.encoding(), message.slice_ref(body));
        body.write_message(self.protocol, &header, &mut self.answer.reply)
    }
}

impl OwnedCall {
    /// The method's name, as in the message; behind a [`Multiplexed`](crate::Multiplexed) processor,
    /// without the service's.
    pub fn method(&self) -> &[u8] {
        self.name.within(&self.message).get(self.prefix as usize..).unwrap_or_default()
    }

    /// The method's name as text; what is not UTF-8 is replaced.
    pub fn method_name(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.method())
    }

    /// Whether the message says that nothing is ever answered.
    pub fn is_oneway(&self) -> bool {
        !self.due
    }

    /// The protocol that the call is in.
    pub fn encoding(&self) -> Encoding {
        self.protocol.encoding()
    }

    /// The address of the caller; `None` for connections without one, such as Unix sockets.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer.address
    }

    /// The connection that it came over.
    pub fn connection(&self) -> &Connection {
        self.peer.connection()
    }

    /// The certificate chain that the caller presented in the TLS handshake; see
    /// [`Context::certificates`](crate::Context::certificates).
    pub fn certificates(&self) -> &[Bytes] {
        self.peer.certificates()
    }

    /// The headers of the call: THeader's info headers, or those of the HTTP request. Other
    /// transports have none.
    pub fn headers(&self) -> &Headers {
        self.head.as_ref().map_or(Headers::NONE, |head| &head.headers)
    }

    /// The path of the URL that the call was posted to; see [`Context::path`](crate::Context::path).
    pub fn path(&self) -> Option<&str> {
        self.head.as_ref()?.path.as_deref()
    }

    /// Who the caller is: what middleware found out, or else the transport.
    pub fn identity(&self) -> Option<&str> {
        self.identity.as_deref().or(self.peer.identity.as_deref())
    }

    /// Sets who the caller is, for processors within and the handler.
    pub fn set_identity(&mut self, identity: impl Into<Arc<str>>) {
        self.identity = Some(identity.into());
    }

    /// When the caller gives the call up, if that is known.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Sets when the caller gives the call up, for processors within and the handler. An earlier
    /// deadline stays.
    pub fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = Some(self.deadline.map_or(deadline, |known| known.min(deadline)));
    }

    /// Values that accompany the call.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The values that accompany the call, to add to them. The handler finds them in its
    /// [`Context`](crate::Context).
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.extensions
    }

    /// The length of the call's message in bytes, without a frame.
    pub fn received(&self) -> usize {
        self.message.len()
    }

    /// The bytes of the arguments. They are a whole struct and nothing else.
    ///
    /// # Errors
    ///
    /// If the arguments are not a struct, or exceed a limit.
    pub fn encoded(&self) -> Result<Encoded> {
        Encoded::within(self.protocol, Input::from(&self.message), self.body, &self.limits)
    }

    /// Refuses the call with an application exception.
    pub fn refuse(&self, exception: ApplicationException) -> Answered {
        let header = self.header();
        let mut message = self.message(&header);
        let mut answer = Answer::new(Output::spare());
        if let Some(call) = answer.begin(self.protocol, &mut message, false) {
            let _ = self.restore(call).refuse(exception);
        }
        let _ = answer.finish(self.protocol, &message, false);
        Answered::from(answer)
    }

    /// Has a processor answer.
    pub async fn answer(&self, processor: &impl Processor) -> Answered {
        let header = self.header();
        let mut message = self.message(&header);
        let mut answer = Answer::new(Output::spare());
        let mut panicked = false;
        if let Some(call) = answer.begin(self.protocol, &mut message, false) {
            let processing = processor.process(self.restore(call));
            panicked = Watched::new(pin!(processing), !processor.speculates()).await.is_none();
        }
        let _ = answer.finish(self.protocol, &message, panicked);
        Answered::from(answer)
    }

    fn header(&self) -> MessageHeader<'_> {
        let name = Cow::Borrowed(self.name.within(&self.message));
        MessageHeader { name, kind: self.kind, seqid: self.seqid }
    }

    fn message<'a>(&'a self, header: &'a MessageHeader<'a>) -> Message<'a> {
        let OwnedCall { message, body, peer, limits, head, .. } = self;
        Message {
            header,
            input: Input::of_message(message),
            completeness: Completeness::Whole,
            body: *body,
            origin: Origin { peer, limits, head: head.as_ref() },
        }
    }

    /// Gives a call what was added to this one.
    fn restore<'a>(&self, mut call: Call<'a, AnyProtocol>) -> Call<'a, AnyProtocol> {
        let OwnedCall { prefix, due, identity, deadline, extensions, .. } = self;
        call.prefix = *prefix;
        call.answer.due = *due;
        if let Some(identity) = identity {
            call.set_identity(Arc::clone(identity));
        }
        if let Some(deadline) = deadline {
            call.set_deadline(*deadline);
        }
        if !extensions.is_empty() {
            call.extensions_mut().clone_from(extensions);
        }
        call
    }
}
