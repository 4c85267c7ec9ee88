//! Where the spans of this process go.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Exports all spans from now on, to `OTEL_EXPORTER_OTLP_ENDPOINT` and as `OTEL_SERVICE_NAME`, like the
/// rest of OpenTelemetry. The provider is shut down at the end, to export what is left.
pub(crate) fn start() -> Result<SdkTracerProvider, Box<dyn std::error::Error>> {
    let exporter = SpanExporter::builder().with_tonic().build()?;
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("thrift-runtime"))
        .with_location(false)
        .with_target(false)
        .with_threads(false)
        .with_tracked_inactivity(false);
    // Below that, the exporter traces itself.
    tracing_subscriber::registry().with(LevelFilter::INFO).with(layer).init();
    Ok(provider)
}
