//! The client and the server for programs without an async runtime.

mod address;
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

/// What a blocking client calls through, as [`Channel`](crate::Channel) is for an async one.
///
/// `XxxBlockingClient<C>` is generated over any such channel, where `services` asks for `blocking`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a blocking channel to a service",
    label = "not a blocking channel",
    note = "`BlockingClient::connect(address)?` gives one; `XxxBlockingClient::connect(address)?` takes \
            the address itself"
)]
pub trait BlockingChannel: Send + Sync {
    /// Calls a method and waits for its reply.
    ///
    /// # Errors
    ///
    /// Where no reply comes, or it is an application exception.
    fn call<A: Struct, R: Struct>(&self, method: &'static str, arguments: &A) -> Result<R>;

    /// Calls a method that is never answered.
    ///
    /// # Errors
    ///
    /// Where the call cannot be sent.
    fn call_oneway<A: Struct>(&self, method: &'static str, arguments: &A) -> Result<()>;
}

macro_rules! channel_behind {
    ($pointer:ty) => {
        impl<C: BlockingChannel + ?Sized> BlockingChannel for $pointer {
            fn call<A: Struct, R: Struct>(&self, method: &'static str, arguments: &A) -> Result<R> {
                (**self).call(method, arguments)
            }

            fn call_oneway<A: Struct>(&self, method: &'static str, arguments: &A) -> Result<()> {
                (**self).call_oneway(method, arguments)
            }
        }
    };
}

channel_behind!(&C);
channel_behind!(Arc<C>);

/// Calls a method through a channel and takes its result apart.
///
/// # Errors
///
/// The declared exception, or what went wrong on the way.
pub fn call<C, A, R>(channel: &C, method: &'static str, arguments: &A) -> Result<R::Value, R::Error>
where
    C: BlockingChannel,
    A: Struct,
    R: MethodResult,
{
    channel.call::<A, R>(method, arguments)?.into_outcome(method)
}

/// Wakes a thread that waits for a future.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a future in this thread.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            // A wake-up that came meanwhile makes this return at once.
            Poll::Pending => thread::park(),
        }
    }
}
