//! What a server hands calls to.

use std::{future::Future, sync::Arc};

use super::{Call, Method};
use crate::protocol::Protocol;

/// What a server hands calls to, by method name.
///
/// `thrift!` generates one for each service, `XxxProcessor`. Middleware is a processor around
/// another, and sees each call once. It may add to it, refuse it, bound its time, and look at what
/// became of it:
///
/// ```
/// use thrift_runtime::{ApplicationErrorKind, ApplicationException, Call, Processed, Processor, Protocol};
///
/// struct Guarded<T> {
///     inner: T,
///     token: String,
/// }
///
/// impl<T: Processor> Processor for Guarded<T> {
///     async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
///         if call.headers().get("token") != Some(&self.token) {
///             let text = format!("{} needs a token", call.method_name());
///             return call.refuse(ApplicationException::new(ApplicationErrorKind::UNKNOWN, text));
///         }
///         call.set_identity("the one with the token");
///         let processed = self.inner.process(call.reborrow()).await;
///         println!("{}: {}, {} bytes", call.method_name(), call.outcome(), call.sent());
///         processed
///     }
/// }
/// ```
///
/// A panic in it is answered like that of a handler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a processor",
    label = "not a processor",
    note = "`XxxProcessor::new(handler)` makes one of a handler, a type that implements the \
            trait of the service"
)]
pub trait Processor: Send + Sync + 'static {
    /// Answers one call.
    fn process<P: Protocol>(&self, call: Call<'_, P>) -> impl Future<Output = Processed> + Send;

    /// The method that a call of this name is for, if it is known beforehand that there is one.
    /// Generated processors know theirs.
    ///
    /// Traces and metrics name calls by it, since a name that a caller made up must not become one
    /// of theirs. Middleware of your own hands the question on to the processor within:
    ///
    /// ```ignore
    /// fn method(&self, name: &[u8]) -> Option<&Method> {
    ///     self.inner.method(name)
    /// }
    /// ```
    fn method(&self, name: &[u8]) -> Option<&Method> {
        let _ = name;
        None
    }

    /// Whether it can be given a call that may not be whole, since it does nothing before it has
    /// read the arguments. Only generated processors know that of themselves.
    #[doc(hidden)]
    #[inline]
    fn speculates(&self) -> bool {
        false
    }

    /// Whether something is served at a path of HTTP, as far as that is known before a call is read.
    #[doc(hidden)]
    fn takes_path(&self, _path: &str) -> bool {
        true
    }
}

/// A pointer to a processor is a processor.
macro_rules! pointer {
    ($($pointer:ty),*) => {$(
        impl<T: Processor> Processor for $pointer {
            fn process<P: Protocol>(
                &self,
                call: Call<'_, P>,
            ) -> impl Future<Output = Processed> + Send {
                (**self).process(call)
            }

            fn method(&self, name: &[u8]) -> Option<&Method> {
                (**self).method(name)
            }

            #[inline]
            fn speculates(&self) -> bool {
                (**self).speculates()
            }

            fn takes_path(&self, path: &str) -> bool {
                (**self).takes_path(path)
            }
        }
    )*};
}

pointer!(Arc<T>, Box<T>);

/// What a processor returns when it is done with a [`Call`]. Only answering a call makes one.
///
/// [`Call::outcome`] tells what became of the call.
#[derive(Debug)]
#[must_use = "a processor must return it from `process`"]
pub struct Processed(pub(super) ());
