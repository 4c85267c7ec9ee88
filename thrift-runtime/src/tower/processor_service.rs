//! A tower service made of a processor.

use std::{
    convert::Infallible,
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tower_service::Service;

use super::OwnedCall;
use crate::call::{Answered, Processor};

/// A [`tower::Service`](tower_service::Service) that has a processor answer: the innermost, which
/// layers go around.
///
/// It is always ready, and never fails: a handler that fails is an answer.
pub struct ProcessorService<T>(pub(super) Arc<T>);

impl<T: Processor> ProcessorService<T> {
    /// The service that has `processor` answer.
    pub fn new(processor: T) -> Self {
        ProcessorService(Arc::new(processor))
    }
}

impl<T: Processor> Service<OwnedCall> for ProcessorService<T> {
    type Response = Answered;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Answered, Infallible>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: OwnedCall) -> Self::Future {
        let processor = Arc::clone(&self.0);
        Box::pin(async move { Ok(call.answer(&*processor).await) })
    }
}

impl<T> Clone for ProcessorService<T> {
    fn clone(&self) -> Self {
        ProcessorService(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for ProcessorService<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessorService").finish_non_exhaustive()
    }
}
