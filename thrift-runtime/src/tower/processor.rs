//! A processor made of a tower service.

use std::{fmt, future::poll_fn, sync::Arc};

use tower::BoxError;
use tower_layer::Layer;
use tower_service::Service;

use super::{OwnedCall, ProcessorService, errors};
use crate::{
    call::{Answered, Call, Method, Overload, Processed, Processor},
    error::{ApplicationErrorKind, ApplicationException, Error, ErrorKind},
    protocol::Protocol,
};

/// A processor that calls a [`tower::Service`](tower_service::Service): what a server of any kind
/// hands calls to when layers are around the real one.
///
/// ```
/// use thrift_runtime::{Processor, layers::ServiceProcessor};
/// use tower::ServiceBuilder;
///
/// fn bounded(processor: impl Processor) -> impl Processor {
///     let layers = ServiceBuilder::new().load_shed().concurrency_limit(100);
///     ServiceProcessor::layered(&layers, processor)
/// }
/// ```
///
/// Each call clones the service, so what is not `Clone` or not `Sync` goes into a
/// [`Buffer`](https://docs.rs/tower/latest/tower/buffer/struct.Buffer.html). Layers that use timers or
/// start tasks need tokio, which a [`BlockingServer`] does not bring.
///
/// What layers fail with is answered:
///
/// | error | answer |
/// | --- | --- |
/// | `Overloaded` of `load_shed` | [`OVERLOADED`](ApplicationErrorKind::OVERLOADED): the call was not processed |
/// | `Elapsed` of `timeout` | [`TIMEOUT`](ApplicationErrorKind::TIMEOUT); the handler is dropped |
/// | an [`ApplicationException`] | that one, as a refusal |
/// | an [`Error`] | as if a handler had failed with it |
/// | any other | an internal error with its text |
///
/// The program holds the code of every protocol that is built in, even if its server takes
/// [one only](crate::Server::only).
///
/// [`BlockingServer`]: https://docs.rs/thrift-runtime/latest/thrift_runtime/struct.BlockingServer.html
#[derive(Clone)]
pub struct ServiceProcessor<S> {
    service: S,
    /// The processor within, if it is known.
    within: Option<Arc<dyn Within>>,
}

/// What is asked of a processor besides answering calls.
trait Within: Send + Sync {
    fn method(&self, name: &[u8]) -> Option<&Method>;
    fn takes_path(&self, path: &str) -> bool;
}

impl<T: Processor> Within for T {
    fn method(&self, name: &[u8]) -> Option<&Method> {
        Processor::method(self, name)
    }

    fn takes_path(&self, path: &str) -> bool {
        Processor::takes_path(self, path)
    }
}

impl<S> ServiceProcessor<S> {
    /// The processor that calls `service`. It does not know which methods there are, as
    /// [`Processor::method`] tells.
    pub fn new(service: S) -> Self {
        ServiceProcessor { service, within: None }
    }

    /// A processor with a layer around it. It knows the methods that the one within knows.
    pub fn layered<T, L>(layer: &L, processor: T) -> Self
    where
        T: Processor,
        L: Layer<ProcessorService<T>, Service = S>,
    {
        let processor = Arc::new(processor);
        let within = Some(Arc::clone(&processor) as Arc<dyn Within>);
        ServiceProcessor { service: layer.layer(ProcessorService(processor)), within }
    }
}

impl<S: fmt::Debug> fmt::Debug for ServiceProcessor<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServiceProcessor").field(&self.service).finish()
    }
}

impl<S> Processor for ServiceProcessor<S>
where
    S: Service<OwnedCall, Response = Answered> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        let owned = match call.owned() {
            Ok(owned) => owned,
            Err(error) => return call.fail(&error),
        };
        let mut service = self.service.clone();
        let answered = async move {
            poll_fn(|cx| service.poll_ready(cx)).await.map_err(Into::into)?;
            service.call(owned).await.map_err(Into::into)
        };
        match answered.await {
            Ok(answered) => call.answered(&answered),
            Err(error) => fail(call, error),
        }
    }

    fn method(&self, name: &[u8]) -> Option<&Method> {
        self.within.as_ref()?.method(name)
    }

    fn takes_path(&self, path: &str) -> bool {
        self.within.as_ref().is_none_or(|within| within.takes_path(path))
    }
}

/// Answers with what a layer failed with.
#[cold]
fn fail<P: Protocol>(call: Call<'_, P>, error: BoxError) -> Processed {
    let error = match error.downcast::<ApplicationException>() {
        Ok(exception) => return call.refuse(*exception),
        Err(error) => errors::unboxed(error),
    };
    let layers_own = error.get_ref().is_some();
    match error.kind() {
        ErrorKind::Overloaded if layers_own => call.overloaded(Overload::Calls),
        ErrorKind::Timeout if layers_own => {
            let text = format!("{} took too long", call.method_name());
            call.fail(&Error::application(ApplicationErrorKind::TIMEOUT, text))
        }
        _ => call.fail(&error),
    }
}
