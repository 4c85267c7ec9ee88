//! Handlers: one for all calls, or one for each, and how they are called.

use std::{
    borrow::Borrow,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
};

use super::{Call, Context, Guarded, Processed, Signature};
use crate::protocol::Protocol;

/// A method that handlers of type `H` have.
#[doc(hidden)]
pub trait Handle<H>: Signature {
    /// Calls the handler.
    fn handle(arguments: Self::Arguments, handler: &H)
    -> impl Future<Output = Self::Output> + Send;
}

/// A service whose methods handlers of type `H` have.
///
/// Code that only hands calls on asks for this, rather than for the service's trait: where a type
/// parameter has a service's trait for its bound, rustc notes all the traits that this extends, at
/// each place.
#[doc(hidden)]
pub trait Dispatch<H> {
    /// Has the method answer that the call names.
    // That it can be sent is said here, so that no descendant has to look into it.
    fn dispatch<P: Protocol>(
        handler: &H,
        call: &mut Call<'_, P>,
    ) -> impl Future<Output = Processed> + Send;
}

/// Answers a call to a service.
// Not an `async fn`: that it can be sent is proven here once, and not for each service.
#[allow(clippy::manual_async_fn)]
#[doc(hidden)]
pub fn process<D, S, P>(
    handlers: &S,
    mut call: Call<'_, P>,
) -> impl Future<Output = Processed> + Send
where
    D: Dispatch<S::Handler>,
    S: Handlers,
    P: Protocol,
{
    async move {
        let Some(lease) = handlers.lease(&mut call) else {
            return call.no_handler();
        };
        let answered = Guarded(pin!(D::dispatch(lease.borrow(), &mut call))).await;
        answered.unwrap_or_else(|| call.panicked())
    }
}

/// Where a processor gets its handlers.
#[doc(hidden)]
pub trait Handlers: Send + Sync + 'static {
    /// What implements the service.
    type Handler: Send + Sync;
    /// The handler for one call.
    type Lease<'a>: Borrow<Self::Handler> + Send + Sync;
    /// Whether getting one does nothing that a user would notice.
    const UNNOTICED: bool;

    /// The handler for `call`; `None` if making it panicked.
    fn lease<P: Protocol>(&self, call: &mut Call<'_, P>) -> Option<Self::Lease<'_>>;
}

/// One handler for all calls.
#[doc(hidden)]
#[derive(Debug)]
pub struct OneHandler<H>(pub H);

impl<H: Send + Sync + 'static> Handlers for OneHandler<H> {
    type Handler = H;
    type Lease<'a> = &'a H;
    const UNNOTICED: bool = true;

    #[inline]
    fn lease<P: Protocol>(&self, _call: &mut Call<'_, P>) -> Option<&H> {
        Some(&self.0)
    }
}

/// A handler for each call, made from its context.
#[doc(hidden)]
#[derive(Debug)]
pub struct PerCall<F>(pub F);

impl<H: Send + Sync + 'static, F: Fn(&Context) -> H + Send + Sync + 'static> Handlers
    for PerCall<F>
{
    type Handler = H;
    type Lease<'a> = H;
    const UNNOTICED: bool = false;

    fn lease<P: Protocol>(&self, call: &mut Call<'_, P>) -> Option<H> {
        catch_unwind(AssertUnwindSafe(|| (self.0)(&call.context()))).ok()
    }
}

/// A handler whose methods block, as one whose methods do not.
#[doc(hidden)]
#[derive(Debug)]
pub struct BlockingHandler<H>(pub H);
