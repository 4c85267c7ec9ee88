//! A server and a client of an IDL that is loaded when the program runs: `cargo run --bin dynamic [IDL]`.

use std::error::Error;

use thrift_runtime::{
    Client, Server, args,
    dynamic::{self, CallError, Invocation, Value},
};

const USUAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/calculator/calculator.thrift");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| USUAL.to_owned());
    let idl = dynamic::load(path)?;
    let service = idl.service("CalculatorService")?;
    for method in service.methods() {
        println!("it has the method {}", method.name());
    }

    let server = Server::bind("127.0.0.1:0").await?;
    let address = server.local_addr()?;
    let processor = service.processor(async |call: Invocation| {
        let [a, b] = ["a", "b"].map(|name| call.arguments().get(name).and_then(Value::as_i64));
        let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
        let result = if call.method().name() == "add" { a + b } else { a - b };
        Ok::<_, CallError>(Value::from(result))
    });
    tokio::spawn(server.serve(processor));

    let calculator = service.client(Client::connect(address).await?);
    println!("5 + 3 = {:?}", calculator.call("add", args! { a: 5, b: 3 }).await?);
    // Arguments are checked before anything is sent.
    match calculator.call("add", args! { a: 5, b: "three" }).await {
        Err(error) => println!("refused: {error}"),
        Ok(sum) => println!("{sum:?}"),
    }
    Ok(())
}
