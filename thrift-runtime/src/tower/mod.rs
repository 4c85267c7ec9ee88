//! Clients and servers as [`tower::Service`]s, so that tower's layers go around them (feature `tower`).
//!
//! | | a service of it | made of a service |
//! | --- | --- | --- |
//! | a [`Channel`](crate::Channel) | [`ChannelService`]: [`OwnedRequest`] to [`Response`](crate::Response) | [`ServiceChannel`] |
//! | a [`Processor`](crate::Processor) | [`ProcessorService`]: [`OwnedCall`] to [`Answered`](crate::Answered) | [`ServiceProcessor`] |
//!
//! [`RetryPolicy`] is for tower's retry, [`HedgePolicy`] for its hedge, and [`Balanced`] is a channel over several servers.
//!
//! [`guide::tower`](crate::guide::tower) shows how they are used.
//!
//! [`tower::Service`]: tower_service::Service

mod balanced;
mod channel;
mod channel_service;
mod errors;
mod hash_key;
mod hedge;
mod layered;
mod processor;
mod processor_service;
mod retry;

pub use self::{
    balanced::{Balanced, BalancedBuilder},
    channel::ServiceChannel,
    channel_service::ChannelService,
    hash_key::HashKey,
    hedge::HedgePolicy,
    layered::Layered,
    processor::ServiceProcessor,
    processor_service::ProcessorService,
    retry::RetryPolicy,
};
pub use crate::call::{OwnedCall, OwnedRequest};
