//! What a request carries.

use bytes::Bytes;

use crate::{
    error::{Error, ErrorKind, Result},
    protocol::{
        AnyProtocol, Encoding, Input, Limits, MessageHeader, MessageType, Output, Protocol,
        transcode_body,
    },
    value::Struct,
};

/// The arguments of a call: a struct, or bytes that are [encoded](Encoded) already.
///
/// A request holds them behind a pointer, so that what sends it is compiled once, rather than once
/// for each method.
pub trait Arguments<P>: Sync {
    /// Appends the message of a call to `out`.
    ///
    /// # Errors
    ///
    /// If the arguments cannot be written. `out` is then unchanged.
    fn write(&self, protocol: P, header: &MessageHeader<'_>, out: &mut Output) -> Result<()>;
}

impl<P: Protocol, A: Struct + Sync> Arguments<P> for A {
    fn write(&self, protocol: P, header: &MessageHeader<'_>, out: &mut Output) -> Result<()> {
        protocol.write_message(header, self, out)
    }
}

/// The arguments of a call as bytes: a struct, encoded, whose type nobody needs to know.
///
/// They are sent as they are in the protocol that they are in, and turned into another one
/// elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    encoding: Encoding,
    body: Bytes,
}

impl Encoded {
    /// The bytes of a struct in a protocol. They are not checked.
    pub fn new(encoding: Encoding, body: impl Into<Bytes>) -> Self {
        Encoded { encoding, body: body.into() }
    }

    /// The bytes of these arguments in a protocol.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn of<P: Protocol>(arguments: &dyn Arguments<P>, protocol: P) -> Result<Self> {
        let mut out = Output::new();
        let header = MessageHeader::new(&b""[..], MessageType::Call, 0);
        arguments.write(protocol, &header, &mut out)?;
        let message = Bytes::from(out.into_vec());
        let (_, at) = protocol.read_header(&message, &Limits::default())?;
        let body = message.slice_ref(protocol.body(&message, at));
        Ok(Encoded { encoding: protocol.encoding(), body })
    }

    /// The protocol that they are in.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// Appends a message with this body to `out`.
    pub(crate) fn write_message<P: Protocol>(
        &self,
        protocol: P,
        header: &MessageHeader<'_>,
        out: &mut Output,
    ) -> Result<()> {
        write_body(self.encoding, Input::from(&self.body), protocol, header, out)
    }
}

impl<P: Protocol> Arguments<P> for Encoded {
    fn write(&self, protocol: P, header: &MessageHeader<'_>, out: &mut Output) -> Result<()> {
        self.write_message(protocol, header, out)
    }
}

/// Appends a message whose body is encoded already, perhaps in another protocol.
pub(super) fn write_body<P: Protocol>(
    encoding: Encoding,
    body: Input<'_>,
    protocol: P,
    header: &MessageHeader<'_>,
    out: &mut Output,
) -> Result<()> {
    if encoding.is_like(protocol.encoding()) {
        return protocol.write_encoded(header, body.bytes, out);
    }
    let from = AnyProtocol::for_encoding(encoding).ok_or_else(|| {
        let text = format!("a body in the {encoding} protocol, which is not built in");
        Error::new(ErrorKind::Unsupported, text)
    })?;
    let mut turned = Output::new();
    transcode_body(from, protocol, body, &Limits::default(), &mut turned)?;
    protocol.write_encoded(header, &turned.contiguous(), out)
}
