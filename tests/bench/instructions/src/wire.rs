//! The bytes of calls and replies.

use std::ops::Range;

use thrift_runtime::{
    Framing, Protocol, ThriftStruct,
    protocol::{MessageHeader, MessageType, Output},
};

/// The service whose calls are counted.
pub mod echo {
    thrift_runtime::thrift!("idl/echo.thrift");
}

use echo::Small;

/// Where the sequence id of a binary message is.
const SEQID: Range<usize> = 12..16;
/// The bytes of a frame's length.
const FRAME: usize = 4;

/// Three strings of 10, 10 and 50 bytes.
pub fn small() -> Small {
    Small { sender: "s".repeat(10), recipient: "r".repeat(10), content: "c".repeat(50) }
}

#[derive(Debug, Default, ThriftStruct)]
struct Arguments {
    #[thrift(id = 1)]
    value: Small,
}

#[derive(Debug, Default, ThriftStruct)]
struct Success {
    #[thrift(id = 0)]
    value: Small,
}

/// A call of `echo`, and the reply to it.
#[derive(Debug, Clone)]
pub struct Messages {
    pub call: Vec<u8>,
    pub reply: Vec<u8>,
    framing: Framing,
}

impl Messages {
    pub fn new(protocol: impl Protocol, framing: Framing) -> Self {
        let header = |kind| MessageHeader::new(&b"echo"[..], kind, 0);
        let (mut call, mut reply) = (Output::new(), Output::new());
        protocol
            .write_message(&header(MessageType::Call), &Arguments { value: small() }, &mut call)
            .and_then(|()| {
                let body = Success { value: small() };
                protocol.write_message(&header(MessageType::Reply), &body, &mut reply)
            })
            .expect("values that can be written");
        let [call, reply] = [call, reply].map(|message| framed(message.into_vec(), framing));
        Messages { call, reply, framing }
    }

    /// The reply to a call in the binary protocol, with its sequence id.
    pub fn reply_to(&mut self, call: &[u8]) -> &[u8] {
        let start = if self.framing == Framing::Framed { FRAME } else { 0 };
        let seqid = start + SEQID.start..start + SEQID.end;
        self.reply[seqid.clone()].copy_from_slice(&call[seqid]);
        &self.reply
    }
}

fn framed(message: Vec<u8>, framing: Framing) -> Vec<u8> {
    if framing != Framing::Framed {
        return message;
    }
    let length = u32::try_from(message.len()).expect("a short message");
    [&length.to_be_bytes()[..], &message].concat()
}
