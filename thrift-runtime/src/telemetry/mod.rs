//! Traces and metrics of calls, under the names of OpenTelemetry's conventions (features `tracing` and
//! `metrics`).
//!
//! | | around a [`Processor`](crate::Processor) | around a [`Channel`](crate::Channel) |
//! | --- | --- | --- |
#![cfg_attr(
    feature = "tracing",
    doc = "| `Traced` | a span for each call, within the caller's trace | a span for each call, whose trace goes along |"
)]
#![cfg_attr(
    feature = "metrics",
    doc = "| `Metered` | durations, sizes, calls in progress | the same |"
)]
//!
//! [`guide::observability`](crate::guide::observability) shows how they are used.

#[cfg(feature = "metrics")]
mod counter;
#[cfg(feature = "metrics")]
mod metered;
mod names;
#[cfg(feature = "tracing")]
mod trace_context;
#[cfg(feature = "tracing")]
mod traced;

#[cfg(feature = "metrics")]
pub use self::{counter::EventCounter, metered::Metered};
#[cfg(feature = "tracing")]
pub use self::{
    trace_context::TraceContext,
    traced::{Propagator, Traced},
};
