//! The connections of a client: how many there are, and when they are left.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::{
    PATIENCE,
    common::{Text, add, call_oneway, wait},
    recorder::Recorder,
};
use thrift_runtime::{Delivery, ErrorKind, HttpClient};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};

/// What stands between a client and its server.
#[derive(Clone, Default)]
struct Middle {
    opened: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
    /// This many of the first connections pass nothing on any more.
    frozen: Arc<AtomicUsize>,
}

impl Middle {
    async fn stand_before(&self, server: SocketAddr) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let middle = self.clone();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (middle, number) =
                    (middle.clone(), middle.opened.fetch_add(1, Ordering::SeqCst));
                tokio::spawn(async move {
                    let mut server = TcpStream::connect(server).await.unwrap();
                    let passing = copy_bidirectional(&mut client, &mut server);
                    let frozen = async {
                        while number >= middle.frozen.load(Ordering::SeqCst) {
                            tokio::time::sleep(Duration::from_millis(1)).await;
                        }
                    };
                    tokio::select! {
                        _ = passing => {}
                        () = frozen => while client.read(&mut [0; 1000]).await.is_ok_and(|n| n > 0) {}
                    }
                    middle.closed.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        address
    }

    async fn until_closed(&self, count: usize) {
        timeout(PATIENCE, async {
            while self.closed.load(Ordering::SeqCst) < count {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
        .await
        .unwrap();
    }
}

/// Makes calls that overlap, so that each has a connection of its own.
async fn call_at_once(client: &HttpClient, recorder: &Recorder, count: usize) {
    let mut calls = JoinSet::new();
    for _ in 0..count {
        let client = client.clone();
        calls.spawn(async move { wait(&client).await.unwrap() });
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    recorder.service.gate.add_permits(count);
    timeout(PATIENCE, calls.join_all()).await.unwrap();
}

async fn start() -> (Recorder, Middle, HttpClient) {
    let (recorder, middle) = (Recorder::default(), Middle::default());
    let server = recorder.serve(|server| server).await;
    let address = middle.stand_before(server).await;
    (recorder, middle, HttpClient::new(&format!("http://{address}/")).unwrap())
}

#[tokio::test]
async fn connections_are_bounded_and_calls_wait() {
    let (recorder, middle, client) = start().await;
    let client = client.max_connections(3);
    call_at_once(&client, &recorder, 30).await;
    assert_eq!(middle.opened.load(Ordering::SeqCst), 3);

    let waiting = tokio::spawn({
        let client = client.clone();
        async move { call_at_once(&client, &Recorder::default(), 3).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    let error = add(&client.with_timeout(Duration::from_millis(50)), 1, 1).await.unwrap_err();
    assert!(error.is_timeout() && error.delivery() == Delivery::NotSent, "{error:?}");
    recorder.service.gate.add_permits(3);
    timeout(PATIENCE, waiting).await.unwrap().unwrap();
}

#[tokio::test]
async fn idle_connections_are_closed_after_a_while() {
    let (recorder, middle, client) = start().await;
    let client = client.idle_timeout(Duration::from_millis(50));
    for round in 1..3 {
        call_at_once(&client, &recorder, 5).await;
        middle.until_closed(round * 5).await;
        assert_eq!(middle.opened.load(Ordering::SeqCst), round * 5);
    }
    assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
}

#[tokio::test]
async fn one_timeout_tells_that_the_idle_connections_are_dead() {
    let (recorder, middle, client) = start().await;
    call_at_once(&client, &recorder, 10).await;
    middle.frozen.store(10, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(10)).await;
    let hasty = client.with_timeout(Duration::from_millis(100));
    assert!(add(&hasty, 1, 1).await.unwrap_err().is_timeout());
    for n in 0..10 {
        assert_eq!(add(&client, n, 1).await.unwrap(), n + 1);
    }
    middle.until_closed(10).await;
}

#[tokio::test]
async fn closing_waits_until_the_connections_are_closed() {
    let (recorder, middle, client) = start().await;
    call_at_once(&client, &recorder, 5).await;
    client.flush().await.unwrap();
    client.close().await.unwrap();
    middle.until_closed(5).await;
    let error = add(&client, 1, 1).await.unwrap_err();
    assert!(error.is_closed() && error.delivery() == Delivery::NotSent, "{error:?}");
}

#[tokio::test]
async fn an_answer_that_is_not_thrift_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let kinds = ["content-type: text/html; charset=utf-8\r\n", "", "content-type: text/html\r\n"];
    tokio::spawn(async move {
        for kind in kinds {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let page = "<html>Please\nlog in</html>";
            let answer = format!("HTTP/1.1 200 OK\r\n{kind}connection: close\r\n\r\n{page}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    for what in ["text/html; charset=utf-8", "something without a content type"] {
        let error = add(&client, 1, 1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Dialect, "{error}");
        let text = format!(
            "the HTTP server answered with {what} in place of a Thrift message: <html>Please\\nlog in</html>"
        );
        assert_eq!(error.to_string(), text);
    }
    let error = call_oneway(&client, "note", &Text::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Dialect, "{error}");
}
