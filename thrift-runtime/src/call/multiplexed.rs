//! Several services on one port, told apart by a prefix of the method's name.

use std::{collections::HashMap, fmt};

use super::{
    BoxProcessor, Call, Method, Processed, Processor, SERVICE_SEPARATOR, incoming::service_length,
};
use crate::{
    error::{ApplicationErrorKind, ApplicationException, escaped_name},
    protocol::Protocol,
};

/// A processor for several services, like `TMultiplexedProcessor`: a call names `Service:method`,
/// and its reply just `method`.
///
/// ```
/// use thrift_runtime::{BoxProcessor, Multiplexed, Processor};
///
/// fn both(calculator: impl Processor, messages: impl Processor) -> Multiplexed {
///     Multiplexed::new().service("Calculator", calculator).service("Messages", messages)
/// }
///
/// fn many(services: Vec<(String, BoxProcessor)>) -> Multiplexed {
///     services.into_iter().collect()
/// }
/// ```
///
/// Calls that name no service go to the [default service](Multiplexed::default_service), if there
/// is one.
#[derive(Clone, Default)]
#[must_use = "a processor does nothing until it is passed to a server"]
pub struct Multiplexed {
    services: HashMap<Box<[u8]>, BoxProcessor>,
    default: Option<BoxProcessor>,
    /// Whether one of them needs whole calls.
    cautious: bool,
}

impl Multiplexed {
    /// A processor without services, to which they are added.
    pub fn new() -> Self {
        Multiplexed::default()
    }

    /// Adds a service. If its name is taken, it replaces the earlier one.
    pub fn service(mut self, name: impl Into<String>, processor: impl Processor) -> Self {
        self.add(name, BoxProcessor::new(processor));
        self
    }

    /// Adds a service in place. If its name is taken, it replaces the earlier one.
    pub fn add(&mut self, name: impl Into<String>, processor: BoxProcessor) {
        self.cautious |= !processor.speculates();
        self.services.insert(name.into().into_bytes().into(), processor);
    }

    /// Sets the service for calls that name none, from peers that know only one service.
    pub fn default_service(mut self, processor: impl Processor) -> Self {
        self.cautious |= !processor.speculates();
        self.default = Some(BoxProcessor::new(processor));
        self
    }

    /// The service that the beginning of a name is, and how long its name is; `None` if the name
    /// has no such beginning.
    fn find(&self, name: &[u8]) -> Option<(usize, Option<&BoxProcessor>)> {
        let at = service_length(name)?;
        Some((at, self.services.get(name.get(..at)?)))
    }
}

impl<N: Into<String>> FromIterator<(N, BoxProcessor)> for Multiplexed {
    fn from_iter<I: IntoIterator<Item = (N, BoxProcessor)>>(services: I) -> Self {
        let mut multiplexed = Multiplexed::new();
        multiplexed.extend(services);
        multiplexed
    }
}

impl<N: Into<String>> Extend<(N, BoxProcessor)> for Multiplexed {
    fn extend<I: IntoIterator<Item = (N, BoxProcessor)>>(&mut self, services: I) {
        services.into_iter().for_each(|(name, processor)| self.add(name, processor));
    }
}

impl Processor for Multiplexed {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        match (self.find(call.method()), &self.default) {
            (Some((length, Some(processor))), _) => {
                processor.process(call.for_service(length)).await
            }
            (None, Some(processor)) => processor.process(call).await,
            (Some((length, None)), _) => {
                let call = call.for_service(length);
                let service = call.service().unwrap_or_default();
                let text = format!("there is no service {}", escaped_name(&*service));
                refuse(call, text)
            }
            (None, None) => {
                let method = escaped_name(call.method());
                let text = format!(
                    "the method name {method} has no service prefix, and there is no default service"
                );
                refuse(call, text)
            }
        }
    }

    fn method(&self, name: &[u8]) -> Option<&Method> {
        match (self.find(name), &self.default) {
            (Some((length, processor)), _) => {
                processor?.method(name.get(length + SERVICE_SEPARATOR.len()..)?)
            }
            (None, default) => default.as_ref()?.method(name),
        }
    }

    fn speculates(&self) -> bool {
        !self.cautious
    }
}

#[cold]
fn refuse<P: Protocol>(call: Call<'_, P>, text: String) -> Processed {
    call.refuse(ApplicationException::new(ApplicationErrorKind::UNKNOWN_METHOD, text))
}

impl fmt::Debug for Multiplexed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let services = self.services.keys().map(|name| String::from_utf8_lossy(name));
        f.debug_struct("Multiplexed")
            .field("services", &services.collect::<Vec<_>>())
            .field("default", &self.default.is_some())
            .finish()
    }
}
