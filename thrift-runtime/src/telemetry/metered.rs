//! Metrics of calls.

use std::{borrow::Cow, time::Instant};

use metrics::{Gauge, Label, Unit, describe_gauge, describe_histogram, gauge, histogram};

use super::names::{CANCELLED, MethodText, SYSTEM, error_type, status};
use crate::{
    call::{Call, Channel, Method, Outcome, Processed, Processor, Request, Response},
    error::{Error, Result},
    protocol::Protocol,
};

/// The names of one side's metrics.
struct Names {
    duration: &'static str,
    active: &'static str,
    request: &'static str,
    response: &'static str,
}

const SERVER: Names = Names {
    duration: "rpc.server.call.duration",
    active: "rpc.server.active_calls",
    request: "rpc.server.request.size",
    response: "rpc.server.response.size",
};

const CLIENT: Names = Names {
    duration: "rpc.client.call.duration",
    active: "rpc.client.active_calls",
    request: "rpc.client.request.size",
    response: "rpc.client.response.size",
};

/// Metrics of each call, around a [`Processor`] or a [`Channel`], through the facade of the crate
/// `metrics`.
///
/// | a server's | a client's | |
/// | --- | --- | --- |
/// | `rpc.server.call.duration` | `rpc.client.call.duration` | histogram, in seconds |
/// | `rpc.server.active_calls` | `rpc.client.active_calls` | gauge: calls in progress |
/// | `rpc.server.request.size` | | histogram, in bytes, without frames |
/// | `rpc.server.response.size` | `rpc.client.response.size` | histogram, in bytes, without frames |
///
/// See [`guide::observability`](crate::guide::observability) for their labels.
///
/// ```
/// use thrift_runtime::{Channel, Processor, telemetry::Metered};
///
/// fn served(service: impl Processor) -> impl Processor {
///     Metered::new(service)
/// }
///
/// fn called(client: impl Channel) -> impl Channel {
///     Metered::new(client).server("orders.internal", 9090)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Metered<T> {
    inner: T,
    /// Labels that all metrics have.
    common: Vec<Label>,
}

impl<T> Metered<T> {
    /// Measures the calls to `inner`. Metrics are described here, so install a recorder before.
    pub fn new(inner: T) -> Self {
        for Names { duration, active, request, response } in [SERVER, CLIENT] {
            describe_histogram!(duration, Unit::Seconds, "How long calls take.");
            describe_gauge!(active, Unit::Count, "Calls in progress.");
            describe_histogram!(request, Unit::Bytes, "The sizes of calls.");
            describe_histogram!(response, Unit::Bytes, "The sizes of replies.");
        }
        Metered { inner, common: vec![Label::from_static_parts("rpc.system.name", SYSTEM)] }
    }

    /// Sets the server's address, as clients know it: the labels `server.address` and
    /// `server.port`.
    #[must_use = "only the returned layer has the address"]
    pub fn server(mut self, address: impl Into<String>, port: u16) -> Self {
        self.common.truncate(1);
        self.common.push(Label::new("server.address", address.into()));
        self.common.push(Label::new("server.port", port.to_string()));
        self
    }

    fn begin(&self, names: &'static Names, method: MethodText<'_>) -> Running {
        let mut labels = self.common.clone();
        labels.push(Label::new("rpc.method", method.to_string()));
        let active = gauge!(names.active, labels.iter());
        active.increment(1);
        Running { names, labels, active, started: Instant::now(), ended: false }
    }
}

impl<T: Processor> Processor for Metered<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let running = self.begin(&SERVER, MethodText(self.inner.method(call.method())));
        let processed = self.inner.process(call.reborrow()).await;
        let sent = if call.is_oneway() { None } else { Some(call.sent()) };
        running.end(&call.outcome(), None, Some(call.received()), sent);
        processed
    }

    fn method(&self, name: &[u8]) -> Option<&Method> {
        self.inner.method(name)
    }

    fn takes_path(&self, path: &str) -> bool {
        self.inner.takes_path(path)
    }
}

impl<C: Channel> Channel for Metered<C> {
    type Protocol = C::Protocol;

    async fn send(&self, request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        let running = self.begin(&CLIENT, MethodText::of(request.method()));
        let oneway = request.is_oneway();
        let sent = self.inner.send(request).await;
        let received = sent.as_ref().ok().filter(|_| !oneway).map(Response::received);
        running.end(&Outcome::of(&sent), sent.as_ref().err(), None, received);
        sent
    }
}

/// A call that goes on. If it is dropped before it has ended, nobody waits for the call.
struct Running {
    names: &'static Names,
    labels: Vec<Label>,
    active: Gauge,
    started: Instant,
    ended: bool,
}

impl Running {
    fn end(
        mut self,
        outcome: &Outcome,
        error: Option<&Error>,
        request: Option<usize>,
        response: Option<usize>,
    ) {
        let Names { request: requests, response: responses, .. } = *self.names;
        for (name, size) in [(requests, request), (responses, response)] {
            if let Some(size) = size {
                histogram!(name, self.labels.iter()).record(size as f64);
            }
        }
        self.record(status(outcome), error_type(outcome, error));
    }

    fn record(&mut self, status: Option<Cow<'static, str>>, error: Option<Cow<'static, str>>) {
        self.ended = true;
        self.labels.extend(status.map(|status| Label::new("rpc.response.status_code", status)));
        self.labels.extend(error.map(|error| Label::new("error.type", error)));
        histogram!(self.names.duration, self.labels.iter()).record(self.started.elapsed());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            self.record(
                None,
                Some(if std::thread::panicking() { "panic" } else { CANCELLED }.into()),
            );
        }
        self.active.decrement(1);
    }
}
