//! Tells its name, and registers in etcd: `cargo run --bin names-server [NAME] [ETCD]`.

mod registration;

use registration::register_until;
use thrift_runtime::Server;

thrift_runtime::thrift! { path: "./names.thrift", services: [server] }

struct Named(String);

impl Names for Named {
    async fn name(&self) -> thrift_runtime::Result<String> {
        Ok(self.0.clone())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| "somebody".to_owned());
    let etcd = arguments.next().unwrap_or_else(|| "http://127.0.0.1:2379".to_owned());
    let etcd = etcd_client::Client::connect([etcd], None).await?;

    let server = Server::bind("127.0.0.1:0").await?;
    let address = server.local_addr()?;
    println!("{address}");
    // Nobody calls it any more when it stops.
    let stop = async { _ = tokio::signal::ctrl_c().await };
    let registered = register_until(etcd, "names", address, stop);
    server.serve_until(NamesProcessor::new(Named(name)), registered).await;
    Ok(())
}
