//! Serves the calculator: `cargo run --bin calculator-server [ADDRESS]`.

mod handler;

use handler::{Calculator, CalculatorServiceProcessor};

#[tokio::main]
async fn main() -> thrift_runtime::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9090".to_owned());
    println!("serving the calculator at {address}");
    thrift_runtime::serve(address, CalculatorServiceProcessor::new(Calculator)).await
}
