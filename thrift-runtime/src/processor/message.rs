//! Messages that have arrived.

use std::pin::pin;

use super::{Apart, Call, Outcome, Processed, Processor};
use crate::{
    context::Connection,
    error::Error,
    protocol::{Input, Limits, MessageHeader, MessageType, Output, Protocol},
};

/// A message that has arrived, as far as it is known, and where its answer goes.
#[derive(Debug)]
pub(crate) struct Message<'a, P> {
    pub(crate) protocol: P,
    pub(crate) header: &'a MessageHeader<'a>,
    /// The method, without the service that the header may name before it.
    pub(crate) name: &'a [u8],
    /// From the start of the message on; where it ends, `extent` says.
    pub(crate) input: Input<'a>,
    pub(crate) extent: Extent<'a>,
    /// Where in `input` the arguments start.
    pub(crate) body: usize,
    pub(crate) limits: &'a Limits,
    pub(crate) connection: &'a Connection,
    /// Where the reply is appended, if the sender waits for one.
    pub(crate) reply: Option<&'a mut Output>,
}

impl<'a, P: Protocol> Message<'a, P> {
    /// What is known of a message, whose header was read already.
    #[inline]
    pub(crate) fn new(
        protocol: P,
        (header, body): &'a (MessageHeader<'a>, usize),
        input: Input<'a>,
        extent: Extent<'a>,
        limits: &'a Limits,
        connection: &'a Connection,
        reply: &'a mut Output,
    ) -> Self {
        let (name, body, reply) = (&*header.name, *body, Some(reply));
        Message { protocol, header, name, input, extent, body, limits, connection, reply }
    }

    /// The call that the message is; one that is no call is refused.
    #[inline]
    pub(crate) fn call(&'a mut self) -> Result<Call<'a, P>, Processed> {
        match self.header.kind {
            Ok(MessageType::Call) => {}
            Ok(MessageType::Oneway) => self.reply = None,
            // Whatever it is, its sender waits for an answer no more than for that to a reply.
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
