//! A server that a test starts beside itself.

use std::net::SocketAddr;

use thrift_runtime::{Processor, Server};

/// Serves a processor on a port of its own, as long as the test's runtime lives.
///
/// # Panics
///
/// If there is no port to be had.
pub async fn serve(processor: impl Processor) -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.expect("a port");
    let address = server.local_addr().expect("the port's number");
    tokio::spawn(server.serve(processor));
    address
}
