//! Several services on one port, told apart by a prefix of the method's name.

use std::{borrow::Cow, future::Future};

use crate::{
    error::{ApplicationErrorKind, ApplicationException},
    processor::{Call, Processed, Processor},
    protocol::Protocol,
};

/// Stands between the service's and the method's name in a call.
pub(crate) const SERVICE_SEPARATOR: &str = ":";

/// The method's name as a call carries it: with the service before it if that is one of several.
/// The reply carries the bare name.
#[inline]
pub(crate) fn wire_name(service: Option<&str>, method: &'static str) -> Cow<'static, [u8]> {
    match service {
        None => method.as_bytes().into(),
        Some(service) => [service, SERVICE_SEPARATOR, method].concat().into_bytes().into(),
    }
}

/// A processor for several services, like `TMultiplexedProcessor`: a call names `Service:method`,
/// and its reply just `method`.
///
/// ```
/// use thrift_runtime::{Multiplexed, Processor};
///
/// fn both(calculator: impl Processor, messages: impl Processor) -> impl Processor {
///     Multiplexed::new().service("Calculator", calculator).service("Messages", messages)
/// }
/// ```
///
/// Calls that name no service go to the [default service](Multiplexed::default_service), if there
/// is one.
#[derive(Debug)]
#[must_use = "a processor does nothing until a server has it"]
pub struct Multiplexed<S = NoService, D = NoService> {
    services: S,
    default: D,
}

impl Multiplexed {
    /// A processor without services, to which they are added.
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
    /// Adds a service. If its name is taken, it replaces the earlier one.
    pub fn service<T: Processor>(
        self,
        name: impl Into<String>,
        processor: T,
    ) -> Multiplexed<Service<T, S>, D> {
        let services = Service { name: name.into(), processor, rest: self.services };
        Multiplexed { services, default: self.default }
    }

    /// Sets the service for calls that name none, from peers that know only one service.
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

/// The services of a [`Multiplexed`], as [`Multiplexed::service`] lists them.
pub trait Services: Send + Sync + 'static {
    /// Answers a call whose name begins with that of a service, which is `end` bytes long.
    #[doc(hidden)]
    fn process<P: Protocol>(
        &self,
        end: usize,
        call: Call<'_, P>,
    ) -> impl Future<Output = Processed> + Send;
}

/// A service, and the list of the others.
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

/// The end of the list of services.
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
