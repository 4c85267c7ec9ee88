//! What is called, and who calls.

use std::{net::SocketAddr, time::Duration};

use thrift_runtime::{Client, Result, telemetry::Metered};
use tokio::time::sleep;

thrift_runtime::thrift!("./search.thrift");

/// Takes as long as others would need for it.
pub(crate) struct Index;

impl Search for Index {
    async fn suggest(&self, text: String) -> Result<Vec<String>> {
        Ok(vec![format!("{text}s")])
    }

    async fn find(&self, text: String) -> Result<Vec<String>> {
        sleep(Duration::from_millis(text.len() as u64)).await;
        Ok(vec![text])
    }
}

/// Calls without end.
pub(crate) async fn load(server: SocketAddr) -> Result<()> {
    let channel = Client::connect(server).await?;
    let search = SearchClient::new(Metered::new(channel).server("localhost", server.port()));
    loop {
        for length in 1..=20 {
            let text = "x".repeat(length);
            search.suggest(text.clone()).await?;
            search.find(text).await?;
        }
    }
}
