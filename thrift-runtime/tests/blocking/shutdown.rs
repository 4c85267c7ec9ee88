//! The end of a server.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{atomic::Ordering, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use thrift_runtime::{BlockingServer, BlockingShutdownHandle, Event, Result};

use crate::{Handler, TestServiceBlocking, TestServiceBlockingClient, TestServiceProcessor};

/// Patience with what should not take any.
const PATIENCE: Duration = Duration::from_secs(60);

struct Serving {
    address: std::net::SocketAddr,
    handler: Handler,
    shutdown: BlockingShutdownHandle,
    thread: JoinHandle<()>,
}

fn serve(configure: impl FnOnce(BlockingServer) -> BlockingServer) -> Serving {
    let server = configure(BlockingServer::bind("127.0.0.1:0").unwrap());
    let (address, shutdown) = (server.local_addr().unwrap(), server.shutdown_handle());
    let handler = Handler::default();
    let processor = TestServiceProcessor::blocking(handler.clone());
    Serving { address, handler, shutdown, thread: thread::spawn(move || server.serve(processor)) }
}

impl Serving {
    fn client(&self) -> TestServiceBlockingClient {
        TestServiceBlockingClient::connect(self.address).unwrap()
    }

    /// A call that is under way for a while.
    fn begin_call(&self) -> mpsc::Receiver<Result<i32>> {
        let (client, (sender, receiver)) = (self.client(), mpsc::channel());
        let before = self.handler.waiting.load(Ordering::SeqCst);
        thread::spawn(move || sender.send(client.wait()));
        while self.handler.waiting.load(Ordering::SeqCst) == before {
            thread::sleep(Duration::from_millis(1));
        }
        receiver
    }

    /// Waits until the server has ended.
    fn join(self) {
        let (sender, receiver) = mpsc::channel();
        let thread = self.thread;
        thread::spawn(move || sender.send(thread.join().is_ok()));
        assert!(receiver.recv_timeout(PATIENCE).expect("the server ends"));
        assert!(TcpStream::connect(self.address).is_err());
    }
}

#[test]
fn a_server_without_connections_ends() {
    for address in ["127.0.0.1:0", "0.0.0.0:0"] {
        let server = BlockingServer::bind(address).unwrap();
        let shutdown = server.shutdown_handle();
        let processor = TestServiceProcessor::blocking(Handler::default());
        let thread = thread::spawn(move || server.serve(processor));
        assert!(!shutdown.has_begun());
        shutdown.begin();
        assert!(shutdown.has_begun());
        thread.join().unwrap();
    }
}

#[test]
fn one_that_was_ended_before_does_not_begin() {
    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    server.shutdown_handle().begin();
    server.serve(TestServiceProcessor::blocking(Handler::default()));
}

#[test]
fn connections_that_rest_are_closed() {
    let serving = serve(|server| server);
    let clients: Vec<_> = (0..5).map(|_| serving.client()).collect();
    for client in &clients {
        assert_eq!(client.add(1, 2).unwrap(), 3);
    }
    let mut silent = TcpStream::connect(serving.address).unwrap();
    // It is served, as its first byte has been read.
    silent.write_all(b"\x80").unwrap();
    thread::sleep(Duration::from_millis(20));
    serving.shutdown.begin();
    silent.set_read_timeout(Some(PATIENCE)).unwrap();
    assert!(matches!(silent.read(&mut [0; 8]), Ok(0) | Err(_)));
    serving.join();
    for client in clients {
        assert!(client.add(1, 2).is_err());
    }
}

#[test]
fn calls_under_way_are_answered() {
    let serving = serve(|server| server);
    let calls: Vec<_> = (0..3).map(|_| serving.begin_call()).collect();
    serving.shutdown.begin();
    for call in calls {
        assert_eq!(call.recv_timeout(PATIENCE).unwrap().unwrap(), 7);
    }
    serving.join();
}

#[test]
fn a_server_that_takes_no_more_connections_ends() {
    let serving = serve(|server| server.max_connections(1));
    let client = serving.client();
    assert_eq!(client.add(1, 2).unwrap(), 3);
    let _waits = TcpStream::connect(serving.address).unwrap();
    serving.shutdown.begin();
    serving.join();
}

#[test]
fn what_takes_too_long_is_given_up() {
    let (tell, told) = mpsc::channel();
    let serving = serve(|server| {
        server.observer(move |event: &Event<'_>| {
            if let Event::Closed { why, .. } = event {
                let _ = tell.send(why.to_string());
            }
        })
    });
    let address = serving.address;
    let call = serving.begin_call();
    serving.shutdown.begin();
    serving.shutdown.begin_within(Duration::from_millis(1));
    serving.join();
    assert!(call.recv_timeout(PATIENCE).unwrap().is_err());
    assert!(TcpStream::connect(address).is_err());
    // That is no failure of the peer's.
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), "the connection was dropped");
}

#[test]
fn a_peer_that_goes_on_calling_does_not_hold_it_up() {
    let serving = serve(|server| server);
    let mut stream = TcpStream::connect(serving.address).unwrap();
    let mut reading = stream.try_clone().unwrap();
    thread::spawn(move || while reading.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {});
    // "note", which is oneway, of an empty text.
    let call = b"\x80\x01\0\x04\0\0\0\x04note\0\0\0\0\x0b\0\x01\0\0\0\0\0".repeat(100);
    let calling = thread::spawn(move || while stream.write_all(&call).is_ok() {});
    while serving.handler.notes.load(Ordering::SeqCst) == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    serving.shutdown.begin();
    serving.join();
    calling.join().unwrap();
}

#[test]
fn calls_that_follow_those_that_have_arrived_do_not_hold_it_up() {
    let serving = serve(|server| server);
    let mut stream = TcpStream::connect(serving.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let call = b"\x80\x01\0\x01\0\0\0\x04wait\0\0\0\0\0";
    stream.write_all(&call.repeat(4)).unwrap();
    let calling = thread::spawn(move || {
        let mut reply = [0; 24];
        let mut answered = 0;
        while stream.read_exact(&mut reply).is_ok() {
            answered += 1;
            let _ = stream.write_all(call);
        }
        answered
    });
    while serving.handler.waiting.load(Ordering::SeqCst) < 2 {
        thread::sleep(Duration::from_millis(1));
    }
    serving.shutdown.begin();
    serving.join();
    let answered = calling.join().unwrap();
    assert!((2..=10).contains(&answered), "{answered} calls were answered");
}
