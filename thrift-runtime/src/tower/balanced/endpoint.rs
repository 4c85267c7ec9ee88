//! One connection of several.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tower_service::Service;

use super::{Connecting, LastFailure};
use crate::{
    call::Response,
    client::{Client, Reconnecting},
    error::{Error, Result},
    layers::{OwnedRequest, channel_service::send},
    protocol::Protocol,
};

/// A connection, which is ready while it is open: what a balance chooses from. It connects, and connects
/// again, while it is asked whether it is ready.
pub(super) struct Endpoint<P: Protocol> {
    channel: Reconnecting<P>,
    state: State<P>,
    failure: LastFailure,
}

enum State<P: Protocol> {
    Idle,
    Connecting(Connecting<P>),
    Open(Client<P>),
}

impl<P: Protocol> Endpoint<P> {
    pub(super) fn new(channel: Reconnecting<P>, failure: LastFailure) -> Self {
        Endpoint { channel, state: State::Idle, failure }
    }
}

impl<P: Protocol> Service<OwnedRequest> for Endpoint<P> {
    type Response = Response<P>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<P>>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        loop {
            self.state = match &mut self.state {
                State::Open(client) if !client.is_closed() => return Poll::Ready(Ok(())),
                State::Idle | State::Open(_) => {
                    let channel = self.channel.clone();
                    State::Connecting(Box::pin(async move { channel.client().await }))
                }
                State::Connecting(connecting) => match ready!(connecting.as_mut().poll(cx)) {
                    Ok(client) => {
                        self.failure.set(None);
                        State::Open(client)
                    }
                    // The next attempt begins with a pause.
                    Err(error) => {
                        self.failure.set(Some(error));
                        State::Idle
                    }
                },
            }
        }
    }

    fn call(&mut self, request: OwnedRequest) -> Self::Future {
        match &self.state {
            State::Open(client) => Box::pin(send(client.clone(), request)),
            _ => Box::pin(send(self.channel.clone(), request)),
        }
    }
}
