//! The bytes of the service that is measured.

use std::str::FromStr;

use thrift_runtime::{
    BinaryProtocol, Protocol, ThriftStruct,
    protocol::{MessageHeader, MessageType, Output},
};

/// This library's types and service.
pub mod ours {
    thrift_runtime::thrift!("idl/echo.thrift");
}

pub use ours::Small;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    Framed,
    Unframed,
}

impl Framing {
    pub const ALL: [Self; 2] = [Framing::Framed, Framing::Unframed];

    pub fn name(self) -> &'static str {
        match self {
            Framing::Framed => "framed",
            Framing::Unframed => "unframed",
        }
    }
}

impl FromStr for Framing {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Framing::ALL.into_iter().find(|framing| framing.name() == name).ok_or(name.into())
    }
}

impl From<Framing> for thrift_runtime::Framing {
    fn from(framing: Framing) -> Self {
        match framing {
            Framing::Framed => thrift_runtime::Framing::Framed,
            Framing::Unframed => thrift_runtime::Framing::Buffered,
        }
    }
}

/// Three strings of 10, 10 and 50 bytes.
pub fn small() -> Small {
    Small { sender: "s".repeat(10), recipient: "r".repeat(10), content: "c".repeat(50) }
}

#[derive(Debug, Default, ThriftStruct)]
struct Arguments {
    #[thrift(id = 1)]
    value: Small,
}

/// A call of `echo`; the reply is as long.
pub fn call(framing: Framing) -> Vec<u8> {
    message("echo", MessageType::Call, framing)
}

/// A call of `tell`, which is never answered.
pub fn oneway(framing: Framing) -> Vec<u8> {
    message("tell", MessageType::Oneway, framing)
}

fn message(method: &str, kind: MessageType, framing: Framing) -> Vec<u8> {
    let header = MessageHeader::new(method.as_bytes(), kind, 0);
    let mut out = Output::new();
    let arguments = Arguments { value: small() };
    BinaryProtocol::STRICT.write_message(&header, &arguments, &mut out).unwrap();
    let message = out.into_vec();
    match framing {
        Framing::Framed => {
            let length = u32::try_from(message.len()).unwrap();
            [&length.to_be_bytes()[..], &message].concat()
        }
        Framing::Unframed => message,
    }
}

/// Makes calls of `echo` their replies, in place: another message type, and field 0 in place of 1.
/// Gives back how many of the bytes were whole calls.
pub fn answer(calls: &mut [u8], framing: Framing, length: usize) -> usize {
    let start = if framing == Framing::Framed { 4 } else { 0 };
    let mut whole = calls.chunks_exact_mut(length);
    for call in &mut whole {
        assert_eq!(call[start + 8..][..4], *b"echo");
        call[start + 3] = MessageType::Reply as u8;
        call[start + 18] = 0;
    }
    calls.len() / length * length
}
