//! How connections end.

use super::Late;
use crate::{call::CloseReason, error::Error};

/// Why a server ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Ending {
    Shutdown = 1,
    Age,
    Displaced,
}

/// What is known of a connection that has ended, besides the error if it failed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ended {
    /// What the peer did not do in time.
    pub(crate) late: Option<Late>,
    /// Whether it was within the TLS handshake, or the SASL negotiation.
    pub(crate) in_handshake: bool,
    /// Why the server ended it, if it did.
    pub(crate) ending: Option<Ending>,
}

impl Ended {
    pub(crate) fn reason<'a>(&self, error: Option<&'a Error>) -> CloseReason<'a> {
        match (error, self.ending) {
            (Some(_), _) if self.late == Some(Late::Idle) => CloseReason::Idle,
            (Some(error), _) if self.in_handshake => CloseReason::Handshake(error),
            (Some(error), _) => CloseReason::Failed(error),
            (None, Some(Ending::Shutdown)) => CloseReason::Shutdown,
            (None, Some(Ending::Age)) => CloseReason::Age,
            (None, Some(Ending::Displaced)) => CloseReason::Displaced,
            (None, None) => CloseReason::Peer,
        }
    }
}
