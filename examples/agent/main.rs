//! An agent that takes oneway calls in datagrams, as those of Jaeger and statsd do, and a program that reports to it.

use thrift_runtime::{Result, UdpClient, serve_udp};
use tokio::{net::UdpSocket, sync::mpsc};

thrift_runtime::thrift!("./agent.thrift");

/// Hands on what it is told, so that no datagram has to wait.
struct Counter(mpsc::UnboundedSender<(String, i64)>);

impl Agent for Counter {
    async fn count(&self, name: String, by: i64) -> Result<()> {
        // The receiver is gone when the program ends.
        let _ = self.0.send((name, by));
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let address = socket.local_addr()?;
    let (sender, mut counted) = mpsc::unbounded_channel();
    tokio::spawn(serve_udp(socket, AgentProcessor::new(Counter(sender))));

    let agent = AgentClient::new(UdpClient::connect(address).await?);
    agent.count("orders".into(), 3).await?;
    if let Some((name, by)) = counted.recv().await {
        println!("{by} {name}");
    }
    Ok(())
}
