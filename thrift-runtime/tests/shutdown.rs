//! The end of a server: what has arrived is answered, and nothing else holds it up.

#[path = "common/certificates.rs"]
mod certificates;
mod common;

use std::{
    future::Future,
    io::Write as _,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use certificates::Authority;
use common::{Add, Blob, DIALECTS, Nothing, Service, add};
use flate2::{Compression, write::ZlibEncoder};
use thrift_runtime::{
    Bytes, Call, Client, Processed, Processor, Protocol, Server, ShutdownHandle, tls::ServerTls,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::{sleep, timeout},
};

const PATIENCE: Duration = Duration::from_secs(20);
/// What a shutdown that waits for nothing may take on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(4);
const BUFFERED: common::Dialect = DIALECTS[0];
const FRAMED: common::Dialect = DIALECTS[1];

/// Takes ten milliseconds for each call, and counts them.
#[derive(Clone, Default)]
struct Slow {
    service: Service,
    calls: Arc<AtomicUsize>,
}

impl Processor for Slow {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        self.calls.fetch_add(1, Ordering::SeqCst);
        sleep(Duration::from_millis(10)).await;
        self.service.process(call).await
    }
}

impl Slow {
    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

struct Running {
    address: SocketAddr,
    shutdown: ShutdownHandle,
    serving: JoinHandle<()>,
}

async fn start(processor: impl Processor, configure: impl FnOnce(Server) -> Server) -> Running {
    let server = configure(Server::bind("127.0.0.1:0").await.unwrap());
    Running {
        address: server.local_addr().unwrap(),
        shutdown: server.shutdown_handle(),
        serving: tokio::spawn(server.serve(processor)),
    }
}

/// Waits until a server has taken all connections so far, which it does in their order.
async fn settle(address: SocketAddr) {
    let last = Client::connect(address).await.unwrap();
    assert_eq!(add(&last, 1, 1).await.unwrap(), 2);
}

async fn until(condition: impl Fn() -> bool) {
    let holds = async {
        while !condition() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, holds).await.expect("the condition holds in time");
}

async fn ends(serving: impl Future<Output = Result<(), tokio::task::JoinError>>) {
    timeout(AT_ONCE, serving).await.expect("the server ends at once").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_on_calling_does_not_hold_it_up() {
    for concurrent_calls in [1, 2, 10] {
        let slow = Slow::default();
        let server = start(slow.clone(), |server| server.concurrent_calls(concurrent_calls)).await;
        let client = Client::connect(server.address).await.unwrap();
        for _ in 0..4 {
            let client = client.clone();
            tokio::spawn(async move { while add(&client, 1, 1).await.is_ok() {} });
        }
        until(|| slow.calls() > 10).await;
        let before = slow.calls();
        server.shutdown.begin();
        ends(server.serving).await;
        // Those that were being answered, and those that had arrived behind them.
        let further = slow.calls() - before;
        assert!(further <= 16, "{further} calls were answered after the beginning");
    }
}

#[tokio::test]
async fn what_has_not_arrived_whole_does_not_hold_it_up() {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap().and_plain();
    let call = FRAMED.call("add", 1, &Add { a: 1, b: 1 });
    let mut deflated = ZlibEncoder::new(Vec::new(), Compression::fast());
    deflated.write_all(&call[..20]).unwrap();
    deflated.flush().unwrap();
    for part in [
        &call[..3],
        &call[..20],
        b"POST / HTTP/1.1\r\nHo",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n\x80\x01\0\x01",
        b"\x16\x03\x01\x02\x00\x01",
        b"\x78\x9c",
        deflated.get_ref(),
    ] {
        for concurrent_calls in [1, 10] {
            let server = start(Service::default(), |server| {
                server.concurrent_calls(concurrent_calls).tls(tls.clone())
            })
            .await;
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            stream.write_all(part).await.unwrap();
            settle(server.address).await;
            server.shutdown.begin();
            ends(server.serving).await;
            let rest = timeout(AT_ONCE, stream.read(&mut [0; 64])).await;
            rest.expect("the connection is closed").ok();
        }
    }
}

#[tokio::test]
async fn a_head_that_trickles_in_does_not_hold_it_up() {
    let server = start(Service::default(), |server| server).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    tokio::spawn(async move {
        let _ = stream.write_all(b"POST / HTTP/1.1\r\nHost: ").await;
        while stream.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(1)).await;
        }
    });
    settle(server.address).await;
    server.shutdown.begin();
    ends(server.serving).await;
}

#[tokio::test]
async fn requests_that_have_arrived_are_answered() {
    let service = Service::default();
    let server = start(service.clone(), |server| server).await;
    let post = |call: Vec<u8>| {
        let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", call.len());
        [head.as_bytes(), &call].concat()
    };
    let mut waits = TcpStream::connect(server.address).await.unwrap();
    waits.write_all(&post(BUFFERED.call("wait", 1, &Nothing {}))).await.unwrap();
    until(|| service.calls.load(Ordering::SeqCst) == 1).await;
    let mut arrives = TcpStream::connect(server.address).await.unwrap();
    settle(server.address).await;
    arrives.write_all(&post(BUFFERED.call("add", 2, &Add { a: 1, b: 1 }))).await.unwrap();
    server.shutdown.begin();
    let mut answer = Vec::new();
    timeout(PATIENCE, arrives.read_to_end(&mut answer)).await.unwrap().unwrap();
    assert!(answer.ends_with(&BUFFERED.sum(2, 2)), "{answer:?}");
    service.gate.add_permits(1);
    let mut answer = Vec::new();
    timeout(PATIENCE, waits.read_to_end(&mut answer)).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&answer);
    assert!(text.starts_with("HTTP/1.1 200 ") && text.contains("Connection: close"), "{text}");
    ends(server.serving).await;
}

#[tokio::test]
async fn a_peer_that_does_not_read_holds_it_up_no_longer_than_it_may() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let server = server.shutdown_timeout(Duration::from_millis(200));
    let address = server.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve_until(Service::default(), async {
        let _ = stopped.await;
    }));
    let call = FRAMED.call("echo", 1, &Blob { bytes: Bytes::from(vec![0; 8 << 20]) });
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&call).await.unwrap();
    // Its answer has begun.
    stream.readable().await.unwrap();
    drop(stop);
    ends(serving).await;
}
