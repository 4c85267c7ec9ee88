//! A calculator's server and a client of it in one program: `cargo run --bin calculator`.

mod handler;

use handler::{Calculator, CalculatorService, CalculatorServiceClient, CalculatorServiceProcessor};
use thrift_runtime::Server;

#[tokio::main]
async fn main() -> thrift_runtime::Result<()> {
    let server = Server::bind("127.0.0.1:0").await?;
    let address = server.local_addr()?;
    println!("the calculator listens at {address}");
    let serving = tokio::spawn(server.serve(CalculatorServiceProcessor::new(Calculator)));

    let calculator = CalculatorServiceClient::connect(address).await?;
    println!("5 + 3 = {}", calculator.add(5, 3).await?);
    println!("10 - 4 = {}", calculator.subtract(10, 4).await?);
    match calculator.add(i32::MAX, 1).await {
        Ok(sum) => println!("{} + 1 = {sum}", i32::MAX),
        Err(error) => println!("{} + 1 is an error: {error}", i32::MAX),
    }
    serving.abort();
    Ok(())
}
