//! Answering calls in THeader's frames.

use std::{pin::pin, sync::Arc, task::Poll};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    ahead::while_there,
    connection::Connection,
    meanwhile::{Meanwhile, poll_once},
    sequential::refused,
};
use crate::{
    call::{Answer, Event, Head, Held, InProgress, Origin, Peer, Processor, Step},
    error::{ApplicationErrorKind, ApplicationException, Error, Result},
    protocol::{Encoding, Input, Limits, MessageHeader, MessageType, Output, Protocol},
    transport::{
        Framing,
        dialect::Dialect,
        framed,
        header::{self, Envelope, Opened, Unreadable},
    },
};

/// Any protocol that `P` supports, since each message names its own.
pub(super) fn any_protocol<P: Protocol>() -> Option<P> {
    [Encoding::Binary { strict: true }, Encoding::Compact, Encoding::Json]
        .into_iter()
        .find_map(P::for_encoding)
}

/// Answers all complete calls in the buffer, in THeader's frames.
///
/// # Errors
///
/// If there is something that is not a message. The replies to the calls before it are in the output.
pub(super) async fn answer_all<P, S, T>(
    connection: &mut Connection<'_, S>,
    processor: &T,
) -> Result<()>
where
    P: Protocol,
    S: AsyncRead + AsyncWrite + Unpin + Send,
    T: Processor,
{
    let options = connection.options;
    let (limits, cancel) = (&options.limits, options.cancel_abandoned_calls);
    let mut calls = 0_u32;
    while let Some(end) = framed::frame_end(connection.input.data(), limits)? {
        let frame = connection.input.take(end).slice(framed::LENGTH..);
        let (mut reply, step) = {
            let peer = &connection.peer;
            let mut answer = pin!(answer::<P, T>(frame, peer, limits, cancel, processor));
            match poll_once(&mut answer).await {
                Poll::Ready(reply) => reply?,
                Poll::Pending => {
                    let meanwhile = Meanwhile {
                        stream: &mut connection.stream,
                        output: &mut connection.output,
                        peer,
                        status: connection.status,
                        // The call is counted, and can be cancelled, where it is answered, rather than
                        // here.
                        in_progress: &mut InProgress::new(None),
                        cancels: false,
                    };
                    meanwhile.run(answer).await??
                }
            }
        };
        connection.output.append(&mut reply);
        if step == Step::Close {
            return Err(refused());
        }
        calls = calls.wrapping_add(1);
        if connection.must_pause(calls) {
            connection.pause(calls).await?;
        }
    }
    Ok(())
}

/// Answers the call in a frame, which is given without its length, with a frame in the same protocol
/// and compression. A message that cannot be read is answered with the reason. If `cancel` is set,
/// calls that are not oneway are cancelled when their caller has left. Also returns what comes next.
///
/// # Errors
///
/// If the frame does not contain a call.
pub(super) async fn answer<P: Protocol, T: Processor>(
    frame: Bytes,
    peer: &Peer,
    limits: &Limits,
    cancel: bool,
    processor: &T,
) -> Result<(Output, Step)> {
    let length = frame.len();
    let (envelope, message) = match header::open_in_turns(frame, limits).await? {
        Opened::Message(envelope, message) => (envelope, message),
        Opened::Unreadable(unreadable) => {
            return Ok((refuse::<P>(&unreadable, peer)?, Step::Next(length)));
        }
    };
    let Envelope { style, encoding, flags, seqid, compressed, headers } = envelope;
    let Some(protocol) = P::for_encoding(encoding) else {
        let text = Dialect::Plain(encoding, Framing::Header).not_spoken().to_string();
        let reason = ApplicationException::new(ApplicationErrorKind::INVALID_PROTOCOL, text);
        let unreadable = Unreadable { style, encoding: None, flags, seqid, reason };
        return Ok((refuse::<P>(&unreadable, peer)?, Step::Next(length)));
    };
    // An uncompressed message is a part of its frame, whose bytes have been counted already. Bytes
    // that decompression adds are counted here.
    let _held = Held::of(peer.load.as_ref(), message.len().saturating_sub(length));
    let head = Arc::new(Head::from(headers));
    let origin = Origin { head: Some(&head), ..Origin::new(peer, limits) };
    let mut answer = Answer::new(Output::vectored());
    let (header, _) = protocol.read_header(&message, limits)?;
    let cancel = cancel && header.kind != Ok(MessageType::Oneway);
    drop(header);
    let answering = answer.run_whole(protocol, Input::of_message(&message), origin, processor);
    let step = while_there(cancel, peer, answering).await??;
    let mut framed = Output::vectored();
    if !answer.reply.is_empty() {
        let headers = answer.take_headers();
        let envelope =
            Envelope { flags, seqid, compressed, headers, ..Envelope::new(style, encoding) };
        header::seal_in_turns(&envelope, &mut answer.reply, &mut framed).await?;
    }
    Ok((framed, step))
}

/// Tells the sender of a message why it cannot be read. The name of the method is unknown. If the
/// protocol is unknown too, the exception is sent in the binary protocol, as in Apache Thrift.
#[cold]
fn refuse<P: Protocol>(unreadable: &Unreadable, peer: &Peer) -> Result<Output> {
    let Unreadable { style, encoding, flags, seqid, reason } = unreadable;
    let error = &Error::from(reason.clone());
    peer.tell(|connection| Event::Unreadable { connection, error });
    let protocol = encoding.and_then(P::for_encoding).or_else(any_protocol::<P>);
    let protocol = protocol.ok_or_else(|| Dialect::Header.not_spoken())?;
    let mut message = Output::new();
    let header = MessageHeader::new(&b""[..], MessageType::Exception, *seqid);
    protocol.write_message(&header, reason, &mut message)?;
    let envelope =
        Envelope { flags: *flags, seqid: *seqid, ..Envelope::new(*style, protocol.encoding()) };
    let mut framed = Output::vectored();
    header::seal(&envelope, &mut message, &mut framed)?;
    Ok(framed)
}
