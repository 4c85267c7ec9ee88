//! What ties the spans of this process to those of others.

use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceState};
use opentelemetry::{Context, SpanId, TraceFlags, TraceId};
use thrift_runtime::{
    Headers,
    telemetry::{Propagator, TraceContext},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

pub(crate) struct OpenTelemetry;

impl Propagator for OpenTelemetry {
    fn inject(&self, span: &Span, headers: &mut Headers) {
        let context = span.context();
        let span = context.span().span_context().clone();
        let (trace, id) = (span.trace_id().to_bytes(), span.span_id().to_bytes());
        if let Some(context) = TraceContext::new(trace, id, span.trace_flags().to_u8()) {
            context.with_state(&span.trace_state().header()).set_on(headers);
        }
    }

    fn extract(&self, span: &Span, headers: &Headers) {
        if let Some(caller) = TraceContext::from_headers(headers) {
            let trace = TraceId::from_bytes(caller.trace_id());
            let id = SpanId::from_bytes(caller.span_id());
            let state = caller.state().unwrap_or_default().parse().unwrap_or(TraceState::NONE);
            let caller = SpanContext::new(trace, id, TraceFlags::new(caller.flags()), true, state);
            let _ = span.set_parent(Context::new().with_remote_span_context(caller));
        }
    }
}
