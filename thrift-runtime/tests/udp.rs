//! Calls by datagram.

mod common;

use std::{sync::atomic::Ordering, time::Duration};

use common::{Service, Text, add};
use thrift_runtime::{Channel, Delivery, ErrorKind, Multiplexed, UdpClient, serve_udp};
use tokio::{net::UdpSocket, time::timeout};

const PATIENCE: Duration = Duration::from_secs(20);

async fn note(client: &impl Channel, text: &str) -> thrift_runtime::Result<()> {
    common::call_oneway(client, "note", &Text { text: text.into() }).await
}

#[tokio::test]
async fn oneway_calls_arrive_and_others_are_refused() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let service = Service::default();
    tokio::spawn(serve_udp(socket, service.clone()));
    let client = UdpClient::connect(address).await.unwrap();

    // What is no call harms nobody.
    let raw = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for garbage in [&b""[..], b"\x82", b"\x80\x01", &[0xff; 3000], b"\x82\x81\x01\x05hello"] {
        raw.send_to(garbage, address).await.unwrap();
    }

    let mut sent = 0;
    note(&client, "binary").await.unwrap();
    sent += 1;
    #[cfg(feature = "compact")]
    {
        let client = client.clone().protocol(thrift_runtime::CompactProtocol);
        note(&client, "compact").await.unwrap();
        sent += 1;
    }
    let processor = Multiplexed::new().service("Test", service.clone());
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let several = UdpClient::connect(socket.local_addr().unwrap()).await.unwrap();
    tokio::spawn(serve_udp(socket, processor));
    note(&several.to_service("Other"), "nobody").await.unwrap();
    note(&std::sync::Arc::new(several.to_service("Test")), "multiplexed").await.unwrap();
    sent += 1;
    timeout(PATIENCE, async {
        while service.notes.load(Ordering::SeqCst) < sent {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .unwrap();
    assert_eq!(service.notes.load(Ordering::SeqCst), sent);

    let error = add(&client, 1, 2).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Unsupported, Delivery::NotSent));
    let error = note(&client.max_size(100), &"x".repeat(100)).await.unwrap_err();
    assert!(error.is_limit() && error.delivery() == Delivery::NotSent, "{error}");
}

#[tokio::test]
async fn a_datagram_that_was_refused_costs_none_of_the_later_ones() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    drop(socket);
    let client = UdpClient::connect(address).await.unwrap();
    // Nobody listens, as the operating system says some time later.
    note(&client, "lost").await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let socket = UdpSocket::bind(address).await.unwrap();
    note(&client, "x").await.unwrap();
    let received = timeout(PATIENCE, socket.recv(&mut [0; 100])).await.unwrap().unwrap();
    assert_eq!(received, 16 + 8 + 1);
    client.flush().await.unwrap();
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_datagram_that_nobody_took_does_not_cost_the_next() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let client = UdpClient::connect(address).await.unwrap();
    drop(socket);
    note(&client, "nobody").await.unwrap();
    // The answer that the port is closed has time to come.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let service = Service::default();
    tokio::spawn(serve_udp(UdpSocket::bind(address).await.unwrap(), service.clone()));
    note(&client, "somebody").await.unwrap();
    timeout(PATIENCE, async {
        while service.notes.load(Ordering::SeqCst) < 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .unwrap();
}
