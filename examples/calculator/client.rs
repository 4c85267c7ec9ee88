//! Calls a calculator: `cargo run --bin calculator-client [ADDRESS]`.

thrift_runtime::thrift!("./calculator.thrift");

#[tokio::main]
async fn main() -> thrift_runtime::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9090".to_owned());
    let calculator = CalculatorServiceClient::connect(address).await?;
    println!("5 + 3 = {}", calculator.add(5, 3).await?);
    println!("10 - 4 = {}", calculator.subtract(10, 4).await?);
    Ok(())
}
