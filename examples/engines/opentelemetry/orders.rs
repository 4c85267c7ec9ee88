//! Takes orders, and asks what there is: `cargo run --bin otel-orders [ADDRESS] [STOCK]`.

mod connect;
mod export;
mod propagator;

use propagator::OpenTelemetry;
use thrift_runtime::{Channel, Server, telemetry::Traced};

thrift_runtime::thrift!("./shop.thrift");

struct Desk<C> {
    stock: StockClient<C>,
}

impl<C: Channel> Orders for Desk<C> {
    // The call to the stock is within the span of the call that is answered here.
    async fn place(&self, item: String) -> Result<String, OrdersPlaceError> {
        match self.stock.take(item.clone()).await {
            Ok(left) => Ok(format!("a {item}, after which {left} are left")),
            Err(StockTakeError::SoldOut(sold_out)) => Err(sold_out.into()),
            Err(StockTakeError::Other(error)) => Err(error.into()),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let spans = export::start()?;
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:9090".to_owned());
    let stock = arguments.next().unwrap_or_else(|| "127.0.0.1:9091".to_owned());
    let desk = Desk { stock: StockClient::new(connect::connect(&stock).await?) };
    let server = Server::bind(address).await?;
    println!("{}", server.local_addr()?);
    let orders = Traced::new(OrdersProcessor::new(desk)).propagator(OpenTelemetry);
    server.serve_until(orders, async { _ = tokio::signal::ctrl_c().await }).await;
    Ok(spans.shutdown()?)
}
