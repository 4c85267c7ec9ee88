//! Answering calls in THeader's frames.

use std::sync::Arc;

use bytes::Bytes;

use super::connection::not_spoken;
use crate::{
    context::Connection as Peer,
    error::Result,
    processor::Processor,
    protocol::{Encoding, Input, Limits, Output, Protocol},
    transport::{
        Framing, LARGE_MESSAGE,
        dialect::Dialect,
        header::{self, Envelope},
    },
    whole,
};

/// One of the protocols of a type that may be several: each message names its own.
pub(super) fn any_protocol<P: Protocol>() -> Option<P> {
    [Encoding::Binary { strict: true }, Encoding::Compact, Encoding::Json]
        .into_iter()
        .find_map(P::answering)
}

/// Answers the call in a frame, which is given without its length, with a frame to send: in the same
/// protocol, compressed alike.
///
/// # Errors
///
/// Where the frame holds no call.
pub(super) async fn answer<P: Protocol, T: Processor>(
    frame: Bytes,
    peer: &Peer,
    limits: &Limits,
    processor: &T,
) -> Result<Output> {
    let (envelope, message) = header::open(frame, limits)?;
    let Envelope { encoding, flags, seqid, compressed, headers } = envelope;
    let protocol = P::answering(encoding)
        .ok_or_else(|| not_spoken(Dialect::Plain(encoding, Framing::Header)))?;
    let peer = Peer { headers: (!headers.is_empty()).then(|| Arc::new(headers)), ..peer.clone() };
    let input = match message.len() {
        LARGE_MESSAGE.. => Input::from(&message),
        _ => Input::from(&*message),
    };
    let reply = whole::answer(protocol, input, &peer, limits, processor, Output::new()).await?;
    let mut framed = Output::new();
    if !reply.is_empty() {
        let envelope = Envelope { flags, seqid, compressed, ..Envelope::new(encoding) };
        header::seal(&envelope, reply.as_slice(), &mut framed)?;
    }
    Ok(framed)
}
