//! Serves a page for Prometheus while calls are made, and a picture of how long they take:
//! `cargo run --bin prometheus [ADDRESS]`.

mod chart;
mod recorder;
mod search;

use std::error::Error;

use axum::{Router, http::header::CONTENT_TYPE, routing::get};
use search::{Index, SearchProcessor};
use thrift_runtime::{
    Server,
    telemetry::{EventCounter, Metered},
};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Before what describes metrics.
    let page = recorder::record()?;
    let server = Server::bind("127.0.0.1:0").await?.observer(EventCounter::new());
    let address = server.local_addr()?;
    tokio::spawn(server.serve(Metered::new(SearchProcessor::new(Index))));
    for _ in 0..4 {
        tokio::spawn(search::load(address));
    }

    let shown = page.clone();
    let metrics = move || async move { shown.render() };
    let latencies = move || async move {
        let svg = chart::draw(&page.render(), "rpc_client_call_duration");
        svg.map(|svg| ([(CONTENT_TYPE, "image/svg+xml")], svg)).map_err(|error| error.to_string())
    };
    let app = Router::new().route("/metrics", get(metrics)).route("/latencies.svg", get(latencies));
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("http://{}/metrics and /latencies.svg", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
