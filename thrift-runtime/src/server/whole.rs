//! Answering a call that has arrived whole, however it came.

use crate::{
    context::Connection as Peer,
    error::Result,
    processor::{Call, Extent, Processor},
    protocol::{Input, Limits, MessageType, Output, Protocol},
};

/// Answers a message; the answer is appended to `reply`, if there is one.
///
/// # Errors
///
/// Where it is no message.
pub(crate) async fn answer<P: Protocol, T: Processor>(
    protocol: P,
    input: Input<'_>,
    peer: &Peer,
    limits: &Limits,
    processor: &T,
    reply: Output,
) -> Result<Output> {
    let (header, body) = protocol.read_header(input.bytes, limits)?;
    let kind = header.kind;
    let extent = Extent::Whole;
    let call = Call { protocol, header, input, extent, body, limits, connection: peer, reply };
    Ok(match kind {
        Ok(MessageType::Call | MessageType::Oneway) => processor.process(call).await,
        _ => call.invalid_message_type(),
    }
    .reply)
}
