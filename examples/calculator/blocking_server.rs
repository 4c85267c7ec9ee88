//! Serves the calculator without an async runtime:
//! `cargo run --bin calculator-blocking-server [ADDRESS]`.

mod blocking_handler;

use blocking_handler::{Calculator, CalculatorServiceProcessor};

fn main() -> thrift_runtime::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9090".to_owned());
    println!("serving the calculator at {address}");
    thrift_runtime::serve_blocking(address, CalculatorServiceProcessor::blocking(Calculator))
}
