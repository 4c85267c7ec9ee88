//! Serves a calculator beside a route of JSON: `cargo run --bin axum-server [ADDRESS]`.

mod app;

use std::net::SocketAddr;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1);
    let listener = TcpListener::bind(address.as_deref().unwrap_or("127.0.0.1:8080")).await?;
    println!("the calculator is at http://{}/calculator", listener.local_addr()?);
    // With the addresses of callers, which the calculator's middleware asks for.
    let app = app::app().into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app)
        .with_graceful_shutdown(async { _ = tokio::signal::ctrl_c().await })
        .await
}
