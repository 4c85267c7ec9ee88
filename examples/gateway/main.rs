//! Answers at one address with what the server at another one answers:
//! `cargo run --bin gateway [ADDRESS] [SERVER]`.

mod gateway;

use gateway::Gateway;
use thrift_runtime::{Client, Reconnecting};

#[tokio::main]
async fn main() -> thrift_runtime::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:9091".to_owned());
    let server = arguments.next().unwrap_or_else(|| "127.0.0.1:9090".to_owned());
    println!("answering at {address} for {server}");
    let server = Reconnecting::new(move || Client::connect(server.clone()));
    thrift_runtime::serve(address, Gateway { server }).await
}
