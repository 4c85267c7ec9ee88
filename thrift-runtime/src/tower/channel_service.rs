//! A tower service made of a channel.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tower_service::Service;

use super::OwnedRequest;
use crate::{
    call::{Channel, Response},
    error::{Delivery, Error, Result},
};

/// A [`tower::Service`](tower_service::Service) that calls through a channel: the innermost, which
/// layers go around.
///
/// It is always ready, as a client waits in its calls. A channel that cannot be cloned is put into an
/// `Arc`.
#[derive(Debug, Clone)]
pub struct ChannelService<C>(C);

impl<C: Channel + Clone + 'static> ChannelService<C> {
    /// The service that calls through `channel`.
    pub fn new(channel: C) -> Self {
        ChannelService(channel)
    }

    /// The channel.
    pub fn channel(&self) -> &C {
        &self.0
    }
}

impl<C: Channel + Clone + 'static> Service<OwnedRequest> for ChannelService<C> {
    type Response = Response<C::Protocol>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<C::Protocol>>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: OwnedRequest) -> Self::Future {
        Box::pin(send(self.0.clone(), request))
    }
}

/// Sends a request, and notes whether it may have been processed.
pub(super) async fn send<C: Channel>(
    channel: C,
    mut request: OwnedRequest,
) -> Result<Response<C::Protocol>> {
    request.sendings().begin()?;
    let sent = channel.send(request.lend()).await;
    let unprocessed = match &sent {
        Ok(response) => response.exception().is_some_and(|error| is_unprocessed(&error)),
        Err(error) => is_unprocessed(error),
    };
    if unprocessed {
        request.sendings().take_back();
    }
    sent
}

fn is_unprocessed(error: &Error) -> bool {
    error.delivery() != Delivery::Possible
}
