//! Calls all servers that are registered in etcd, again and again: `cargo run --bin names-client [ETCD]`.

mod discovery;
mod servers;

use std::time::Duration;

use thrift_runtime::{BinaryProtocol, Client, layers::Balanced};

thrift_runtime::thrift! { path: "./names.thrift", services: [client] }

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let etcd = std::env::args().nth(1).unwrap_or_else(|| "http://127.0.0.1:2379".to_owned());
    let etcd = etcd_client::Client::connect([etcd], None).await?;
    let channel = Balanced::builder(BinaryProtocol::STRICT, Client::connect)
        .discover(discovery::discover(etcd, "names"));
    let names = NamesClient::new(channel);
    loop {
        match names.name().await {
            Ok(name) => println!("{name} answered"),
            Err(error) => println!("nobody answered: {error}"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
