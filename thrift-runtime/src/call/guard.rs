//! Keeps a handler's panic from harming anyone but its caller.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

/// A processor's future, which yields `None` if it panics. One that sees to that itself need not be
/// watched.
pub(crate) struct Watched<'a, F> {
    future: Pin<&'a mut F>,
    catches: bool,
}

impl<'a, F> Watched<'a, F> {
    #[inline]
    pub(crate) fn new(future: Pin<&'a mut F>, catches: bool) -> Self {
        Watched { future, catches }
    }
}

impl<F: Future> Future for Watched<'_, F> {
    type Output = Option<F::Output>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        match self.catches {
            true => Pin::new(&mut Guarded(self.future.as_mut())).poll(cx),
            false => self.future.as_mut().poll(cx).map(Some),
        }
    }
}

/// A future that calls handlers, which yields `None` if one panics.
///
/// A generated processor has one around all of its methods: one in each would be a fifth of what a
/// method compiles to.
///
/// It is polled in a function of its own. Otherwise the dispatch to all methods of a service would be
/// inlined into each place that serves it, and compile times grow faster than the size of a function.
#[derive(Debug)]
pub(crate) struct Guarded<'a, F>(pub Pin<&'a mut F>);

impl<F: Future> Future for Guarded<'_, F> {
    type Output = Option<F::Output>;

    #[inline(never)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        // The panic hook has reported it.
        match catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(cx))) {
            Ok(polled) => polled.map(Some),
            Err(_) => Poll::Ready(None),
        }
    }
}
