//! What a client calls through: a request goes out, and a response comes back.

use std::{future::Future, sync::Arc};

use super::{MethodResult, Request, Response, Signature};
use crate::{error::Result, protocol::Protocol};

/// What generated clients call through: a connection, a pool of connections, or middleware around
/// another channel.
///
/// `XxxClient<C>` works over any channel. [`Client`](crate::Client) is the one over a socket.
///
/// Middleware is a channel around another. It gets each call as a value, so it may add to it, send
/// it elsewhere or once more, and look at what came back. This one marks calls for tracing, and
/// sends again what the IDL declares to be idempotent:
///
/// ```
/// use thrift_runtime::{Channel, Request, Response, Result};
///
/// struct Persistent<C> {
///     inner: C,
///     attempts: u32,
/// }
///
/// impl<C: Channel> Channel for Persistent<C> {
///     type Protocol = C::Protocol;
///
///     async fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
///         request.headers_mut().set("trace", "7f3a");
///         for _ in 1..self.attempts {
///             match self.inner.send(request.clone()).await {
///                 Err(error) if error.is_closed() && request.is_idempotent() => {}
///                 sent => return sent,
///             }
///         }
///         self.inner.send(request).await
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a channel to a service",
    label = "not a channel",
    note = "`Client::connect(address).await?` gives one; `XxxClient::connect(address).await?` takes the \
            address itself"
)]
pub trait Channel: Send + Sync {
    /// The protocol that requests are written in.
    type Protocol: Protocol;

    /// Sends a request, and waits for its response; a oneway call has none.
    ///
    /// # Errors
    ///
    /// If it cannot be sent, or no reply comes. An application exception is a reply.
    fn send(
        &self,
        request: Request<'_, Self::Protocol>,
    ) -> impl Future<Output = Result<Response<Self::Protocol>>> + Send;
}

/// A pointer to a channel is a channel.
macro_rules! pointer {
    ($($pointer:ty),*) => {$(
        impl<C: Channel + ?Sized> Channel for $pointer {
            type Protocol = C::Protocol;

            fn send(
                &self,
                request: Request<'_, C::Protocol>,
            ) -> impl Future<Output = Result<Response<C::Protocol>>> + Send {
                (**self).send(request)
            }
        }
    )*};
}

pointer!(&C, Arc<C>, Box<C>);

/// Calls a method through a channel and unpacks its result.
///
/// # Errors
///
/// With the declared exception, or if the call fails otherwise.
// Not an `async fn`, nor is the other: that these futures can be sent is proven here once, and not in
// each method of each client.
#[allow(clippy::manual_async_fn)]
pub fn call<C, S>(channel: &C, arguments: S::Arguments) -> impl Future<Output = S::Output> + Send
where
    C: Channel,
    S: Signature,
    S::Arguments: Send + Sync,
{
    async move {
        let method = &S::DECLARED.method;
        let sent = channel.send(Request::new(method, &arguments)).await;
        match sent.and_then(|response| response.read::<S::Result>()) {
            Ok(result) => result.into_returned(method.name()),
            Err(error) => S::Result::failed(error),
        }
    }
}

/// Calls a oneway method through a channel.
///
/// # Errors
///
/// If the call cannot be sent.
#[allow(clippy::manual_async_fn)]
pub fn call_oneway<C, S>(
    channel: &C,
    arguments: S::Arguments,
) -> impl Future<Output = Result<()>> + Send
where
    C: Channel,
    S: Signature,
    S::Arguments: Send + Sync,
{
    async move { channel.send(Request::new(&S::DECLARED.method, &arguments)).await.map(drop) }
}
