//! Several services behind one port, told apart by a prefix of the method's name.

use std::future::Future;

use crate::{
    error::{ApplicationErrorKind, ApplicationException},
    processor::{Call, Processed, Processor},
    protocol::Protocol,
};

/// What stands between the service's and the method's name in a call.
pub(crate) const SERVICE_SEPARATOR: &str = ":";

/// A processor that has several services by name, as `TMultiplexedProcessor` does: a call names
/// `Service:method`, and its reply the bare `method`.
///
/// ```
/// use thrift_runtime::{Multiplexed, Processor};
///
/// fn both(calculator: impl Processor, messages: impl Processor) -> impl Processor {
///     Multiplexed::new().service("Calculator", calculator).service("Messages", messages)
/// }
/// ```
///
/// Calls of plain names go to the [`default`](Multiplexed::default_service) service, if there is one.
#[derive(Debug)]
pub struct Multiplexed<S = NoService, D = NoService> {
    services: S,
    default: D,
}

impl Multiplexed {
    /// Begins with no services.
    pub fn new() -> Self {
        Multiplexed { services: NoService, default: NoService }
    }
}

impl Default for Multiplexed {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Services, D: Processor> Multiplexed<S, D> {
    /// Adds a service. Of two with one name, the one added last has it.
    pub fn service<T: Processor>(
        self,
        name: impl Into<String>,
        processor: T,
    ) -> Multiplexed<Service<T, S>, D> {
        let services = Service { name: name.into(), processor, rest: self.services };
        Multiplexed { services, default: self.default }
    }

    /// Sets the service that answers calls of plain names, for peers that know of one service only.
    pub fn default_service<T: Processor>(self, processor: T) -> Multiplexed<S, T> {
        Multiplexed { services: self.services, default: processor }
    }
}

impl<S: Services, D: Processor> Processor for Multiplexed<S, D> {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        let separator = SERVICE_SEPARATOR.as_bytes();
        let at = call.method().windows(separator.len()).position(|part| part == separator);
        match at {
            Some(at) => self.services.process(at, call).await,
            None => self.default.process(call).await,
        }
    }
}

/// Services by name; made by [`Multiplexed::service`].
pub trait Services: Send + Sync + 'static {
    /// Answers a call whose name begins with a service's, `end` bytes long.
    #[doc(hidden)]
    fn process<P: Protocol>(
        &self,
        end: usize,
        call: Call<'_, P>,
    ) -> impl Future<Output = Processed> + Send;
}

/// A service and those beside it.
#[derive(Debug)]
pub struct Service<T, S> {
    name: String,
    processor: T,
    rest: S,
}

impl<T: Processor, S: Services> Services for Service<T, S> {
    async fn process<P: Protocol>(&self, end: usize, mut call: Call<'_, P>) -> Processed {
        if call.method().get(..end) != Some(self.name.as_bytes()) {
            return self.rest.process(end, call).await;
        }
        call.strip(end + SERVICE_SEPARATOR.len());
        self.processor.process(call).await
    }
}

/// No service.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoService;

impl Services for NoService {
    async fn process<P: Protocol>(&self, end: usize, mut call: Call<'_, P>) -> Processed {
        let service = call.method().get(..end).unwrap_or_default();
        let text = format!("there is no service {}", String::from_utf8_lossy(service));
        call.strip(end + SERVICE_SEPARATOR.len());
        call.refuse(|_| ApplicationException::new(ApplicationErrorKind::UNKNOWN_METHOD, text))
    }
}

impl Processor for NoService {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        call.refuse(|method| {
            let text = format!("{method} names no service, and there is no default one");
            ApplicationException::new(ApplicationErrorKind::UNKNOWN_METHOD, text)
        })
    }
}
