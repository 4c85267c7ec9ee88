//! What a blocking client calls through.

use std::sync::Arc;

use crate::{
    call::{MethodResult, Request, Response, Signature},
    error::Result,
    protocol::Protocol,
};

/// What generated blocking clients call through, as async ones do through a
/// [`Channel`](crate::Channel).
///
/// `XxxBlockingClient<C>` works over any such channel. It is generated if `services` lists
/// `blocking`. Middleware is a channel around another:
///
/// ```
/// use thrift_runtime::{BlockingChannel, Request, Response, Result};
///
/// struct Traced<C>(C);
///
/// impl<C: BlockingChannel> BlockingChannel for Traced<C> {
///     type Protocol = C::Protocol;
///
///     fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
///         let sent = self.0.send(request.clone());
///         println!("{}: {}", request.method().name(), thrift_runtime::Outcome::of(&sent));
///         sent
///     }
/// }
/// ```
///
/// It can be put behind a pointer as it is: `Arc<dyn BlockingChannel<Protocol = BinaryProtocol>>`.
/// Middleware that was written for async channels works too: see [`BlockOn`](crate::BlockOn).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a blocking channel to a service",
    label = "not a blocking channel",
    note = "`BlockingClient::connect(address)?` gives one; `XxxBlockingClient::connect(address)?` takes \
            the address itself"
)]
pub trait BlockingChannel: Send + Sync {
    /// The protocol that requests are written in.
    type Protocol: Protocol;

    /// Sends a request, and waits for its response; a oneway call has none.
    ///
    /// # Errors
    ///
    /// If it cannot be sent, or no reply comes. An application exception is a reply.
    fn send(&self, request: Request<'_, Self::Protocol>) -> Result<Response<Self::Protocol>>;
}

/// A pointer to a channel is a channel.
macro_rules! pointer {
    ($($pointer:ty),*) => {$(
        impl<C: BlockingChannel + ?Sized> BlockingChannel for $pointer {
            type Protocol = C::Protocol;

            fn send(&self, request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
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
pub fn call<C, S>(channel: &C, arguments: S::Arguments) -> S::Output
where
    C: BlockingChannel,
    S: Signature,
    S::Arguments: Sync,
{
    let method = &S::DECLARED.method;
    let sent = channel.send(Request::new(method, &arguments));
    match sent.and_then(|response| response.read::<S::Result>()) {
        Ok(result) => result.into_returned(method.name()),
        Err(error) => S::Result::failed(error),
    }
}

/// Calls a oneway method through a channel.
///
/// # Errors
///
/// If the call cannot be sent.
pub fn call_oneway<C, S>(channel: &C, arguments: S::Arguments) -> Result<()>
where
    C: BlockingChannel,
    S: Signature,
    S::Arguments: Sync,
{
    channel.send(Request::new(&S::DECLARED.method, &arguments)).map(drop)
}
