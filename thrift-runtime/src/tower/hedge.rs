//! Which calls tower's hedge sends twice.

use tower::hedge::Policy;

use super::OwnedRequest;

/// The policy of a [`Hedge`](https://docs.rs/tower/latest/tower/hedge/struct.Hedge.html): it sends a call
/// that takes longer than most do a second time, if the call is
/// [idempotent](OwnedRequest::is_idempotent), and takes the first reply. Any other call is sent once.
///
/// ```
/// use std::time::Duration;
/// use thrift_runtime::{
///     BinaryProtocol, Channel,
///     layers::{Balanced, ChannelService, HedgePolicy, ServiceChannel},
/// };
/// use tower::{ServiceBuilder, hedge::Hedge};
///
/// /// Sends a call once more when it takes longer than 95 of 100 have in the last ten seconds or so, as
/// /// soon as 50 are known. To be called in a runtime.
/// fn hedged(servers: Balanced) -> impl Channel {
///     let (known, most, period) = (50, 0.95, Duration::from_secs(10));
///     let inner = ChannelService::new(servers);
///     let hedge = Hedge::new(inner, HedgePolicy::new(), known, most, period);
///     ServiceChannel::new(ServiceBuilder::new().buffer(1_000).service(hedge), BinaryProtocol::STRICT)
/// }
/// ```
///
/// Over a [`Balanced`](super::Balanced) channel, the second goes elsewhere, most likely, since the first
/// makes its server busy. A call with a [key](super::HashKey) has one server, and a second over the same
/// connection to a server that answers in order gains nothing.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct HedgePolicy {}

impl HedgePolicy {
    /// The policy.
    pub fn new() -> Self {
        HedgePolicy::default()
    }
}

impl Policy<OwnedRequest> for HedgePolicy {
    fn clone_request(&self, request: &OwnedRequest) -> Option<OwnedRequest> {
        let twice = request.is_idempotent() && !request.is_oneway();
        twice.then(|| request.clone())
    }

    fn can_retry(&self, _request: &OwnedRequest) -> bool {
        true
    }
}
