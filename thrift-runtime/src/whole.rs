//! Calls and replies that have arrived whole, each in a message of its own.

#[cfg(any(feature = "http", feature = "blocking"))]
use bytes::Bytes;

use crate::{
    context::Connection as Peer,
    error::Result,
    processor::{Extent, Message, Processor},
    protocol::{Input, Limits, Output, Protocol},
};
#[cfg(any(feature = "http", feature = "blocking"))]
use crate::{
    error::{ApplicationException, Error, ErrorKind},
    protocol::MessageType,
    value::Struct,
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
    mut reply: Output,
) -> Result<Output> {
    let header = protocol.read_header(input.bytes, limits)?;
    let extent = Extent::Whole;
    let mut message = Message::new(protocol, &header, input, extent, limits, peer, &mut reply);
    message.answer(processor).await;
    Ok(reply)
}

/// Reads the reply to a call, that a message has to be.
///
/// # Errors
///
/// Where it is none, answers another call, or is an application exception.
#[cfg(any(feature = "http", feature = "blocking"))]
pub(crate) fn read_reply<P: Protocol, R: Struct>(
    protocol: P,
    message: &Bytes,
    method: &str,
    seqid: i32,
    limits: &Limits,
) -> Result<R> {
    let (header, body) = protocol.read_header(message, limits)?;
    if *header.name != *method.as_bytes() || header.seqid != seqid {
        let text = format!("the answer to {method} answers another call");
        return Err(Error::new(ErrorKind::WrongReply, text));
    }
    let input = Input::from(message);
    match header.kind {
        Ok(MessageType::Reply) => {
            let mut result = R::default();
            protocol.read_body(input, body, limits, &mut result)?;
            Ok(result)
        }
        Ok(MessageType::Exception) => {
            let mut exception = ApplicationException::default();
            protocol.read_body(input, body, limits, &mut exception)?;
            Err(exception.into())
        }
        _ => Err(Error::new(ErrorKind::WrongReply, format!("the answer to {method} is no reply"))),
    }
}
