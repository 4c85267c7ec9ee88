//! The same without async code.

use std::{thread, time::Duration};

use thrift_runtime::{BlockingServer, Health, HealthStatus};

use crate::{
    PlainProcessor, Simple,
    blocking_calculator::{
        CalculatorBlocking as _, CalculatorBlockingClient,
        fb303::{FacebookServiceBlocking as _, FbStatus},
    },
};

#[test]
fn a_blocking_server_tells_its_health_and_says_that_it_stops() {
    let health = Health::new("calculator");
    let server = BlockingServer::bind("127.0.0.1:0").unwrap().observer(health.clone());
    let (address, shutdown) = (server.local_addr().unwrap(), server.shutdown_handle());
    let processor = health.around(PlainProcessor::new(Simple::new()));
    let serving = thread::spawn(move || server.serve(processor));
    let client = CalculatorBlockingClient::connect(address).unwrap();
    assert_eq!(client.get_name().unwrap(), "calculator");
    assert_eq!(client.get_status().unwrap(), FbStatus::ALIVE);
    assert_eq!(client.add(1, 2).unwrap(), 3);
    let counters = client.get_counters().unwrap();
    assert_eq!((counters["calls"], counters["connections"]), (1, 1));
    let stopping = thread::spawn(move || {
        health.set_status(HealthStatus::Stopping);
        thread::sleep(Duration::from_millis(100));
        shutdown.begin();
    });
    while client.get_status().unwrap() != FbStatus::STOPPING {}
    stopping.join().unwrap();
    serving.join().unwrap();
    assert!(client.get_status().is_err());
}
