//! What is counted without the program.

use thrift_runtime::{Bytes, Client, Health, Processor};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    Calculator as _, CalculatorClient, FacebookService as _, PATIENCE, PlainProcessor, Simple,
    connect, start,
};

async fn until(client: &CalculatorClient, counter: &str, count: i64) {
    let counted = async {
        while client.get_counter(counter.into()).await.unwrap() != count {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, counted).await;
    assert!(waited.is_ok(), "{counter} is {}", client.get_counter(counter.into()).await.unwrap());
}

#[tokio::test]
async fn calls_and_connections_are_counted() {
    let (health, simple) = (Health::new("calculator"), Simple::new());
    let processor = health.around(PlainProcessor::new(simple.clone()));
    assert!(processor.method(b"add").is_some() && processor.method(b"getStatus").is_some());
    let address = start(&health, processor).await;
    let client = connect(address).await;
    for _ in 0..3 {
        client.add(1, 2).await.unwrap();
    }
    client.fail().await.unwrap_err();
    let waiting = tokio::spawn({
        let client = connect(address).await;
        async move { client.wait().await }
    });
    until(&client, "calls.in_progress", 1).await;
    simple.gate.add_permits(1);
    waiting.await.unwrap().unwrap();
    // One that is cut off within a message.
    let mut broken = TcpStream::connect(address).await.unwrap();
    broken.write_all(b"\x80\x01\0\x01\0\0").await.unwrap();
    drop(broken);
    until(&client, "connections", 1).await;
    let counters = client.get_counters().await.unwrap();
    let of = |name: &str| counters[name];
    assert_eq!((of("calls"), of("calls.failed"), of("calls.in_progress")), (5, 1, 0));
    assert_eq!((of("connections.opened"), of("connections.failed")), (3, 1));
    assert_eq!((of("connections.refused"), of("events.failed"), of("bytes.held")), (0, 0, 0));
    for (name, count) in &counters {
        assert_eq!(health.counter(name), *count, "{name}");
    }
}

#[tokio::test]
async fn what_a_server_holds_is_told() {
    let health = Health::new("calculator");
    let address = start(&health, health.around(PlainProcessor::new(Simple::new()))).await;
    let client = connect(address).await;
    let mut half = TcpStream::connect(address).await.unwrap();
    let bytes = Bytes::from(vec![7; 200 << 10]);
    let head = b"\x80\x01\0\x01\0\0\0\x03add\0\0\0\0\x0b\0\x09\0\x10\0\0";
    half.write_all(&[head, &*bytes].concat()).await.unwrap();
    let held =
        async { while client.get_counter("bytes.held".into()).await.unwrap() < 100 << 10 {} };
    tokio::time::timeout(PATIENCE, held).await.unwrap();
    drop(half);
    until(&client, "bytes.held", 0).await;
}

#[tokio::test]
async fn a_call_that_is_given_up_is_counted() {
    let health = Health::new("calculator");
    let server = thrift_runtime::Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let processor = health.around(PlainProcessor::new(Simple::new()));
    tokio::spawn(server.cancel_abandoned_calls(true).serve(processor));
    let leaves = Client::connect(address).await.unwrap();
    let waiting = tokio::spawn({
        let client = CalculatorClient::new(leaves.clone());
        async move { client.wait().await }
    });
    let client = connect(address).await;
    until(&client, "calls.in_progress", 1).await;
    leaves.close().await.unwrap();
    waiting.await.unwrap().unwrap_err();
    until(&client, "calls.lost", 1).await;
    until(&client, "calls.in_progress", 0).await;
}
