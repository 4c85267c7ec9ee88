//! A connection that a call has for itself.

use std::{net::SocketAddr, sync::Arc, time::Instant};

use super::shared::Shared;
use crate::{blocking::BlockingClient, protocol::Protocol, transport::usual::Ended};

/// A connection of a pool, which gets it back when this is dropped.
pub(super) struct Lease<P: Protocol> {
    pub(super) shared: Arc<Shared<P>>,
    pub(super) client: BlockingClient<P>,
    pub(super) address: SocketAddr,
    pub(super) begun: Instant,
    /// Whether the call had to wait for it.
    pub(super) has_waited: bool,
    /// How the call has ended.
    pub(super) ended: Ended,
}

impl<P: Protocol> Drop for Lease<P> {
    fn drop(&mut self) {
        self.shared.give_back(self.address, self.client.clone(), self.begun, self.ended);
    }
}
