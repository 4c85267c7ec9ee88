//! Messages that have arrived.

use std::pin::pin;

use super::{Apart, Call, Outcome, Processed, Processor};
use crate::{
    context::Peer,
    error::{Error, Result},
    protocol::{Input, Limits, MessageHeader, MessageType, Output, Protocol},
};

/// A message that has arrived, perhaps not all of it, and the place for its reply.
#[derive(Debug)]
pub(crate) struct Message<'a, P> {
    pub(crate) protocol: P,
    pub(crate) header: &'a MessageHeader<'a>,
    /// The method, without the service that the header may name before it.
    pub(crate) name: &'a [u8],
    /// Starts where the message does; `extent` says where it ends.
    pub(crate) input: Input<'a>,
    pub(crate) extent: Extent<'a>,
    /// Where in `input` the arguments start.
    pub(crate) body: usize,
    pub(crate) limits: &'a Limits,
    pub(crate) peer: &'a Peer,
    /// Where the reply is appended, if the sender waits for one.
    pub(crate) reply: Option<&'a mut Output>,
}

impl<'a, P: Protocol> Message<'a, P> {
    /// A message whose header has been read.
    #[inline]
    pub(crate) fn new(
        protocol: P,
        (header, body): &'a (MessageHeader<'a>, usize),
        input: Input<'a>,
        extent: Extent<'a>,
        limits: &'a Limits,
        peer: &'a Peer,
        reply: &'a mut Output,
    ) -> Self {
        let (name, body, reply) = (&*header.name, *body, Some(reply));
        Message { protocol, header, name, input, extent, body, limits, peer, reply }
    }

    /// Notes where it ends, which reading its body has shown.
    #[inline]
    pub(super) fn ends_at(&mut self, end: usize) {
        self.input.bytes = self.input.bytes.get(..end).unwrap_or_default();
        self.extent = Extent::Whole;
    }

    /// The message as a call; if it is not one, it is refused.
    #[inline]
    pub(crate) fn call(&'a mut self) -> Result<Call<'a, P>, Processed> {
        match self.header.kind {
            Ok(MessageType::Call) => {}
            Ok(MessageType::Oneway) => self.reply = None,
            // It is answered like a call, whatever it is.
            _ => return Err(Call { message: self }.invalid_message_type()),
        }
        Ok(Call { message: self })
    }

    /// Has a processor answer the message.
    pub(crate) async fn answer<T: Processor>(&'a mut self, processor: &T) -> Outcome {
        match self.call() {
            Ok(call) => Apart(pin!(processor.process(call))).await.outcome,
            Err(refused) => refused.outcome,
        }
    }
}

/// Has a processor answer a message that has arrived whole; the answer, if there is one, is
/// appended to `reply`.
///
/// # Errors
///
/// If it is no message.
pub(crate) async fn answer<P: Protocol, T: Processor>(
    protocol: P,
    input: Input<'_>,
    peer: &Peer,
    limits: &Limits,
    processor: &T,
    mut reply: Output,
) -> Result<Output> {
    let header = protocol.read_header(input.bytes, limits)?;
    let extent = Extent::Whole;
    let mut message = Message::new(protocol, &header, input, extent, limits, peer, &mut reply);
    message.answer(processor).await;
    Ok(reply)
}

/// What is known about the end of a message.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Extent<'a> {
    /// It ends where the input does.
    Whole,
    /// It may end within the input, or not have arrived whole.
    Unknown,
    /// It cannot be found, for this reason, so that the message can only be refused.
    Lost(&'a Error),
}
