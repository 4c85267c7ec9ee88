//! The health of a server, asked by thriftpy2.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use thrift_runtime::{Health, HealthStatus, Multiplexed, Server};
use thrift_tests::program;

use crate::{
    left_out,
    python::{interpreter_with, script},
};

#[tokio::test]
async fn thriftpy2_asks_of_a_servers_health() {
    let interpreter = match interpreter_with("thriftpy2").await {
        Ok(interpreter) => interpreter,
        Err(reason) => return left_out("the health of a server", &reason),
    };
    let health = Health::new("zamówienia");
    health.set_version("1.2");
    health.set_status_with(HealthStatus::Warning, "the disk is nearly full");
    health.set_counter("rows", 1 << 40);
    health.set_option("level", "info");
    let is_shut_down = Arc::new(AtomicBool::new(false));
    let shut_down = Arc::clone(&is_shut_down);
    health.on_shutdown(move || shut_down.store(true, Ordering::SeqCst));
    let server = Server::bind("127.0.0.1:0").await.unwrap().observer(health.clone());
    let port = server.local_addr().unwrap().port();
    tokio::spawn(server.serve(health.around(Multiplexed::new())));

    let idl = Path::new(env!("CARGO_MANIFEST_DIR")).join("../thrift-runtime/tests/health");
    let mut asking = script(&interpreter, "health.py");
    program::run(asking.arg(idl.join("fb303.thrift")).arg(port.to_string())).await.unwrap();
    assert!(is_shut_down.load(Ordering::SeqCst));
    assert_eq!(health.option("level").as_deref(), Some("debug"));
}
