//! Messages that have arrived.

use std::sync::Arc;

use super::{Headers, Peer};
use crate::{
    error::Error,
    protocol::{Input, Limits, MessageHeader},
};

/// A message that has arrived, perhaps not all of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message<'a> {
    pub(super) header: &'a MessageHeader<'a>,
    /// Starts where the message does; `completeness` says where it ends.
    pub(super) input: Input<'a>,
    pub(super) completeness: Completeness<'a>,
    /// Where in `input` the arguments start.
    pub(super) body: usize,
    pub(super) origin: Origin<'a>,
}

impl<'a> Message<'a> {
    /// A message whose header, of this length, was read.
    #[inline]
    pub(crate) fn new(
        (header, body): &'a (MessageHeader<'a>, usize),
        input: Input<'a>,
        completeness: Completeness<'a>,
        origin: Origin<'a>,
    ) -> Self {
        Message { header, input, completeness, body: *body, origin }
    }

    /// Notes where it ends.
    pub(super) fn ends_at(&mut self, end: usize) {
        self.input.bytes = self.input.bytes.get(..end).unwrap_or_default();
        self.completeness = Completeness::Whole;
    }
}

/// What comes before a message, over a transport that carries headers.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) headers: Headers,
    /// That of an HTTP request's URL.
    pub(crate) path: Option<Box<str>>,
}

impl From<Headers> for Head {
    fn from(headers: Headers) -> Self {
        Head { headers, path: None }
    }
}

/// Where a message came from, and what is allowed to messages from there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub(crate) peer: &'a Peer,
    pub(crate) limits: &'a Limits,
    /// What came before it, if the transport carries headers.
    pub(crate) head: Option<&'a Arc<Head>>,
}

impl<'a> Origin<'a> {
    /// A peer whose transport carries no headers.
    pub(crate) fn new(peer: &'a Peer, limits: &'a Limits) -> Self {
        Origin { peer, limits, head: None }
    }
}

/// What is known about the end of a message.
// Without tokio, nobody reads ahead, and without a server, every message is whole.
#[cfg_attr(not(feature = "tokio"), allow(dead_code))]
#[derive(Debug, Clone, Copy)]
pub(crate) enum Completeness<'a> {
    /// It ends where the input does.
    Whole,
    /// It may end within the input, or not have arrived whole.
    Unknown,
    /// Its end cannot be found, for this reason, so that the message can only be refused.
    Endless(&'a Error),
}
