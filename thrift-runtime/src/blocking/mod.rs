//! The client and the server for programs without an async runtime.

mod builder;
mod client;
mod connection;
mod server;
mod shutdown;
mod socket;
mod stream;
#[cfg(feature = "tls")]
mod tls;

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use crate::{error::Result, method::MethodResult, value::Struct};

pub use self::{
    builder::BlockingClientBuilder,
    client::BlockingClient,
    server::{BlockingServer, serve_blocking},
    shutdown::BlockingShutdownHandle,
};

/// What generated blocking clients call through, as async ones do through a
/// [`Channel`](crate::Channel).
///
/// `XxxBlockingClient<C>` works over any such channel. It is generated if `services` lists
/// `blocking`.
pub trait BlockingChannel: Send + Sync {
    /// Calls a method and waits for its reply.
    ///
    /// # Errors
    ///
    /// If no reply comes, it cannot be read, or it is an application exception.
    fn call<A: Struct, R: Struct>(&self, method: &'static str, arguments: &A) -> Result<R>;

    /// Calls a oneway method, without waiting for anything but the sending.
    ///
    /// # Errors
    ///
    /// If the call cannot be sent.
    fn call_oneway<A: Struct>(&self, method: &'static str, arguments: &A) -> Result<()>;
}

/// A pointer to a channel is a channel.
macro_rules! pointer {
    ($($pointer:ty),*) => {$(
        impl<C: BlockingChannel> BlockingChannel for $pointer {
            fn call<A: Struct, R: Struct>(&self, method: &'static str, arguments: &A) -> Result<R> {
                (**self).call(method, arguments)
            }

            fn call_oneway<A: Struct>(&self, method: &'static str, arguments: &A) -> Result<()> {
                (**self).call_oneway(method, arguments)
            }
        }
    )*};
}

pointer!(&C, Arc<C>);

/// Calls a method through a channel and unpacks its result.
///
/// # Errors
///
/// With the declared exception, or if the call fails otherwise.
pub fn call<C, A, R>(channel: &C, method: &'static str, arguments: &A) -> Result<R::Value, R::Error>
where
    C: BlockingChannel,
    A: Struct,
    R: MethodResult,
{
    channel.call::<A, R>(method, arguments)?.into_outcome(method)
}

/// Wakes a thread that is blocked on a future.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future on this thread.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            // Returns at once if the wake-up has come already.
            Poll::Pending => thread::park(),
        }
    }
}
