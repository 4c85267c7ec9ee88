//! A channel whose calls are spans, over THeader or HTTP.

use thrift_runtime::{BoxChannel, Client, HttpClient, Result, telemetry::Traced};

use crate::propagator::OpenTelemetry;

/// Connects to `HOST:PORT` over THeader, and to `http://HOST:PORT` over HTTP.
pub(crate) async fn connect(server: &str) -> Result<Traced<BoxChannel, OpenTelemetry>> {
    let address = server.trim_start_matches("http://");
    let channel = match address == server {
        true => BoxChannel::new(Client::builder().header().connect(server).await?),
        false => BoxChannel::new(HttpClient::new(server)?),
    };
    let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
    let port = port.parse().unwrap_or_default();
    Ok(Traced::new(channel).server(host, port).propagator(OpenTelemetry))
}
