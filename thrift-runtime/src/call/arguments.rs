//! What a request carries.

use bytes::{Buf, Bytes};

use crate::{
    error::{Error, ErrorKind, Result},
    protocol::{
        AnyProtocol, Encoding, Input, Limits, MessageHeader, MessageType, Output, Protocol,
        transcode_body,
    },
    value::EncodeStruct,
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

    /// Whether they are known to be large. A client that many tasks share writes them where they hold
    /// up nobody; it does so, too, when it finds out only while it writes them.
    fn are_large(&self) -> bool {
        false
    }
}

/// Arguments of more bytes are large.
pub(crate) const LARGE: u32 = 64 << 10;

impl<P: Protocol, A: EncodeStruct + Sync> Arguments<P> for A {
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
        let mut out = Output::spare();
        let header = MessageHeader::new(&b""[..], MessageType::Call, 0);
        arguments.write(protocol, &header, &mut out)?;
        let mut message = out.into_bytes();
        let (_, at) = protocol.read_header(&message, &Limits::default())?;
        let body = protocol.body(&message, at);
        let encoding = protocol.encoding();
        if message.get(at..).is_none_or(|rest| rest.as_ptr() != body.as_ptr()) {
            return Ok(Encoded { encoding, body: message.slice_ref(body) });
        }
        let length = body.len();
        message.advance(at);
        message.truncate(length);
        Ok(Encoded { encoding, body: message })
    }

    /// The body of a message whose header ends at `at`, without what may stand behind it.
    pub(super) fn within<P: Protocol>(
        protocol: P,
        message: Input<'_>,
        at: usize,
        limits: &Limits,
    ) -> Result<Self> {
        let end = protocol.skip_body(message.bytes, at, limits)?;
        let body = protocol.body(message.bytes.get(..end).unwrap_or_default(), at);
        let body = match message.shared {
            Some(shared) => shared.slice_ref(body),
            None => Bytes::copy_from_slice(body),
        };
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
    pub(super) fn write_message<P: Protocol>(
        &self,
        protocol: P,
        header: &MessageHeader<'_>,
        out: &mut Output,
    ) -> Result<()> {
        let Encoded { encoding, body } = self;
        if encoding.is_like(protocol.encoding()) {
            return protocol.write_encoded(header, body, out);
        }
        let from = AnyProtocol::for_encoding(*encoding).ok_or_else(|| {
            let text =
                format!("a body in the {encoding} protocol, which this build does not support");
            Error::new(ErrorKind::Unsupported, text)
        })?;
        let mut turned = Output::new();
        let limits = Limits::default();
        transcode_body(from, protocol, Input::from(body), &limits, &mut turned)?;
        protocol.write_encoded(header, &turned.contiguous(), out)
    }
}

impl<P: Protocol> Arguments<P> for Encoded {
    fn write(&self, protocol: P, header: &MessageHeader<'_>, out: &mut Output) -> Result<()> {
        self.write_message(protocol, header, out)
    }

    fn are_large(&self) -> bool {
        self.body.len() > LARGE as usize
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::Future,
        pin::pin,
        sync::{Arc, Mutex},
        task::{Context, Poll, Waker},
    };

    use super::*;
    use crate::{ApplicationException, BinaryProtocol, Call, Exchange, Processed, Processor};

    /// Notes the arguments of a call.
    struct Taking(Arc<Mutex<Option<Encoded>>>);

    impl Processor for Taking {
        async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
            *self.0.lock().unwrap() = call.encoded().ok();
            call.refuse(ApplicationException::default())
        }
    }

    #[test]
    fn nothing_is_smuggled_behind_the_arguments() {
        let header = MessageHeader::new(&b"add"[..], MessageType::Call, 7);
        let binary = AnyProtocol::from(BinaryProtocol::STRICT);
        let others = [Encoding::Compact, Encoding::Json];
        let others = others.into_iter().filter_map(AnyProtocol::for_encoding);
        for protocol in [binary].into_iter().chain(others) {
            let mut out = Output::new();
            protocol.write_message(&header, &ApplicationException::default(), &mut out).unwrap();
            let message = out.into_vec();
            let body = Encoded::of(&ApplicationException::default(), protocol).unwrap();
            for behind in [&b""[..], &message] {
                let taken = Arc::default();
                let processor = Taking(Arc::clone(&taken));
                let message = [&message, behind].concat();
                let run = pin!(Exchange::new(message).run(&processor));
                let Poll::Ready(answered) = run.poll(&mut Context::from_waker(Waker::noop()))
                else {
                    panic!("nothing to wait for");
                };
                assert!(answered.is_ok());
                assert_eq!(taken.lock().unwrap().as_ref(), Some(&body), "{protocol:?}");
            }
        }
    }
}
