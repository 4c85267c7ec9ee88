//! Sends a message and fetches it without an async runtime:
//! `cargo run --bin message-blocking-client [ADDRESS]`.

thrift_runtime::thrift! { path: "./message.thrift", services: [blocking] }

fn main() -> thrift_runtime::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9091".to_owned());
    let messages = MessageServiceBlockingClient::connect(address)?;

    let message = Message {
        sender: "alice".to_owned(),
        recipient: "bob".to_owned(),
        content: "Shall we meet at noon?".to_owned(),
    };
    println!("sent: {}", messages.send_message(message)?);
    println!("received: {:?}", messages.receive_message("bob".to_owned())?);
    match messages.receive_message("bob".to_owned()) {
        Ok(message) => println!("received: {message:?}"),
        Err(error) => println!("no more: {error}"),
    }
    Ok(())
}
