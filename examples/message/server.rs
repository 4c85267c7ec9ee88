//! Serves the mailboxes: `cargo run --bin message-server [ADDRESS]`.

mod handler;

use handler::{Mailboxes, MessageServiceProcessor};

#[tokio::main]
async fn main() -> thrift_runtime::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9091".to_owned());
    println!("keeping messages at {address}");
    thrift_runtime::serve(address, MessageServiceProcessor::new(Mailboxes::default())).await
}
