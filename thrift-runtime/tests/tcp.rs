//! The server on real sockets: shutting down, and who may connect.

mod common;

use std::{sync::Arc, time::Duration};

use common::{Add, DIALECTS, Dialect, Nothing, Service, add, wait};
use thrift_runtime::{
    ApplicationErrorKind, Client, Error, ErrorKind, Event, Limits, Server, ShutdownHandle,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::timeout,
};

const FRAMED: Dialect = DIALECTS[1];
const BUFFERED: Dialect = DIALECTS[0];
const PATIENCE: Duration = Duration::from_secs(20);

struct Running {
    address: std::net::SocketAddr,
    service: Service,
    shutdown: ShutdownHandle,
    serving: JoinHandle<()>,
}

async fn start(configure: impl FnOnce(Server) -> Server) -> Running {
    let server = configure(Server::bind("127.0.0.1:0").await.unwrap());
    let service = Service::default();
    Running {
        address: server.local_addr().unwrap(),
        service: service.clone(),
        shutdown: server.shutdown_handle(),
        serving: tokio::spawn(server.serve(service)),
    }
}

async fn until(condition: impl Fn() -> bool) {
    timeout(PATIENCE, async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await
    .expect("the condition holds in time");
}

#[tokio::test]
async fn both_framings_are_answered_on_one_port() {
    let server = start(|server| server).await;
    let buffered = Client::connect(server.address).await.unwrap();
    let framed = Client::builder().framed().connect(server.address).await.unwrap();
    for n in 0..10 {
        assert_eq!(add(&buffered, n, 1).await.unwrap(), n + 1);
        assert_eq!(add(&framed, n, 2).await.unwrap(), n + 2);
    }
    let returned: common::Returned<String> =
        common::call(&framed, "peer", &Nothing {}).await.unwrap();
    assert!(returned.success.unwrap().contains("127.0.0.1"));
}

#[tokio::test]
async fn a_shutdown_finishes_what_was_begun() {
    for concurrent_calls in [1, 10] {
        shut_down_with_calls(concurrent_calls).await;
    }
}

async fn shut_down_with_calls(concurrent_calls: usize) {
    let server = start(|server| server.concurrent_calls(concurrent_calls)).await;
    let client = Client::connect(server.address).await.unwrap();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { wait(&client).await }
    });
    // Behind a call that waits, another has arrived whole, and a third has not.
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let mut bytes = FRAMED.call("wait", 1, &Nothing {});
    bytes.extend(FRAMED.call("add", 2, &Add { a: 1, b: 1 }));
    bytes.extend(&FRAMED.call("add", 3, &Add { a: 1, b: 1 })[..20]);
    stream.write_all(&bytes).await.unwrap();
    let idle = TcpStream::connect(server.address).await.unwrap();
    until(|| server.service.calls.load(std::sync::atomic::Ordering::SeqCst) >= 2).await;

    server.shutdown.begin();
    until(|| std::net::TcpStream::connect(server.address).is_err()).await;
    assert!(!server.serving.is_finished());
    server.service.gate.add_permits(2);
    assert_eq!(waiting.await.unwrap().unwrap(), 7);
    let mut seqids = [0; 2];
    for seqid in &mut seqids {
        *seqid = FRAMED.read(&mut stream).await.seqid;
    }
    seqids.sort_unstable();
    assert_eq!(seqids, [1, 2]);
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0, "closed");
    drop((stream, idle));
    timeout(PATIENCE, server.serving).await.unwrap().unwrap();
    assert!(add(&client, 1, 1).await.unwrap_err().is_closed());
}

#[tokio::test]
async fn a_call_that_arrives_as_the_shutdown_begins_is_answered() {
    for dialect in DIALECTS {
        for known in [false, true] {
            let server = start(|server| server).await;
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            if known {
                stream.write_all(&dialect.call("add", 1, &Add { a: 1, b: 1 })).await.unwrap();
                assert_eq!(dialect.read(&mut stream).await.seqid, 1);
            } else {
                // Connections are accepted in their order: with a later one, this one was.
                let later = Client::connect(server.address).await.unwrap();
                assert_eq!(add(&later, 1, 1).await.unwrap(), 2);
            }
            stream.write_all(&dialect.call("add", 2, &Add { a: 1, b: 1 })).await.unwrap();
            server.shutdown.begin();
            assert_eq!(dialect.read(&mut stream).await.seqid, 2);
            drop(stream);
            timeout(PATIENCE, server.serving).await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn a_shutdown_ends_a_connection_that_never_rests() {
    let server = start(|server| server).await;
    let client = Client::connect(server.address).await.unwrap();
    let calling = tokio::spawn(async move {
        let mut calls = 0;
        while add(&client, 1, 1).await.is_ok() {
            calls += 1;
        }
        calls
    });
    until(|| server.service.calls.load(std::sync::atomic::Ordering::SeqCst) > 10).await;
    server.shutdown.begin();
    timeout(PATIENCE, server.serving).await.unwrap().unwrap();
    let answered = calling.await.unwrap();
    assert_eq!(answered, server.service.calls.load(std::sync::atomic::Ordering::SeqCst));
}

#[tokio::test]
async fn a_shutdown_with_a_deadline_drops_what_is_not_finished() {
    let server = start(|server| server).await;
    let client = Client::connect(server.address).await.unwrap();
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { wait(&client).await }
    });
    until(|| server.service.calls.load(std::sync::atomic::Ordering::SeqCst) == 1).await;
    server.shutdown.begin();
    assert!(server.shutdown.has_begun());
    server.shutdown.begin_within(Duration::from_millis(50));
    timeout(PATIENCE, server.serving).await.unwrap().unwrap();
    assert!(waiting.await.unwrap().unwrap_err().is_closed());
}

#[tokio::test]
async fn a_server_serves_until_its_signal() {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let client = Client::connect(server.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve_until(Service::default(), async {
        let _ = stopped.await;
    }));
    let client = client.await.unwrap();
    assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
    drop(stop);
    drop(client);
    timeout(PATIENCE, serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn connections_above_the_limit_wait_a_little() {
    let server = start(|server| server.max_connections(2)).await;
    let first = Client::connect(server.address).await.unwrap();
    let second = Client::connect(server.address).await.unwrap();
    assert_eq!(add(&first, 1, 1).await.unwrap(), 2);
    assert_eq!(add(&second, 1, 1).await.unwrap(), 2);
    let third = Client::connect(server.address).await.unwrap();
    drop(first);
    assert_eq!(add(&third, 1, 1).await.unwrap(), 2);
}

#[tokio::test]
async fn a_server_takes_one_connection_at_least() {
    let server = start(|server| server.max_connections(0)).await;
    let client = Client::connect(server.address).await.unwrap();
    assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
}

#[tokio::test]
async fn garbage_harms_no_other_connection_and_is_told() {
    let errors = Arc::new(std::sync::Mutex::new(Vec::new()));
    let server = start(|server| {
        let errors = Arc::clone(&errors);
        server.observer(move |event: &Event<'_>| {
            assert!(event.peer().unwrap().address().unwrap().ip().is_loopback());
            errors.lock().unwrap().extend(event.error().map(Error::kind));
        })
    })
    .await;
    let client = Client::connect(server.address).await.unwrap();
    assert_eq!(add(&client, 1, 1).await.unwrap(), 2);
    for garbage in [&[0xff; 4096][..], &[0; 4096], b"SSH-2.0-OpenSSH\r\n", &[0x7f; 5]] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(garbage).await.unwrap();
        let mut answer = Vec::new();
        let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap();
        assert_eq!(add(&client, 2, 2).await.unwrap(), 4);
    }
    until(|| errors.lock().unwrap().len() == 4).await;
    assert!(errors.lock().unwrap().contains(&ErrorKind::Dialect));
}

#[tokio::test]
async fn errors_of_connecting_and_listening_say_where() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let error = Server::bind(address).await.unwrap_err();
    assert!(error.is_io(), "{error:?}");
    let text = format!("cannot listen at {address}: ");
    assert!(error.to_string().starts_with(&text), "{error}");
    drop(taken);
    let error = Client::connect(address).await.unwrap_err();
    assert!(error.is_io(), "{error:?}");
    let text = format!("cannot connect to {address}: ");
    assert!(error.to_string().starts_with(&text), "{error}");
    let error = Client::connect("no port").await.unwrap_err();
    assert!(error.to_string().starts_with("cannot resolve the address: "), "{error}");
}

#[tokio::test]
async fn a_peer_that_resets_the_connection_may_speak_otherwise() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        // Closing a socket with unread bytes resets the connection.
        let _ = stream.peek(&mut [0; 1]).await;
    });
    let client = Client::connect(address).await.unwrap();
    let error = add(&client, 1, 1).await.unwrap_err();
    assert!(error.is_closed(), "{error:?}");
    assert!(error.to_string().contains("it may expect another framing or protocol"), "{error}");
}

#[tokio::test]
async fn why_a_call_has_no_end_is_told() {
    let (tell, told) = std::sync::mpsc::channel();
    let mut limits = Limits::default();
    limits.string_size = 10;
    let server = start(|server| {
        server.limits(limits).observer(move |event: &Event<'_>| {
            if let Some(error) = event.error() {
                let _ = tell.send((error.kind(), error.to_string()));
            }
        })
    })
    .await;
    let client = Client::connect(server.address).await.unwrap();
    let text = common::Text { text: "eleven of them".into() };
    let refused = common::call::<common::Returned<i32>>(&client, "note", &text).await;
    assert!(refused.is_err());
    let (kind, text) =
        tokio::task::spawn_blocking(move || told.recv_timeout(PATIENCE).unwrap()).await.unwrap();
    assert_eq!(kind, ErrorKind::Limit);
    assert_eq!(text, "a string of 14 bytes exceeds the limit of 10");
}

#[tokio::test]
async fn an_answer_before_the_end_is_read_though_the_peer_was_still_sending() {
    let mut limits = Limits::default();
    limits.message_size = 1 << 20;
    limits.frame_size = 1 << 20;
    let server = start(|server| server.limits(limits)).await;
    for dialect in [BUFFERED, FRAMED] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let bytes = thrift_runtime::Bytes::from(vec![0; 8 << 20]);
        let call = dialect.call("echo", 1, &common::Blob { bytes });
        // All of it is sent before the answer is read.
        stream.write_all(&call).await.unwrap();
        let refused = dialect.read(&mut stream).await;
        assert_eq!(refused.exception(), ApplicationErrorKind::PROTOCOL_ERROR);
    }
}
