//! A span for each call.

use std::thread;

use tracing::{Instrument, Span, field::Empty};

use super::{
    TraceContext,
    names::{CANCELLED, MethodText, SYSTEM, error_type, status},
};
use crate::{
    call::{Call, Channel, Headers, Method, Outcome, Processed, Processor, Request, Response},
    error::{Error, Result},
    protocol::Protocol,
};

/// A span of `tracing` for each call, around a [`Processor`] or a [`Channel`].
///
/// It is named like the method, `Service/method`, and has the attributes of OpenTelemetry's
/// conventions. What the handler does is within it. See
/// [`guide::observability`](crate::guide::observability).
///
/// ```
/// use thrift_runtime::{Channel, Processor, telemetry::Traced};
///
/// fn served(service: impl Processor) -> impl Processor {
///     Traced::new(service)
/// }
///
/// fn called(client: impl Channel) -> impl Channel {
///     Traced::new(client).server("orders.internal", 9090)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Traced<T, X = ()> {
    inner: T,
    server: Option<(String, u16)>,
    propagator: X,
}

/// What ties spans to those of other processes, by headers of the calls.
///
/// The library knows only the spans of `tracing`, which have no ids that other processes could refer
/// to. An OpenTelemetry subscriber gives them ids, and a propagator passes these on. `()` is a
/// propagator that does nothing.
///
/// ```
/// use thrift_runtime::{Headers, telemetry::Propagator};
/// use tracing::Span;
///
/// struct Numbers;
///
/// impl Propagator for Numbers {
///     fn inject(&self, span: &Span, headers: &mut Headers) {
///         if let Some(id) = span.id() {
///             headers.set("caller", id.into_u64().to_string());
///         }
///     }
///
///     fn extract(&self, span: &Span, headers: &Headers) {
///         span.record("caller", headers.get("caller"));
///     }
/// }
/// ```
pub trait Propagator: Send + Sync + 'static {
    /// Adds what identifies the span of an outgoing call to its headers. They are sent where the
    /// transport carries headers.
    fn inject(&self, span: &Span, headers: &mut Headers);

    /// Makes the span of an incoming call a child of the one that its headers name. Anybody may have
    /// written these headers.
    fn extract(&self, span: &Span, headers: &Headers);
}

impl Propagator for () {
    fn inject(&self, _span: &Span, _headers: &mut Headers) {}

    fn extract(&self, _span: &Span, _headers: &Headers) {}
}

impl<T> Traced<T> {
    /// Makes spans of the calls to `inner`.
    pub fn new(inner: T) -> Self {
        Traced { inner, server: None, propagator: () }
    }
}

impl<T, X> Traced<T, X> {
    /// Sets what ties the spans to those of other processes.
    pub fn propagator<Y: Propagator>(self, propagator: Y) -> Traced<T, Y> {
        let Traced { inner, server, propagator: _ } = self;
        Traced { inner, server, propagator }
    }

    /// Sets the server's address, as clients know it: the attributes `server.address` and
    /// `server.port`.
    #[must_use = "only the returned layer has the address"]
    pub fn server(mut self, address: impl Into<String>, port: u16) -> Self {
        self.server = Some((address.into(), port));
        self
    }
}

/// A span with what is known of it beforehand. Fields of a span have to be named where it is made.
macro_rules! span {
    ($kind:literal, $method:expr, $server:expr) => {{
        let (method, server) = ($method, $server.as_ref());
        tracing::info_span!(
            target: "thrift_runtime::call",
            "call",
            otel.name = %method,
            otel.kind = $kind,
            otel.status_code = Empty,
            rpc.system.name = SYSTEM,
            rpc.method = %method,
            rpc.method_original = Empty,
            rpc.response.status_code = Empty,
            error.r#type = Empty,
            server.address = server.map(|(address, _)| &**address),
            // OpenTelemetry has numbers with a sign only.
            server.port = server.map(|(_, port)| i64::from(*port)),
            client.address = Empty,
            client.port = Empty,
        )
    }};
}

impl<T: Processor, X: Propagator> Processor for Traced<T, X> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        if let Some(caller) = TraceContext::from_headers(call.headers()) {
            call.extensions_mut().insert(caller);
        }
        let method = self.inner.method(call.method());
        let span = span!("server", MethodText(method), self.server);
        if span.is_disabled() {
            return self.inner.process(call).await;
        }
        self.propagator.extract(&span, call.headers());
        if method.is_none() {
            span.record("rpc.method_original", &*call.method_name());
        }
        if let Some(peer) = call.peer() {
            span.record("client.address", tracing::field::display(peer.ip()));
            span.record("client.port", i64::from(peer.port()));
        }
        let open = Open::new(span.clone());
        let processed = self.inner.process(call.reborrow()).instrument(span).await;
        let outcome = call.outcome();
        // An exception that the IDL declares is not a failure of the server.
        open.end(&outcome, None, !matches!(outcome, Outcome::Returned | Outcome::Declared { .. }));
        processed
    }

    fn method(&self, name: &[u8]) -> Option<&Method> {
        self.inner.method(name)
    }

    fn takes_path(&self, path: &str) -> bool {
        self.inner.takes_path(path)
    }
}

impl<C: Channel, X: Propagator> Channel for Traced<C, X> {
    type Protocol = C::Protocol;

    async fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        let method = request.method();
        let span = span!("client", MethodText::of(method), self.server);
        let mut headers = Headers::default();
        if let Some(context) = request.extensions().get::<TraceContext>() {
            context.set_on(&mut headers);
        }
        if !span.is_disabled() {
            self.propagator.inject(&span, &mut headers);
        }
        headers.iter().for_each(|(name, value)| request.offer_header(name, value));
        if span.is_disabled() {
            return self.inner.send(request).await;
        }
        if !method.is_predefined() {
            span.record("rpc.method_original", method.name());
        }
        let open = Open::new(span.clone());
        let sent = self.inner.send(request).instrument(span).await;
        let outcome = Outcome::of(&sent);
        open.end(&outcome, sent.as_ref().err(), !outcome.is_returned());
        sent
    }
}

/// The span of a call that goes on. If it is dropped before it has ended, nobody waits for the call.
struct Open(Option<Span>);

impl Open {
    fn new(span: Span) -> Self {
        Open(Some(span))
    }

    fn end(mut self, outcome: &Outcome, error: Option<&Error>, is_error: bool) {
        let Some(span) = self.0.take() else { return };
        if let Some(status) = status(outcome) {
            span.record("rpc.response.status_code", &*status);
        }
        if let Some(kind) = error_type(outcome, error) {
            span.record("error.type", &*kind);
        }
        if is_error {
            span.record("otel.status_code", "ERROR");
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(span) = &self.0 {
            span.record("error.type", if thread::panicking() { "panic" } else { CANCELLED });
            span.record("otel.status_code", "ERROR");
        }
    }
}
