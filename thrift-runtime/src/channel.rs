//! What a client calls through: a call goes out, and its reply comes back.

use std::{future::Future, sync::Arc};

use crate::{error::Result, value::Struct};

/// What generated clients call through: a connection, a pool of connections, a test double, or
/// middleware around another channel.
///
/// `XxxClient<C>` works over any channel. [`Client`](crate::Client) is the one over a socket.
///
/// Middleware is a channel around another:
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use thrift_runtime::{Channel, Result, value::Struct};
///
/// struct Counted<C> {
///     inner: C,
///     calls: AtomicU64,
/// }
///
/// impl<C: Channel> Channel for Counted<C> {
///     async fn call<A, R>(&self, method: &'static str, arguments: &A) -> Result<R>
///     where
///         A: Struct + Sync,
///         R: Struct + Send,
///     {
///         self.calls.fetch_add(1, Ordering::Relaxed);
///         self.inner.call(method, arguments).await
///     }
///
///     async fn call_oneway<A>(&self, method: &'static str, arguments: &A) -> Result<()>
///     where
///         A: Struct + Sync,
///     {
///         self.calls.fetch_add(1, Ordering::Relaxed);
///         self.inner.call_oneway(method, arguments).await
///     }
/// }
/// ```
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

/// A pointer to a channel is a channel.
macro_rules! pointer {
    ($($pointer:ty),*) => {$(
        impl<C: Channel> Channel for $pointer {
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
    )*};
}

pointer!(&C, Arc<C>);
