//! Channels and processors behind pointers, for programs that need not be generic.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use super::{Call, Channel, Method, Processed, Processor, Request, Response};
use crate::{
    error::{ApplicationErrorKind, ApplicationException, Result},
    protocol::{AnyProtocol, BinaryProtocol, Protocol},
};

type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A channel of any type, chosen at run time. Clones share it.
///
/// Channels in different protocols become of one type if each is built with an [`AnyProtocol`]:
///
/// ```no_run
/// # #[cfg(feature = "tokio")] {
/// use thrift_runtime::{AnyProtocol, BinaryProtocol, BoxChannel, Client, Result};
///
/// async fn connect(framed: bool) -> Result<BoxChannel<AnyProtocol>> {
///     let builder = Client::builder().protocol(AnyProtocol::from(BinaryProtocol::STRICT));
///     let builder = if framed { builder.framed() } else { builder };
///     Ok(BoxChannel::new(builder.connect("127.0.0.1:9090").await?))
/// }
/// # }
/// ```
///
/// A call costs one allocation more.
pub struct BoxChannel<P = BinaryProtocol>(Arc<dyn DynChannel<P>>);

trait DynChannel<P>: Send + Sync {
    fn send<'a>(&'a self, request: Request<'a, P>) -> Pending<'a, Result<Response<P>>>;
}

impl<C: Channel> DynChannel<C::Protocol> for C {
    fn send<'a>(
        &'a self,
        request: Request<'a, C::Protocol>,
    ) -> Pending<'a, Result<Response<C::Protocol>>> {
        Box::pin(Channel::send(self, request))
    }
}

impl<P: Protocol> BoxChannel<P> {
    /// Puts a channel behind a pointer.
    pub fn new(channel: impl Channel<Protocol = P> + 'static) -> Self {
        BoxChannel(Arc::new(channel))
    }
}

impl<P: Protocol> Channel for BoxChannel<P> {
    type Protocol = P;

    async fn send(&self, request: Request<'_, P>) -> Result<Response<P>> {
        self.0.send(request).await
    }
}

impl<P> Clone for BoxChannel<P> {
    fn clone(&self) -> Self {
        BoxChannel(Arc::clone(&self.0))
    }
}

impl<P> fmt::Debug for BoxChannel<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxChannel").finish_non_exhaustive()
    }
}

/// A processor of any type, chosen at run time. Clones share it.
///
/// ```
/// use thrift_runtime::{BoxProcessor, Processor};
///
/// fn either(first: impl Processor, second: impl Processor, choice: bool) -> BoxProcessor {
///     if choice { BoxProcessor::new(first) } else { BoxProcessor::new(second) }
/// }
/// ```
///
/// A call costs one allocation more, and the program holds the code of every protocol that is built
/// in, even if its server takes [one only](crate::Server::only).
#[derive(Clone)]
pub struct BoxProcessor(Arc<dyn DynProcessor>);

trait DynProcessor: Send + Sync {
    fn process<'a>(&'a self, call: Call<'a, AnyProtocol>) -> Pending<'a, Processed>;
    fn method(&self, name: &[u8]) -> Option<&Method>;
    fn speculates(&self) -> bool;
    fn takes_path(&self, path: &str) -> bool;
}

impl<T: Processor> DynProcessor for T {
    fn process<'a>(&'a self, call: Call<'a, AnyProtocol>) -> Pending<'a, Processed> {
        Box::pin(Processor::process(self, call))
    }

    fn method(&self, name: &[u8]) -> Option<&Method> {
        Processor::method(self, name)
    }

    fn speculates(&self) -> bool {
        Processor::speculates(self)
    }

    fn takes_path(&self, path: &str) -> bool {
        Processor::takes_path(self, path)
    }
}

impl BoxProcessor {
    /// Puts a processor behind a pointer.
    pub fn new(processor: impl Processor) -> Self {
        BoxProcessor(Arc::new(processor))
    }
}

impl Processor for BoxProcessor {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        match AnyProtocol::for_encoding(call.protocol().encoding()) {
            Some(protocol) => self.0.process(call.with_protocol(protocol)).await,
            None => {
                let kind = ApplicationErrorKind::INVALID_PROTOCOL;
                call.refuse(ApplicationException::new(
                    kind,
                    "this build does not support the protocol",
                ))
            }
        }
    }

    fn method(&self, name: &[u8]) -> Option<&Method> {
        self.0.method(name)
    }

    fn speculates(&self) -> bool {
        self.0.speculates()
    }

    fn takes_path(&self, path: &str) -> bool {
        self.0.takes_path(path)
    }
}

impl fmt::Debug for BoxProcessor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxProcessor").finish_non_exhaustive()
    }
}
