//! What a server hands calls to.

mod apart;
mod call;
mod guard;
mod handlers;
mod message;

use std::{future::Future, sync::Arc};

#[cfg(any(feature = "blocking", feature = "tokio"))]
pub(crate) use self::message::answer;
pub(crate) use self::message::{Extent, Message};
pub use self::{
    apart::Apart,
    call::Call,
    handlers::{Handlers, PerCall, Shared},
};
use crate::protocol::Protocol;

/// What a server hands calls to, by method name.
///
/// `thrift!` generates one for each service, `XxxProcessor`. Middleware is a processor around
/// another:
///
/// ```
/// use thrift_runtime::{Call, Processed, Processor, Protocol};
///
/// struct Counted<T> {
///     inner: T,
///     calls: std::sync::atomic::AtomicU64,
/// }
///
/// impl<T: Processor> Processor for Counted<T> {
///     async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
///         self.calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///         self.inner.process(call).await
///     }
/// }
/// ```
pub trait Processor: Send + Sync + 'static {
    /// Answers one call.
    fn process<P: Protocol>(&self, call: Call<'_, P>) -> impl Future<Output = Processed> + Send;
}

impl<T: Processor> Processor for Arc<T> {
    fn process<P: Protocol>(&self, call: Call<'_, P>) -> impl Future<Output = Processed> + Send {
        (**self).process(call)
    }
}

/// The outcome of a [`Call`].
#[derive(Debug)]
#[must_use = "the server needs to know what became of the call"]
pub struct Processed {
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The call is done, and its message is `end` bytes long.
    Done { end: usize },
    /// The message is not whole, and nothing was done.
    Incomplete,
    /// The caller was told what it could be, and the end of the message cannot be found.
    Lost,
}
