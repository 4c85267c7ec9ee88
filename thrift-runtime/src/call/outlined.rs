//! Futures that are not inlined into what polls them.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// A future that is polled in a function of its own, which is compiled once.
///
/// Otherwise all methods of a service would be inlined into the function that dispatches to them,
/// once for each place that serves it. Compile times grow faster than the size of a function.
#[doc(hidden)]
#[derive(Debug)]
pub struct Outlined<'a, F>(pub Pin<&'a mut F>);

impl<F: Future> Future for Outlined<'_, F> {
    type Output = F::Output;

    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.0.as_mut().poll(cx)
    }
}
