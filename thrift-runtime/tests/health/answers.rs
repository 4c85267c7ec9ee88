//! What the methods of the base service answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use thrift_runtime::{Client, Delivery, Health, HealthStatus, Multiplexed};

use crate::{
    Calculator as _, CalculatorClient, FacebookService as _, FbStatus, Full, PATIENCE,
    PlainProcessor, Simple, calculator::CalculatorProcessor, connect, start,
};

/// Checks all methods but those that tell of calls.
async fn check(client: &CalculatorClient, health: &Health) {
    assert_eq!(client.get_name().await.unwrap(), "calculator");
    assert_eq!(client.get_version().await.unwrap(), "");
    health.set_version("1.2");
    assert_eq!(client.get_version().await.unwrap(), "1.2");
    assert_eq!(client.get_status().await.unwrap(), FbStatus::ALIVE);
    for (status, expected) in [
        (HealthStatus::Dead, FbStatus::DEAD),
        (HealthStatus::Starting, FbStatus::STARTING),
        (HealthStatus::Alive, FbStatus::ALIVE),
        (HealthStatus::Stopping, FbStatus::STOPPING),
        (HealthStatus::Stopped, FbStatus::STOPPED),
        (HealthStatus::Warning, FbStatus::WARNING),
    ] {
        health.set_status(status);
        assert_eq!(client.get_status().await.unwrap(), expected);
        assert_eq!(expected.name(), Some(&*status.to_string()));
    }
    health.set_status_with(HealthStatus::Warning, "the disk is nearly full");
    assert_eq!(client.get_status_details().await.unwrap(), "the disk is nearly full");
    health.set_status(HealthStatus::Alive);
    assert_eq!(client.get_status_details().await.unwrap(), "");

    health.set_counter("rows", 7);
    health.add("rows", -2);
    health.add("hits", 1);
    assert_eq!(client.get_counter("rows".into()).await.unwrap(), 5);
    assert_eq!(client.get_counter("hits".into()).await.unwrap(), 1);
    assert_eq!(client.get_counter("unknown".into()).await.unwrap(), 0);
    let counters = client.get_counters().await.unwrap();
    assert_eq!((counters["rows"], counters["hits"]), (5, 1));

    // A caller changes options, and makes none.
    health.set_option("level", "info");
    client.set_option("level".into(), "debug".into()).await.unwrap();
    assert_eq!(client.get_option("level".into()).await.unwrap(), "debug");
    assert_eq!(health.option("level").as_deref(), Some("debug"));
    for (key, value) in [("other", String::new()), ("level", "x".repeat(5000))] {
        assert!(client.set_option(key.into(), value).await.unwrap_err().is_application());
    }
    assert_eq!(client.get_option("other".into()).await.unwrap(), "");
    let options = client.get_options().await.unwrap();
    assert_eq!(options.into_iter().collect::<Vec<_>>(), [("level".into(), "debug".into())]);

    assert_eq!(client.get_cpu_profile(1).await.unwrap(), "");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let alive = now.abs_diff(u64::try_from(client.alive_since().await.unwrap()).unwrap());
    assert!(alive < 100, "{alive}");

    // Nothing happens, unless the program wants it to.
    client.shutdown().await.unwrap();
    client.reinitialize().await.unwrap();
    // Calls of a connection are handled in their order.
    client.get_name().await.unwrap();
    let [shutdowns, reinitialized] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
    let (one, other) = (Arc::clone(&shutdowns), Arc::clone(&reinitialized));
    health.on_shutdown(move || _ = one.fetch_add(1, Ordering::SeqCst));
    health.on_reinitialize(move || _ = other.fetch_add(1, Ordering::SeqCst));
    client.shutdown().await.unwrap();
    client.reinitialize().await.unwrap();
    client.get_name().await.unwrap();
    assert_eq!((shutdowns.load(Ordering::SeqCst), reinitialized.load(Ordering::SeqCst)), (1, 1));
}

#[tokio::test]
async fn a_service_that_does_not_know_them_has_them() {
    let health = Health::new("calculator");
    let address = start(&health, health.around(PlainProcessor::new(Simple::new()))).await;
    let client = connect(address).await;
    check(&client, &health).await;
    assert_eq!(client.add(1, 2).await.unwrap(), 3);
}

#[tokio::test]
async fn a_service_that_extends_the_base_service_tells_by_itself() {
    let health = Health::new("calculator");
    let processor = CalculatorProcessor::new(Full { health: health.clone() });
    let address = start(&health, processor).await;
    let client = connect(address).await;
    check(&client, &health).await;
    assert_eq!(client.add(1, 2).await.unwrap(), 3);
}

#[tokio::test]
async fn a_port_has_them_beside_other_services() {
    let health = Health::new("calculator");
    let processor = Multiplexed::new()
        .service("Calculator", PlainProcessor::new(Simple::new()))
        .service("Health", health.around(Multiplexed::new()));
    let address = start(&health, processor).await;
    let client = Client::connect(address).await.unwrap();
    check(&CalculatorClient::new(client.to_service("Health")), &health).await;
    let calculator = CalculatorClient::new(client.to_service("Calculator"));
    assert_eq!(calculator.add(1, 2).await.unwrap(), 3);
    assert_eq!(calculator.get_name().await.unwrap(), "the service's own");
    let missing = CalculatorClient::new(client.to_service("Health")).add(1, 2).await.unwrap_err();
    assert_eq!(missing.delivery(), Delivery::Refused, "{missing}");
    tokio::time::timeout(PATIENCE, client.close()).await.unwrap().unwrap();
}
