//! What a client calls through: one call going out, its reply coming back.

use std::{future::Future, sync::Arc};

use crate::{error::Result, value::Struct};

/// The way to a service: a connection, a pool of them, a test double, or another channel with
/// something added.
///
/// `XxxClient<C>` is generated over any channel; [`Client`](crate::Client) is the one over a socket.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a channel to a service",
    label = "not a channel",
    note = "`Client::connect(address).await?` gives one; `XxxClient::connect(address).await?` takes the \
            address itself"
)]
pub trait Channel: Send + Sync {
    /// Calls a method and waits for its reply.
    fn call<A, R>(
        &self,
        method: &'static str,
        arguments: &A,
    ) -> impl Future<Output = Result<R>> + Send
    where
        A: Struct + Sync,
        R: Struct + Send;

    /// Calls a method that is never answered; done when the call is on its way.
    fn call_oneway<A>(
        &self,
        method: &'static str,
        arguments: &A,
    ) -> impl Future<Output = Result<()>> + Send
    where
        A: Struct + Sync;
}

macro_rules! channel_behind {
    ($pointer:ty) => {
        impl<C: Channel + ?Sized> Channel for $pointer {
            fn call<A, R>(
                &self,
                method: &'static str,
                arguments: &A,
            ) -> impl Future<Output = Result<R>> + Send
            where
                A: Struct + Sync,
                R: Struct + Send,
            {
                (**self).call(method, arguments)
            }

            fn call_oneway<A>(
                &self,
                method: &'static str,
                arguments: &A,
            ) -> impl Future<Output = Result<()>> + Send
            where
                A: Struct + Sync,
            {
                (**self).call_oneway(method, arguments)
            }
        }
    };
}

channel_behind!(&C);
channel_behind!(Arc<C>);
