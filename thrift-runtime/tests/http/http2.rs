//! Clients that speak HTTP/2, to hyper's own server.

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
    common::{Text, add, call_oneway, echo, wait},
    recorder::Recorder,
};
use hyper::{server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use thrift_runtime::{Bytes, Delivery, ErrorKind, HttpClient, HttpService};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::watch,
    task::JoinSet,
    time::timeout,
};
use tower_service::Service as _;

/// A server of HTTP/2 in which a recorder is mounted.
struct Host {
    recorder: Recorder,
    address: SocketAddr,
    opened: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
    /// Whoever changes this ends the connections gracefully.
    end: watch::Sender<()>,
}

impl Host {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = Host {
            recorder: Recorder::default(),
            address: listener.local_addr().unwrap(),
            opened: Arc::default(),
            closed: Arc::default(),
            end: watch::Sender::default(),
        };
        let service = HttpService::new(host.recorder.clone());
        let (opened, closed) = (Arc::clone(&host.opened), Arc::clone(&host.closed));
        let end = host.end.subscribe();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                opened.fetch_add(1, Ordering::SeqCst);
                let (service, closed, mut end) =
                    (service.clone(), Arc::clone(&closed), end.clone());
                tokio::spawn(async move {
                    let service = service_fn(move |request| service.clone().call(request));
                    let http = http2::Builder::new(TokioExecutor::new());
                    let mut connection =
                        std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
                    tokio::select! {
                        _ = connection.as_mut() => {}
                        _ = end.changed() => {
                            connection.as_mut().graceful_shutdown();
                            let _ = connection.await;
                        }
                    }
                    closed.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        host
    }

    fn client(&self) -> HttpClient {
        HttpClient::new(&format!("http://{}/messages?v=1", self.address)).unwrap().http2()
    }

    fn opened(&self) -> usize {
        self.opened.load(Ordering::SeqCst)
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

#[tokio::test]
async fn calls_share_one_connection() {
    let host = Host::start().await;
    let client = host.client();
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let client = client.clone();
        calls.spawn(async move { wait(&client).await.unwrap() });
    }
    let calls_under_way = || host.recorder.service.calls.load(Ordering::SeqCst);
    timeout(PATIENCE, async {
        while calls_under_way() < 50 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .unwrap();
    assert_eq!(host.opened(), 1);
    host.recorder.service.gate.add_permits(50);
    timeout(PATIENCE, calls.join_all()).await.unwrap();
    let traced = client.with_header("Trace", "7f3a").with_header("connection", "close");
    assert_eq!(add(&traced, 1, 2).await.unwrap(), 3);
    assert_eq!(host.recorder.last("trace").as_deref(), Some("7f3a"));
    assert_eq!(host.recorder.last("host"), None);
    let large = Bytes::from(vec![7; 3 << 20]);
    assert_eq!(echo(&client, &large).await.unwrap(), large);
    call_oneway(&client, "note", &Text { text: "x".into() }).await.unwrap();
    assert_eq!(host.opened(), 1);
    client.close().await.unwrap();
    host.until_closed(1).await;
    assert!(add(&client, 1, 2).await.unwrap_err().is_closed());
}

#[tokio::test]
async fn so_many_calls_are_in_flight_and_no_more() {
    let host = Host::start().await;
    let client = host.client().max_connections(1);
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { wait(&client).await }
    });
    timeout(PATIENCE, async {
        while host.recorder.service.calls.load(Ordering::SeqCst) < 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .unwrap();
    let error = add(&client.with_timeout(Duration::from_millis(50)), 1, 1).await.unwrap_err();
    assert!(error.is_timeout() && error.delivery() == Delivery::NotSent, "{error:?}");
    host.recorder.service.gate.add_permits(1);
    assert_eq!(timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap(), 7);
}

#[tokio::test]
async fn the_connection_is_left_when_idle_and_made_anew_when_the_server_ends_it() {
    let host = Host::start().await;
    let client = host.client().idle_timeout(Duration::from_millis(50));
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    host.until_closed(1).await;
    // A call that lasts longer keeps it.
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { wait(&client).await }
    });
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!((host.opened(), host.closed.load(Ordering::SeqCst)), (2, 1));
    host.recorder.service.gate.add_permits(1);
    assert_eq!(timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap(), 7);
    let client = host.client();
    for round in 3..6 {
        assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
        assert_eq!(host.opened(), round);
        host.end.send_replace(());
        host.until_closed(round).await;
    }
}

#[tokio::test]
async fn a_timeout_leaves_the_connection_to_the_calls_in_flight() {
    let host = Host::start().await;
    let client = host.client();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { wait(&client).await }
    });
    let calls = || host.recorder.service.calls.load(Ordering::SeqCst);
    while calls() < 1 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let hasty = client.with_timeout(Duration::from_millis(50));
    let error = wait(&hasty).await.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Timeout, Delivery::Possible));
    // A new call does not rely on it.
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    assert_eq!(host.opened(), 2);
    host.recorder.service.gate.add_permits(1);
    assert_eq!(timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap(), 7);
    host.until_closed(1).await;
}

#[tokio::test]
async fn a_server_that_does_not_speak_it_is_an_error() {
    let recorder = Recorder::default();
    let address = recorder.serve(|server| server).await;
    let client = HttpClient::new(&format!("http://{address}/")).unwrap().http2();
    let error = timeout(PATIENCE, add(&client, 1, 2)).await.unwrap().unwrap_err();
    assert!(error.is_closed(), "{error}");
    let nobody = HttpClient::new("http://127.0.0.1:1/").unwrap().http2();
    assert_eq!(add(&nobody, 1, 2).await.unwrap_err().delivery(), Delivery::NotSent);
}

/// A frame that lets the client send far more than there is.
const WIDE: &[u8] = b"\0\0\x04\x08\0\0\0\0\0\x70\0\0\0";

/// Frames of settings, of which the first says this, and the second that the client's are known.
fn settings(said: &[u8]) -> Vec<u8> {
    let length = u8::try_from(said.len()).unwrap();
    [&[0, 0, length, 4, 0, 0, 0, 0, 0], said, b"\0\0\0\x04\x01\0\0\0\0", WIDE].concat()
}

const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0whatever";

/// A server of HTTP/2 that answers no call, and how many of its connections have ended.
async fn silent(said: &[u8], reads: bool) -> (HttpClient, watch::Receiver<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (ended, ends) = watch::channel(0);
    let said = settings(said);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (ended, said) = (ended.clone(), said.clone());
            tokio::spawn(async move {
                stream.write_all(&said).await.unwrap();
                // Once the client is gone, its machine says so.
                while !reads && stream.write_all(PING).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                let mut space = vec![0; 1 << 16];
                while stream.read(&mut space).await.is_ok_and(|count| count > 0) {}
                ended.send_modify(|ended| *ended += 1);
            });
        }
    });
    (HttpClient::new(&url).unwrap().http2(), ends)
}

async fn until_ended(mut ends: watch::Receiver<usize>, count: usize) {
    timeout(PATIENCE, ends.wait_for(|ended| *ended == count)).await.unwrap().unwrap();
}

#[tokio::test]
async fn calls_that_timed_out_leave_no_connection_to_a_server_that_allows_none() {
    // MAX_CONCURRENT_STREAMS is 0.
    let (client, ends) = silent(&[0, 3, 0, 0, 0, 0], true).await;
    let hasty = client.clone().with_timeout(Duration::from_millis(200));
    let mut calls = JoinSet::new();
    for _ in 0..3 {
        let hasty = hasty.clone();
        calls.spawn(async move { add(&hasty, 1, 2).await });
        // Those that come later know what the server allows.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for ended in timeout(PATIENCE, calls.join_all()).await.unwrap() {
        assert!(ended.unwrap_err().is_timeout());
    }
    until_ended(ends, 1).await;
}

#[tokio::test]
async fn calls_that_timed_out_leave_no_connection_to_a_server_that_does_not_read() {
    // INITIAL_WINDOW_SIZE is the largest that there is.
    let (client, ends) = silent(&[0, 4, 0x7f, 0xff, 0xff, 0xff], false).await;
    let hasty = client.with_timeout(Duration::from_millis(200));
    let error = echo(&hasty, &vec![7; 32 << 20].into()).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    until_ended(ends, 1).await;
}

#[tokio::test]
async fn calls_in_flight_end_after_the_client_is_closed() {
    let host = Host::start().await;
    let client = host.client();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { wait(&client).await }
    });
    while host.recorder.service.calls.load(Ordering::SeqCst) < 1 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    timeout(PATIENCE, client.close()).await.unwrap().unwrap();
    drop(client);
    // Longer than a connection of which nobody knows may last.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(host.closed.load(Ordering::SeqCst), 0);
    host.recorder.service.gate.add_permits(1);
    assert_eq!(timeout(PATIENCE, waiting).await.unwrap().unwrap().unwrap(), 7);
    host.until_closed(1).await;
}
