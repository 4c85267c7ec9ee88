//! Orders something: `cargo run --bin otel-client [ITEM] [ORDERS]`.

mod connect;
mod export;
mod propagator;

thrift_runtime::thrift! { path: "./shop.thrift", services: [client] }

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let spans = export::start()?;
    let mut arguments = std::env::args().skip(1);
    let item = arguments.next().unwrap_or_else(|| "lamp".to_owned());
    let orders = arguments.next().unwrap_or_else(|| "127.0.0.1:9090".to_owned());
    let orders = OrdersClient::new(connect::connect(&orders).await?);
    match orders.place(item).await {
        Ok(order) => println!("ordered {order}"),
        Err(OrdersPlaceError::SoldOut(SoldOut { item })) => println!("there is no {item}"),
        Err(OrdersPlaceError::Other(error)) => return Err(error.into()),
    }
    Ok(spans.shutdown()?)
}
