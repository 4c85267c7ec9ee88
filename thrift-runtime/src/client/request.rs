//! What a call asks for: a method, and its arguments.

use std::borrow::Cow;

#[cfg(feature = "header")]
use crate::headers::Headers;
use crate::{
    error::Result,
    multiplexed::SERVICE_SEPARATOR,
    protocol::{MessageHeader, Output, Protocol},
    value::Struct,
};

/// A method, perhaps of one of several services behind the connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Method<'a> {
    pub(super) service: Option<&'a str>,
    pub(super) name: &'static str,
    #[cfg(feature = "header")]
    pub(super) headers: Option<&'a Headers>,
}

impl Method<'_> {
    /// The name in a call; in the reply it is the bare one.
    pub(super) fn on_the_wire(self) -> Cow<'static, [u8]> {
        match self.service {
            None => self.name.as_bytes().into(),
            Some(service) => [service, SERVICE_SEPARATOR, self.name].concat().into_bytes().into(),
        }
    }
}

/// The arguments of a call, of whatever type: what sends them is compiled once, not once a method.
pub(super) trait Arguments<P>: Sync {
    /// Appends a message to `out`.
    fn write(&self, protocol: P, header: &MessageHeader<'_>, out: &mut Output) -> Result<()>;
}

impl<P: Protocol, A: Struct + Sync> Arguments<P> for A {
    fn write(&self, protocol: P, header: &MessageHeader<'_>, out: &mut Output) -> Result<()> {
        protocol.write_message(header, self, out)
    }
}
