use std::env;

use thrift_runtime::layers::{Balanced, RetryPolicy};
use thrift_runtime::{BinaryProtocol, Client, Result};

thrift_runtime::thrift!("message.thrift");

#[tokio::main]
async fn main() -> Result<()> {
    let connect = |address| Client::builder().header().connect(address);
    let channel = Balanced::builder(BinaryProtocol::STRICT, connect)
        .retry(RetryPolicy::new(5))
        .to(env::args().skip(1))
        .with_header("authorization", "Bearer 7f3a");
    let messages = MessageServiceClient::new(channel);
    let message = Message {
        sender: "alice".into(),
        recipient: "bob".into(),
        content: "Shall we meet at noon?".into(),
    };
    println!("sent: {}", messages.send_message(message).await?);
    Ok(())
}
