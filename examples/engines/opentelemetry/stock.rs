//! Knows what there is: `cargo run --bin otel-stock [ADDRESS]`.

mod export;
mod propagator;

use propagator::OpenTelemetry;
use thrift_runtime::{Server, telemetry::Traced};

thrift_runtime::thrift! { path: "./shop.thrift", services: [server] }

/// There are three lamps.
struct Shelf;

impl Stock for Shelf {
    async fn take(&self, item: String) -> Result<i32, StockTakeError> {
        tracing::info!(item, "looking for it");
        match &*item {
            "lamp" => Ok(2),
            _ => Err(SoldOut { item }.into()),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let spans = export::start()?;
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9091".to_owned());
    let server = Server::bind(address).await?;
    println!("{}", server.local_addr()?);
    let stock = Traced::new(StockProcessor::new(Shelf)).propagator(OpenTelemetry);
    server.serve_until(stock, async { _ = tokio::signal::ctrl_c().await }).await;
    Ok(spans.shutdown()?)
}
