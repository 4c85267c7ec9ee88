//! What a client calls through: a call goes out, and its reply comes back.

use std::future::Future;

use crate::{error::Result, value::Struct};

/// What generated clients call through: a connection, a pool of connections, a test double, or
/// middleware around another channel.
///
/// `XxxClient<C>` works over any channel. [`Client`](crate::Client) is the one over a socket.
pub trait Channel: Send + Sync {
    /// Calls a method and waits for its reply.
    ///
    /// # Errors
    ///
    /// If no reply comes, it cannot be read, or it is an application exception.
    fn call<A, R>(
        &self,
        method: &'static str,
        arguments: &A,
    ) -> impl Future<Output = Result<R>> + Send
    where
        A: Struct + Sync,
        R: Struct + Send;

    /// Calls a oneway method. The future is ready once the call is on its way.
    ///
    /// # Errors
    ///
    /// If the call cannot be sent.
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
