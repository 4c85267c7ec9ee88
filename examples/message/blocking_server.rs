//! Serves the mailboxes without an async runtime:
//! `cargo run --bin message-blocking-server [ADDRESS]`.

mod blocking_handler;

use blocking_handler::{Mailboxes, MessageServiceProcessor};

fn main() -> thrift_runtime::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9091".to_owned());
    println!("keeping messages at {address}");
    thrift_runtime::serve_blocking(address, MessageServiceProcessor::blocking(Mailboxes::default()))
}
