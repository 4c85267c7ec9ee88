//! Messages that have arrived.

use std::pin::pin;

use super::{Apart, Call, Outcome, Processed, Processor};
use crate::{
    context::Peer,
    error::{Error, Result},
    protocol::{Input, Limits, MessageHeader, MessageType, Output, Protocol},
};

/// A message that has arrived, as far as it is known.
#[derive(Debug)]
pub(crate) struct Message<'a, P> {
    pub(crate) protocol: P,
    pub(crate) header: MessageHeader<'a>,
    /// From the start of the message on; where it ends, `extent` says.
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
    /// Where it has none; [`is_truncated`](Error::is_truncated) where it may come to have one.
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

    /// The call that the message is; one that is no call is refused.
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

/// Has a processor answer a message that has arrived whole; the answer, if there is one, is appended
/// to `reply`.
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

/// What is known of where a message ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Extent<'a> {
    /// It ends where the input does.
    Whole,
    /// It may end within the input, or go on behind it.
    Unknown,
    /// Its end will not be known, for this reason: it can be refused, and nothing else.
    Lost(&'a Error),
}
