//! Connecting: to one of several addresses, and what happens if none answers.

#![cfg(target_os = "linux")]

#[path = "common/black_hole.rs"]
mod black_hole;
mod common;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use black_hole::{BlackHole, refusing};
use common::{Service, add};
use thrift_runtime::{Client, ErrorKind, Server};

async fn start() -> SocketAddr {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Service::default()));
    address
}

#[tokio::test]
async fn an_address_that_is_silent_does_not_keep_from_the_next() {
    let (hole, good) = (BlackHole::new(), start().await);
    let began = Instant::now();
    let builder = Client::builder().connect_timeout(Duration::from_secs(20));
    let client = builder.connect(&[hole.address(), hole.address(), good][..]).await.unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    // Each of the two has its head start.
    let took = began.elapsed();
    assert!((Duration::from_millis(500)..Duration::from_secs(10)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn an_address_that_fails_is_passed_at_once() {
    let good = start().await;
    let began = Instant::now();
    let mut addresses: Vec<_> = (0..20).map(|_| refusing()).collect();
    addresses.push(good);
    let client = Client::connect(&addresses[..]).await.unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    // Twenty head starts would be five seconds.
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
}

#[tokio::test]
async fn errors_name_every_address_that_was_tried() {
    let (hole, one, two) = (BlackHole::new(), refusing(), refusing());
    let error = Client::connect(&[one, two][..]).await.unwrap_err();
    assert!(error.is_io(), "{error:?}");
    let text = error.to_string();
    assert!(text.starts_with(&format!("cannot connect to {one} (")), "{text}");
    assert!(text.contains(&format!(") or {two}: ")), "{text}");

    let builder = Client::builder().connect_timeout(Duration::from_millis(400));
    let error = builder.clone().connect(&[hole.address(), one][..]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    let hole = hole.address();
    let text = format!("no connection was made within 400ms: {hole} did not answer, {one}: ");
    assert!(error.to_string().starts_with(&text), "{error}");
    let error = builder.connect(hole).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    let text = format!("no connection was made within 400ms: {hole} did not answer");
    assert_eq!(error.to_string(), text);
}

#[tokio::test]
async fn a_unix_socket_without_room_is_waited_for() {
    let path = std::env::temp_dir().join(format!("thrift-room-{}", std::process::id()));
    let hole = BlackHole::unix(&path);
    let builder = Client::builder().connect_timeout(Duration::from_millis(200));
    let error = builder.connect_unix(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{error}");
    let text =
        format!("no connection was made within 200ms: the queue of {} is full", path.display());
    assert_eq!(error.to_string(), text);

    let connecting = tokio::spawn(Client::connect_unix(path.clone()));
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(hole.accept());
    connecting.await.unwrap().unwrap();
    std::fs::remove_file(&path).unwrap();
}
