//! A call's method and arguments.

#[cfg(feature = "header")]
use crate::headers::Headers;
use crate::{
    error::Result,
    protocol::{MessageHeader, Output, Protocol},
    value::Struct,
};

/// A method, perhaps of one of several services.
#[derive(Debug, Clone, Copy)]
pub(super) struct Method<'a> {
    pub(super) service: Option<&'a str>,
    pub(super) name: &'static str,
    #[cfg(feature = "header")]
    pub(super) headers: Option<&'a Headers>,
}

/// A call's arguments as a trait object, so that the code which sends them is compiled once, rather
/// than once for each method.
pub(super) trait Arguments<P>: Sync {
    /// Appends a message to `out`.
    fn write(&self, protocol: P, header: &MessageHeader<'_>, out: &mut Output) -> Result<()>;
}

impl<P: Protocol, A: Struct + Sync> Arguments<P> for A {
    fn write(&self, protocol: P, header: &MessageHeader<'_>, out: &mut Output) -> Result<()> {
        protocol.write_message(header, self, out)
    }
}
