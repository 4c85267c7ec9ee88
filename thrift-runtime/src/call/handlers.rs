//! Handlers: one for all calls, or one for each, and how they are called.

use std::{
    borrow::Borrow,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::{Call, Context, MethodResult};
use crate::{error::Result, protocol::Protocol, value::Struct};

/// A method's arguments, with which a handler of type `H` is called.
#[doc(hidden)]
pub trait Handle<H>: Struct {
    /// What the method gives.
    type Result: MethodResult;
    /// Whether it is never answered.
    const ONEWAY: bool;

    /// Calls the handler.
    #[allow(clippy::type_complexity)]
    fn handle(
        self,
        handler: &H,
    ) -> impl Future<
        Output = Result<
            <Self::Result as MethodResult>::Value,
            <Self::Result as MethodResult>::Error,
        >,
    > + Send;
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
