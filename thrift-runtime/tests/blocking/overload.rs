//! Servers with more to do than they may have.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use thrift_runtime::{
    ApplicationErrorKind, BlockingClient, BlockingServer, BlockingShutdownHandle, Bytes, Delivery,
    Error, Event, Multiplexed, Result,
};

use crate::{TestServiceBlocking, TestServiceBlockingClient, TestServiceProcessor};

const TOO_MANY: &str = "the server is overloaded: too many calls are in progress";
const TOO_MUCH: &str = "the server is overloaded: its messages take too much memory";

/// Its calls of `wait` take until the gate is open.
#[derive(Clone, Default)]
struct Gated {
    waiting: Arc<AtomicUsize>,
    notes: Arc<AtomicUsize>,
    is_open: Arc<AtomicBool>,
}

impl TestServiceBlocking for Gated {
    fn add(&self, a: i32, b: i32) -> Result<i32> {
        Ok(a + b)
    }
    fn echo(&self, bytes: Bytes) -> Result<Bytes> {
        Ok(bytes)
    }
    fn wait(&self) -> Result<i32> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        while !self.is_open.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
        Ok(7)
    }
    fn fail(&self, _text: String) -> Result<i32> {
        Ok(0)
    }
    fn panic(&self) -> Result<i32> {
        Ok(0)
    }
    fn note(&self, _text: String) -> Result<()> {
        self.notes.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
    fn peer(&self) -> Result<String> {
        Ok(String::new())
    }
}

struct Running {
    address: SocketAddr,
    service: Gated,
    told: mpsc::Receiver<String>,
    shutdown: BlockingShutdownHandle,
}

fn start(configure: impl FnOnce(BlockingServer) -> BlockingServer) -> Running {
    let (tell, told) = mpsc::channel();
    let server = configure(BlockingServer::bind("127.0.0.1:0").unwrap());
    let server = server.observer(move |event: &Event<'_>| {
        if !matches!(event, Event::Opened { .. }) {
            let _ = tell.send(event.to_string());
        }
    });
    let address = server.local_addr().unwrap();
    let shutdown = server.shutdown_handle();
    let service = Gated::default();
    let processor = TestServiceProcessor::blocking(service.clone());
    thread::spawn(move || server.serve(processor));
    Running { address, service, told, shutdown }
}

impl Running {
    fn connect(&self, framed: bool) -> TestServiceBlockingClient {
        let builder = BlockingClient::builder();
        let builder = if framed { builder.framed() } else { builder };
        TestServiceBlockingClient::new(builder.connect(self.address).unwrap())
    }

    /// Calls that take long, each on a connection of its own.
    fn hold(&self, count: usize) -> Vec<thread::JoinHandle<Result<i32>>> {
        let calls = (0..count).map(|_| {
            let client = self.connect(true);
            thread::spawn(move || client.wait())
        });
        let calls: Vec<_> = calls.collect();
        while self.service.waiting.load(Ordering::SeqCst) < count {
            thread::sleep(Duration::from_millis(1));
        }
        calls
    }

    fn open(&self, calls: Vec<thread::JoinHandle<Result<i32>>>) {
        self.service.is_open.store(true, Ordering::SeqCst);
        for call in calls {
            assert_eq!(call.join().unwrap().unwrap(), 7);
        }
    }

    /// Whether this is told next, but for connections that their peers close.
    #[track_caller]
    fn tells(&self, what: &str) {
        loop {
            let event = self.told.recv_timeout(Duration::from_secs(20)).expect(what);
            if !event.ends_with("closed: by the peer") {
                assert!(event.ends_with(what), "{event}");
                return;
            }
        }
    }
}

#[track_caller]
fn check(error: &Error, kind: ApplicationErrorKind, text: &str, delivery: Delivery) {
    let exception = error.as_application().expect("an exception");
    assert_eq!((exception.kind(), error.delivery()), (kind, delivery));
    assert!(exception.message().starts_with(text), "{error}");
}

#[test]
fn a_call_too_many_is_refused() {
    let server = start(|server| server.max_calls(2));
    let calls = server.hold(2);
    for framed in [false, true] {
        let client = server.connect(framed);
        for _ in 0..2 {
            let error = client.add(1, 2).unwrap_err();
            check(&error, ApplicationErrorKind::OVERLOADED, TOO_MANY, Delivery::Refused);
            server.tells(TOO_MANY);
        }
        client.note("x".into()).unwrap();
        server.tells(TOO_MANY);
    }
    server.open(calls);
    assert_eq!(server.connect(true).add(1, 2).unwrap(), 3);
    assert_eq!(server.service.notes.load(Ordering::SeqCst), 0);
}

#[test]
fn a_call_of_one_of_several_services_is_refused() {
    let server = BlockingServer::bind("127.0.0.1:0").unwrap().max_calls(0);
    let address = server.local_addr().unwrap();
    let service = TestServiceProcessor::blocking(Gated::default());
    thread::spawn(move || server.serve(Multiplexed::new().service("Test", service)));
    let client = BlockingClient::connect(address).unwrap().to_service("Test");
    let error = TestServiceBlockingClient::new(client).add(1, 2).unwrap_err();
    check(&error, ApplicationErrorKind::OVERLOADED, TOO_MANY, Delivery::Refused);
}

#[test]
fn what_does_not_fit_is_refused() {
    let server = start(|server| server.max_bytes(400 << 10));
    // Half a call of 2 MB.
    let head = b"\x80\x01\0\x01\0\0\0\x04echo\0\0\0\x05\x0b\0\x01\x00\x20\0\0";
    for framed in [false, true] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let length = if framed { &b"\0\x20\x01\0"[..] } else { b"" };
        let _ = stream.write_all(&[length, head, &vec![7; 1 << 20]].concat());
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let text = String::from_utf8_lossy(&answer);
        assert!(text.contains("echo") && text.contains(TOO_MUCH), "{text}");
        server.tells(TOO_MUCH);
        drop(stream);
        server.tells(TOO_MUCH);
    }
    for framed in [false, true] {
        let client = server.connect(framed);
        for _ in 0..3 {
            let error = client.echo(Bytes::from(vec![7; 300 << 10])).unwrap_err();
            let kind = ApplicationErrorKind::INTERNAL_ERROR;
            check(&error, kind, TOO_MUCH, Delivery::Possible);
            // All that was held is given back.
            let bytes = Bytes::from(vec![7; 90 << 10]);
            assert_eq!(client.echo(bytes.clone()).unwrap(), bytes);
        }
    }
}

#[test]
fn a_full_server_closes_the_connection_that_has_rested_the_longest() {
    let server = start(|server| server.max_connections(2));
    let [one, other] = [true, false].map(|framed| server.connect(framed));
    for client in [&one, &other, &one] {
        assert_eq!(client.add(1, 2).unwrap(), 3);
        // All of them rest for a while.
        thread::sleep(Duration::from_millis(60));
    }
    thread::sleep(Duration::from_millis(60));
    let new = server.connect(true);
    assert_eq!(new.add(1, 2).unwrap(), 3);
    server.tells("closed: it made room for another connection");
    assert!(other.add(1, 2).unwrap_err().is_closed());
    assert_eq!(one.add(1, 2).unwrap(), 3);
}

#[test]
fn a_full_server_refuses_and_says_so() {
    let server = start(|server| server.max_connections(2));
    let calls = server.hold(2);
    for _ in 0..3 {
        let mut refused = TcpStream::connect(server.address).unwrap();
        refused.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        assert_eq!(refused.read(&mut [0; 8]).unwrap(), 0);
        server.tells("refused: the server has reached its limit of connections");
    }
    server.open(calls);
    assert_eq!(server.connect(true).add(1, 2).unwrap(), 3);
}

#[test]
fn an_address_has_no_more_connections_than_it_may_have() {
    let server = start(|server| server.max_connections_per_address(1));
    let client = server.connect(true);
    assert_eq!(client.add(1, 2).unwrap(), 3);
    let mut refused = TcpStream::connect(server.address).unwrap();
    refused.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    assert_eq!(refused.read(&mut [0; 8]).unwrap(), 0);
    server.tells("refused: its address has reached the limit of connections");
    drop(client);
    assert!((0..1000).any(|_| server.connect(true).add(1, 2).is_ok()));
}

#[test]
fn the_operator_hears_of_one_that_waited_for_a_place_at_the_end() {
    // Nothing tells when it waits, so that it may take several attempts.
    for moments in 1.. {
        let server = start(|server| server.max_connections(1));
        let calls = server.hold(1);
        let mut waits = TcpStream::connect(server.address).unwrap();
        waits.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        thread::sleep(Duration::from_millis(moments));
        server.shutdown.begin();
        assert!(!matches!(waits.read(&mut [0; 8]), Ok(1..)));
        server.open(calls);
        // The server drops its observer in the end.
        let told: Vec<_> = server.told.iter().collect();
        if told.iter().any(|event| event.ends_with("refused: the server was shut down")) {
            return;
        }
        assert!(moments < 50, "{told:?}");
    }
}
