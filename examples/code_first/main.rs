//! A service that begins in Rust: no IDL, one program with its server and its client.

use thrift_runtime::{Error, Result, Server, ThriftError, ThriftException, service};

/// Why there is no quotient.
#[derive(Debug, Clone, Default, ThriftException)]
struct DivisionByZero {
    #[thrift(id = 1)]
    message: String,
}

#[derive(Debug, ThriftError)]
#[thrift(names = "camelCase")]
enum DivideError {
    #[thrift(id = 1)]
    DivisionByZero(DivisionByZero),
    #[thrift(other)]
    Other(Error),
}

/// Calculates.
#[service(names = "camelCase")]
trait Calculator {
    /// The sum.
    async fn add(&self, a: i32, b: i32) -> Result<i32>;
    /// The quotient, rounded towards zero.
    async fn divide(&self, dividend: i32, divisor: i32) -> Result<i32, DivideError>;
}

struct Handler;

impl Calculator for Handler {
    async fn add(&self, a: i32, b: i32) -> Result<i32> {
        Ok(a.wrapping_add(b))
    }

    async fn divide(&self, dividend: i32, divisor: i32) -> Result<i32, DivideError> {
        let message = format!("{dividend} / {divisor}");
        dividend.checked_div(divisor).ok_or_else(|| DivisionByZero { message }.into())
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::bind("127.0.0.1:0").await?;
    let address = server.local_addr()?;
    tokio::spawn(server.serve(CalculatorProcessor::new(Handler)));

    let calculator = CalculatorClient::connect(address).await?;
    println!("1 + 2 = {}", calculator.add(1, 2).await?);
    println!("7 / 2 = {}", calculator.divide(7, 2).await?);
    match calculator.divide(7, 0).await {
        Err(DivideError::DivisionByZero(exception)) => println!("refused: {exception}"),
        other => println!("{other:?}"),
    }
    Ok(())
}
