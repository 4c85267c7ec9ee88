//! Calls a calculator without an async runtime:
//! `cargo run --bin calculator-blocking-client [ADDRESS]`.

thrift_runtime::thrift! { path: "./calculator.thrift", services: [blocking] }

fn main() -> thrift_runtime::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9090".to_owned());
    let calculator = CalculatorServiceBlockingClient::connect(address)?;
    println!("5 + 3 = {}", calculator.add(5, 3)?);
    println!("10 - 4 = {}", calculator.subtract(10, 4)?);
    Ok(())
}
