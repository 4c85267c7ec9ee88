//! What stands before a message's body.

use std::borrow::Cow;

/// What a message is; the numbers are those of every protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum MessageType {
    /// A call, which is answered.
    Call = 1,
    /// The answer to a call: its result or a declared exception.
    Reply = 2,
    /// The other answer to a call: an [`ApplicationException`](crate::ApplicationException).
    Exception = 3,
    /// A call that is never answered.
    Oneway = 4,
}

impl MessageType {
    /// The type with this number; `None` is none.
    #[inline]
    pub fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            1 => MessageType::Call,
            2 => MessageType::Reply,
            3 => MessageType::Exception,
            4 => MessageType::Oneway,
            _ => return None,
        })
    }
}

/// A message's header: which method, what kind of message, and which call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageHeader<'a> {
    /// The method's name. A reply carries the call's, byte for byte, so that it need not be UTF-8.
    pub name: Cow<'a, [u8]>,
    /// What the message is; an unknown number is kept as it came.
    pub kind: Result<MessageType, u8>,
    /// The sequence id, by which a reply finds its call.
    pub seqid: i32,
}

impl<'a> MessageHeader<'a> {
    /// Makes a header to write.
    pub fn new(name: impl Into<Cow<'a, [u8]>>, kind: MessageType, seqid: i32) -> Self {
        MessageHeader { name: name.into(), kind: Ok(kind), seqid }
    }
}
