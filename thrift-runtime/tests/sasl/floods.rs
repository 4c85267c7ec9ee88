//! Many who begin to negotiate and go no further.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{Arc, Mutex},
    time::Duration,
};

use thrift_runtime::{BlockingServer, Client, Event, Server, Timeouts, sasl::ServerSasl};
use tokio::{
    io::AsyncWriteExt,
    time::{Instant, sleep, timeout},
};

use crate::{Who as _, WhoClient, alice, decide, login, message, serve, start, start_blocking};

/// Where a negotiation may stop.
fn beginnings() -> Vec<Vec<u8>> {
    let start = message(1, b"PLAIN");
    let announced = [&start[..], b"\x05\0\x01\0\0"].concat();
    let filled = [&announced[..], &[b'a'; 60_000]].concat();
    let mut beginnings = vec![start, announced, filled];
    beginnings.extend((1..login().len()).map(|end| login()[..end].to_vec()));
    beginnings
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_beginnings_leaves_nothing() {
    let (mut streams, mut serving) = (Vec::new(), Vec::new());
    for beginning in beginnings().into_iter().cycle().take(1000) {
        let (mut stream, task) = serve();
        stream.write_all(&beginning).await.unwrap();
        streams.push(stream);
        serving.push(task);
    }
    let start = Instant::now();
    for task in serving {
        assert!(task.await.unwrap().unwrap_err().is_timeout());
    }
    // What is less than a status and a length may yet be something else.
    assert!(start.elapsed() <= Duration::from_secs(60), "{:?}", start.elapsed());
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}

fn quickly() -> Timeouts {
    let mut timeouts = Timeouts::default();
    timeouts.handshake = Some(Duration::from_millis(100));
    timeouts.first_byte = Some(Duration::from_millis(100));
    timeouts.message = Some(Duration::from_millis(100));
    timeouts
}

#[tokio::test]
async fn places_that_a_flood_takes_are_free_again() {
    const MOST: usize = 40;
    let ended = Arc::new(Mutex::new(0));
    let count = || {
        let ended = Arc::clone(&ended);
        move |event: &Event<'_>| {
            if let Event::Closed { .. } = event {
                *ended.lock().unwrap() += 1;
            }
        }
    };
    let sasl = || ServerSasl::plain(decide);
    let address = start(|server: Server| {
        server.sasl(sasl()).max_connections(MOST).timeouts(quickly()).observer(count())
    })
    .await;
    let blocking = start_blocking(|server: BlockingServer| {
        server.sasl(sasl()).max_connections(MOST).timeouts(quickly()).observer(count())
    });
    for address in [address, blocking] {
        *ended.lock().unwrap() = 0;
        let flood: Vec<_> = beginnings().into_iter().cycle().take(MOST).collect();
        let streams: Vec<_> = flood
            .iter()
            .map(|beginning| {
                let mut stream = TcpStream::connect(address).unwrap();
                let _ = stream.write_all(beginning);
                stream
            })
            .collect();
        let all = async {
            while *ended.lock().unwrap() < MOST {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(20), all).await.expect("all connections end");
        let client = Client::builder().sasl(alice()).connect(address).await.unwrap();
        assert_eq!(WhoClient::new(client).name().await.unwrap(), "alice");
        for mut stream in streams {
            // A reset, where more came than was read.
            let _ = stream.read(&mut [0; 8]);
        }
    }
}
