//! Sends a message and fetches it: `cargo run --bin message-client [ADDRESS]`.

thrift_runtime::thrift!("./message.thrift");

#[tokio::main]
async fn main() -> thrift_runtime::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9091".to_owned());
    let messages = MessageServiceClient::connect(address).await?;

    let message = Message {
        sender: "alice".to_owned(),
        recipient: "bob".to_owned(),
        content: "Shall we meet at noon?".to_owned(),
    };
    println!("sent: {}", messages.send_message(message).await?);
    println!("received: {:?}", messages.receive_message("bob".to_owned()).await?);
    match messages.receive_message("bob".to_owned()).await {
        Ok(message) => println!("received: {message:?}"),
        Err(error) => println!("no more: {error}"),
    }
    Ok(())
}
