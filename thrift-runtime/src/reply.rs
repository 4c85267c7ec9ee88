//! Replies to calls of which only one is in flight on a connection.

use bytes::Bytes;

use crate::{
    error::{ApplicationException, Error, ErrorKind, Result},
    protocol::{Input, Limits, MessageType, Protocol},
    value::Struct,
};

/// Reads a message that has to be the reply to this call.
///
/// # Errors
///
/// If it is no reply, answers another call, or is an application exception.
pub(crate) fn read<P: Protocol, R: Struct>(
    protocol: P,
    message: &Bytes,
    method: &str,
    seqid: i32,
    limits: &Limits,
) -> Result<R> {
    let (header, body) = protocol.read_header(message, limits)?;
    if *header.name != *method.as_bytes() || header.seqid != seqid {
        let text = format!("the reply to {method} belongs to another call");
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
        _ => {
            Err(Error::new(ErrorKind::WrongReply, format!("the answer to {method} is not a reply")))
        }
    }
}
