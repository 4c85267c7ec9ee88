//! Async channels in programs without an async runtime.

use std::{
    cell::Cell,
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Instant,
};

use super::BlockingChannel;
use crate::{
    call::{Channel, Request, Response},
    error::Result,
};

/// A blocking channel that runs an async one on the caller's thread.
///
/// With [`NonBlocking`] inside, async middleware serves blocking clients:
///
/// ```
/// use thrift_runtime::{BlockOn, BlockingClient, Inspect, NonBlocking};
///
/// fn counted(client: BlockingClient) -> BlockOn<impl thrift_runtime::Channel> {
///     BlockOn(Inspect::new(NonBlocking(client), |request, _| println!("{request:?}")))
/// }
/// ```
///
/// There is no async runtime in this, so middleware that needs one, for its timers, has to bring it.
/// A client whose connection is in another thread's runtime needs none here.
#[derive(Debug, Clone)]
pub struct BlockOn<C>(pub C);

impl<C: Channel> BlockingChannel for BlockOn<C> {
    type Protocol = C::Protocol;

    fn send(&self, request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        block_on(self.0.send(request))
    }
}

/// What a client can do besides calls, where the caller's thread has no runtime.
#[cfg(feature = "tokio")]
macro_rules! ends {
    ($($client:ident),*) => {$(
        impl<P: crate::protocol::Protocol> BlockOn<crate::$client<P>> {
            /// Waits until all calls that were made before have been handed to the operating
            /// system.
            ///
            /// # Errors
            ///
            /// If the connection is lost before, or this takes too long.
            pub fn flush(&self) -> Result<()> {
                block_on(self.0.flush())
            }

            /// Closes the client's connections, for all clones.
            ///
            /// # Errors
            ///
            /// If the peer does not take what is left.
            pub fn close(&self) -> Result<()> {
                block_on(self.0.close())
            }
        }
    )*};
}

#[cfg(feature = "tokio")]
ends!(Client, Reconnecting);
#[cfg(feature = "http")]
ends!(HttpClient);

/// An async channel that blocks where it is polled: only for use within a [`BlockOn`].
#[derive(Debug, Clone)]
pub struct NonBlocking<C>(pub C);

impl<C: BlockingChannel> Channel for NonBlocking<C> {
    type Protocol = C::Protocol;

    async fn send(&self, request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        self.0.send(request)
    }
}

/// Wakes a thread that is blocked on a future.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

thread_local! {
    /// When the future that blocks this thread is to be polled, if it is not woken before.
    static WAKE_AT: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Has the future that is being polled, if it blocks this thread, polled again at a time, if it is not
/// woken before. There is no runtime with timers.
#[cfg(feature = "tokio")]
pub(crate) fn wake_at(at: Instant) {
    WAKE_AT.set(Some(WAKE_AT.get().map_or(at, |earlier| earlier.min(at))));
}

/// Runs a future on this thread.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    // A future that blocks may be within another that blocks.
    let outer = WAKE_AT.take();
    loop {
        let polled = future.as_mut().poll(&mut context);
        match (polled, WAKE_AT.take()) {
            (Poll::Ready(output), _) => {
                WAKE_AT.set(outer);
                return output;
            }
            // Returns at once if the wake-up has come already.
            (Poll::Pending, None) => thread::park(),
            (Poll::Pending, Some(at)) => {
                thread::park_timeout(at.saturating_duration_since(Instant::now()));
            }
        }
    }
}
