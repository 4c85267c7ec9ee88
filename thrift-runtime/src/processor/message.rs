//! Messages that have arrived.

use std::pin::pin;

use super::{Apart, Call, Outcome, Processed, Processor};
use crate::{
    context::Peer,
    error::{Error, Result},
    protocol::{Input, Limits, MessageHeader, MessageType, Output, Protocol},
};

/// A message that has arrived, perhaps not all of it.
#[derive(Debug)]
pub(crate) struct Message<'a, P> {
    pub(crate) protocol: P,
    pub(crate) header: MessageHeader<'a>,
    /// Starts where the message does; `extent` says where it ends.
    pub(crate) input: Input<'a>,
    pub(crate) extent: Extent<'a>,
    /// Where in `input` the arguments start.
    pub(crate) body: usize,
    pub(crate) limits: &'a Limits,
    pub(crate) peer: &'a Peer,
}

impl<'a, P: Protocol> Message<'a, P> {
    /// Reads the header of a message.
    ///
    /// # Errors
    ///
    /// If it has none. If the error [is truncated](Error::is_truncated), more bytes may complete
    /// it.
    pub(crate) fn read(
        protocol: P,
        input: Input<'a>,
        extent: Extent<'a>,
        limits: &'a Limits,
        peer: &'a Peer,
    ) -> Result<Self> {
        let (header, body) = protocol.read_header(input.bytes, limits)?;
        Ok(Message { protocol, header, input, extent, body, limits, peer })
    }

    /// The message as a call; if it is not one, it is refused.
    pub(crate) fn call<'m>(&'m self, reply: &'m mut Output) -> Result<Call<'m, P>, Processed> {
        let kind = self.header.kind;
        let call = Call { name: &self.header.name, kind, message: self, reply };
        match kind {
            Ok(MessageType::Call | MessageType::Oneway) => Ok(call),
            _ => Err(call.invalid_message_type()),
        }
    }

    /// Has a processor answer the message.
    pub(crate) async fn answer<T: Processor>(&self, processor: &T, reply: &mut Output) -> Outcome {
        match self.call(reply) {
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
    let message = Message::read(protocol, input, Extent::Whole, limits, peer)?;
    message.answer(processor, &mut reply).await;
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
