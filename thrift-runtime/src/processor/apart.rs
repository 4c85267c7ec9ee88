//! Futures that are compiled apart from what polls them.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// A future that is polled in a function of its own, compiled once.
///
/// Else all methods of a service would come to lie in the function that chooses among them, and a
/// compiler takes more than twice the time for code of twice the size; and all of that again in
/// each part of the program that serves, as the bodies of async functions are.
#[doc(hidden)]
#[derive(Debug)]
pub struct Apart<'a, F>(pub Pin<&'a mut F>);

impl<F: Future> Future for Apart<'_, F> {
    type Output = F::Output;

    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.0.as_mut().poll(cx)
    }
}
