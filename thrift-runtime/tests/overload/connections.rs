//! Too many connections.

use std::{sync::atomic::Ordering, time::Duration};

use thrift_runtime::Client;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    BUFFERED, PATIENCE, Running, TRANSPORTS,
    common::{Add, Nothing, add},
    start, until,
};

const FULL: &str = "refused: the server has reached its limit of connections";
const DISPLACED: &str = "closed: it made room for another connection";

async fn ask(stream: &mut TcpStream) {
    stream.write_all(&BUFFERED.call("add", 1, &Add { a: 1, b: 2 })).await.unwrap();
    assert_eq!(BUFFERED.read(stream).await.seqid, 1);
}

/// Whether a server has closed a connection, or does so at once.
async fn is_closed(stream: &mut TcpStream) -> bool {
    let read = timeout(Duration::from_millis(20), stream.read(&mut [0; 8])).await;
    matches!(read, Ok(Ok(0) | Err(_)))
}

/// Connections whose calls take long.
async fn busy(server: &Running, count: usize) -> Vec<TcpStream> {
    let mut busy = Vec::new();
    for _ in 0..count {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(&BUFFERED.call("wait", 1, &Nothing {})).await.unwrap();
        busy.push(stream);
    }
    until(|| server.service.calls.load(Ordering::SeqCst) == count).await;
    busy
}

#[tokio::test]
async fn a_full_server_refuses_and_says_so() {
    let server = start(|server| server.max_connections(2)).await;
    let mut streams = busy(&server, 2).await;
    for _ in 0..3 {
        let mut refused = TcpStream::connect(server.address).await.unwrap();
        let read = timeout(PATIENCE, refused.read(&mut [0; 8])).await.expect("it is closed");
        assert_eq!(read.unwrap(), 0);
    }
    until(|| server.told.all().len() == 3).await;
    assert!(server.told.all().iter().all(|event| event.ends_with(FULL)));
    // One that comes while another leaves is served.
    let mut waiting = TcpStream::connect(server.address).await.unwrap();
    server.service.gate.add_permits(2);
    streams.clear();
    let _ = is_closed(&mut waiting).await;
    let mut last = TcpStream::connect(server.address).await.unwrap();
    ask(&mut last).await;
}

#[tokio::test(start_paused = true)]
async fn a_full_server_closes_the_connection_that_has_rested_the_longest() {
    let server = start(|server| server.max_connections(3)).await;
    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        ask(&mut stream).await;
        streams.push(stream);
    }
    sleep(Duration::from_secs(5)).await;
    ask(&mut streams[0]).await;
    sleep(Duration::from_secs(5)).await;
    ask(&mut streams[2]).await;
    sleep(Duration::from_secs(5)).await;
    let mut new = TcpStream::connect(server.address).await.unwrap();
    ask(&mut new).await;
    assert!(is_closed(&mut streams[1]).await, "{:?}", server.told.all());
    assert!(server.told.has(DISPLACED));
    for open in [0, 2] {
        ask(&mut streams[open]).await;
    }
    // Those that have a part of a call do not rest.
    let half = &BUFFERED.call("add", 2, &Add { a: 1, b: 2 })[..10];
    for stream in [&mut streams[0], &mut new] {
        stream.write_all(half).await.unwrap();
    }
    sleep(Duration::from_secs(5)).await;
    let mut newer = TcpStream::connect(server.address).await.unwrap();
    ask(&mut newer).await;
    assert!(is_closed(&mut streams[2]).await, "{:?}", server.told.all());
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_rests_makes_room_on_every_transport() {
    for transport in TRANSPORTS {
        for concurrent_calls in [1, 4] {
            let configure = |server: thrift_runtime::Server| {
                server.concurrent_calls(concurrent_calls).max_connections(1)
            };
            let server = start(configure).await;
            let resting = server.connect(transport).await;
            assert_eq!(add(&resting, 1, 2).await.unwrap(), 3);
            sleep(Duration::from_secs(5)).await;
            let new = Client::connect(server.address).await.unwrap();
            assert_eq!(add(&new, 1, 2).await.expect(transport), 3);
            assert!(server.told.has(DISPLACED), "{transport}: {:?}", server.told.all());
        }
    }
}

#[tokio::test]
async fn an_address_has_no_more_connections_than_it_may_have() {
    let server = start(|server| server.max_connections_per_address(2)).await;
    let mut streams = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        ask(&mut stream).await;
        streams.push(stream);
    }
    let mut third = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(timeout(PATIENCE, third.read(&mut [0; 8])).await.unwrap().unwrap(), 0);
    let text = "refused: its address has reached the limit of connections";
    assert!(server.told.has(text), "{:?}", server.told.all());
    streams.pop();
    until(|| server.told.has("closed: by the peer")).await;
    // The place is free a moment later.
    let asked = async {
        loop {
            let mut next = TcpStream::connect(server.address).await.unwrap();
            let call = BUFFERED.call("add", 1, &Add { a: 1, b: 2 });
            if next.write_all(&call).await.is_ok()
                && next.read(&mut [0; 64]).await.is_ok_and(|n| n > 0)
            {
                return;
            }
        }
    };
    timeout(PATIENCE, asked).await.unwrap();
}

#[tokio::test]
async fn the_operator_hears_of_one_that_waited_for_a_place_at_the_end() {
    // Nothing tells when it waits, so that it may take several attempts.
    for moments in 1.. {
        let server = start(|server| server.max_connections(1)).await;
        let _busy = busy(&server, 1).await;
        let mut waits = TcpStream::connect(server.address).await.unwrap();
        sleep(Duration::from_millis(moments)).await;
        server.shutdown.begin();
        let read = timeout(PATIENCE, waits.read(&mut [0; 8])).await.expect("it is closed");
        assert!(matches!(read, Ok(0) | Err(_)));
        server.service.gate.add_permits(1);
        timeout(PATIENCE, server.serving).await.expect("the server ends").unwrap();
        if server.told.has("refused: the server was shut down") {
            return;
        }
        assert!(moments < 50, "{:?}", server.told.all());
    }
}
