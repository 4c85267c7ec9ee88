//! What collects the metrics, in buckets that are told to it.

use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::time::interval;

/// Those that the conventions ask for, after those in which small calls are told apart.
const SECONDS: [f64; 19] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75,
    1.0, 2.5, 5.0, 7.5, 10.0,
];
const BYTES: [f64; 9] =
    [64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262144.0, 1048576.0, 16777216.0];

/// Has metrics recorded from now on.
pub(crate) fn record() -> Result<PrometheusHandle, BuildError> {
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
