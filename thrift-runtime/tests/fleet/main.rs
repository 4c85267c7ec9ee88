//! Servers in processes of their own behind one client, which die, come back, and are slow.

mod latency;
mod load;
mod servers;
mod survival;

use std::time::{Duration, Instant};

use thrift_runtime::{BinaryProtocol, BlockingClient, BlockingPool, Client, layers::Balanced};
use tokio::sync::Mutex;

mod store {
    thrift_runtime::thrift! { path: "./store.thrift", services: [client, server, blocking] }
}

/// No test waits for anything longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Tests that measure run one at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

fn balanced(ports: &[u16]) -> Balanced {
    let connect = |address| Client::builder().framed().connect(address);
    Balanced::builder(BinaryProtocol::STRICT, connect).connections(8).to(ports.iter().map(address))
}

fn pool(ports: &[u16]) -> BlockingPool {
    let connect = |address| BlockingClient::builder().framed().connect(address);
    BlockingPool::builder(connect).connections(8).to(ports.iter().map(address))
}

fn address(port: &u16) -> String {
    format!("127.0.0.1:{port}")
}

/// Waits until something is the case.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what} takes too long");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
