//! What a client calls through: one call going out, its reply coming back.

use std::future::Future;

use crate::{error::Result, value::Struct};

/// The way to a service: a connection, a pool of them, a test double, or another channel with
/// something added.
///
/// `XxxClient<C>` is generated over any channel; [`Client`](crate::Client) is the one over a socket.
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

impl<C: Channel> Channel for &C {
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
