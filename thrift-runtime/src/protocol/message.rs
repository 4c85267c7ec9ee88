//! Message headers.

use std::borrow::Cow;

/// The type of a message. All protocols use these numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum MessageType {
    /// A call, which is answered.
    Call = 1,
    /// The reply to a call: its result or a declared exception.
    Reply = 2,
    /// The reply to a call that is an [`ApplicationException`](crate::ApplicationException).
    Exception = 3,
    /// A call that is never answered.
    Oneway = 4,
}

impl MessageType {
    /// The type with a number, if there is one.
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

/// A message's header: the method, the type of message, and the sequence id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageHeader<'a> {
    /// The method's name. A reply repeats that of the call byte for byte, so it is not checked to
    /// be UTF-8.
    pub name: Cow<'a, [u8]>,
    /// The type of message, or its number if that is unknown.
    pub kind: Result<MessageType, u8>,
    /// The sequence id, which matches a reply to its call.
    pub seqid: i32,
}

impl<'a> MessageHeader<'a> {
    /// Makes a header.
    pub fn new(name: impl Into<Cow<'a, [u8]>>, kind: MessageType, seqid: i32) -> Self {
        MessageHeader { name: name.into(), kind: Ok(kind), seqid }
    }
}
