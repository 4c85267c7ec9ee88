//! Reads and writes notes through Envoy: `cargo run --bin notes-client [ADDRESS]`.

use thrift_runtime::Client;

thrift_runtime::thrift! { path: "./notes.thrift", services: [client] }

#[tokio::main]
async fn main() -> Result<(), NotesReadError> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9090".to_owned());
    // The headers of THeader go through Envoy, too.
    let channel = Client::builder().header().connect(address).await?;
    let notes = NotesClient::new(channel.with_header("trace", "7f3a"));
    println!("{} wrote", notes.write("milk".into(), "two bottles".into()).await?);
    for _ in 0..4 {
        println!("read {:?}", notes.read("milk".into()).await?);
    }
    Ok(())
}
