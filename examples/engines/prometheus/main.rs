//! Serves a page for Prometheus while calls are made, and a picture of how long they take:
//! `cargo run --bin prometheus [ADDRESS]`.

mod chart;
mod search;

use std::{error::Error, time::Duration};

use axum::{Router, http::header::CONTENT_TYPE, routing::get};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use search::{Index, SearchProcessor};
use thrift_runtime::{
    Server,
    telemetry::{EventCounter, Metered},
};
use tokio::{net::TcpListener, time::interval};

/// Those that the conventions ask for, after those in which small calls are told apart.
const SECONDS: [f64; 19] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75,
    1.0, 2.5, 5.0, 7.5, 10.0,
];
const BYTES: [f64; 9] =
    [64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262144.0, 1048576.0, 16777216.0];

/// Has metrics recorded from now on.
fn record() -> Result<PrometheusHandle, BuildError> {
    let page = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("call.duration".into()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix(".size".into()), &BYTES)?
        .install_recorder()?;
    let upkeep = page.clone();
    tokio::spawn(async move {
        let mut seconds = interval(Duration::from_secs(5));
        loop {
            seconds.tick().await;
            upkeep.run_upkeep();
        }
    });
    Ok(page)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Before what describes metrics.
    let page = record()?;
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
