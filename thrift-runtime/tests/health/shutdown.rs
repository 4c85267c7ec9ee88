//! A server that stops says so before it goes.

use std::time::Duration;

use thrift_runtime::{Health, HealthStatus, Server};
use tokio::time::{Instant, timeout};

use crate::{
    Calculator as _, FacebookService as _, FbStatus, PATIENCE, PlainProcessor, Simple, connect,
};

#[tokio::test]
async fn a_server_that_is_stopping_says_so_while_it_drains() {
    let (health, simple) = (Health::new("calculator"), Simple::new());
    health.set_status(HealthStatus::Starting);
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let processor = health.around(PlainProcessor::new(simple.clone()));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let notice = Duration::from_millis(200);
    let stopping = {
        let health = health.clone();
        async move {
            let _ = stopped.await;
            health.stopping(notice).await;
        }
    };
    let serving = tokio::spawn(server.serve_until(processor, stopping));
    let client = connect(address).await;
    assert_eq!(client.get_status().await.unwrap(), FbStatus::STARTING);
    health.set_status(HealthStatus::Alive);
    assert_eq!(client.get_status().await.unwrap(), FbStatus::ALIVE);

    let began = Instant::now();
    drop(stop);
    let waiting = tokio::spawn({
        let client = connect(address).await;
        async move { client.wait().await }
    });
    let told = async {
        while client.get_status().await.unwrap() != FbStatus::STOPPING {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, told).await.unwrap();
    // On an open connection and on a new one; other calls go on, and one more is accepted.
    let other = connect(address).await;
    assert_eq!(other.get_status().await.unwrap(), FbStatus::STOPPING);
    assert_eq!(client.add(1, 2).await.unwrap(), 3);
    simple.gate.add_permits(1);
    assert_eq!(waiting.await.unwrap().unwrap(), 7);
    timeout(PATIENCE, serving).await.unwrap().unwrap();
    assert!(began.elapsed() >= notice, "{:?}", began.elapsed());
    assert!(client.get_status().await.is_err());
}
