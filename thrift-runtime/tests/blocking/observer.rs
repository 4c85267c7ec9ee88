//! What a server tells of its connections, and what is kept with them.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use socket2::SockRef;
use thrift_runtime::{BlockingServer, BlockingShutdownHandle, Event, Limits, Timeouts};

use crate::{Handler, TestServiceBlocking, TestServiceBlockingClient, TestServiceProcessor};

/// `add(1, 2)` and its answer.
const ADD: &[u8] = b"\x80\x01\0\x01\0\0\0\x03add\0\0\0\0\x08\0\x01\0\0\0\x01\x08\0\x02\0\0\0\x02\0";
const SUM: &[u8] = b"\x80\x01\0\x02\0\0\0\x03add\0\0\0\0\x08\0\0\0\0\0\x03\0";

struct Running {
    address: SocketAddr,
    shutdown: BlockingShutdownHandle,
    told: mpsc::Receiver<String>,
    calls: Arc<AtomicUsize>,
}

impl Running {
    fn next(&self) -> String {
        self.told.recv_timeout(Duration::from_secs(20)).expect("an event")
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        assert_eq!(self.next(), "connected");
        stream
    }
}

/// Counts the calls of a connection as long as it is open.
#[derive(Default)]
struct Session(AtomicUsize);

/// A server that tells everything, without the peers' addresses.
fn start(configure: impl FnOnce(BlockingServer) -> BlockingServer) -> Running {
    let (tell, told) = mpsc::channel();
    let calls = Arc::new(AtomicUsize::new(0));
    let closed = Arc::clone(&calls);
    let server = configure(BlockingServer::bind("127.0.0.1:0").unwrap());
    let server = server.observer(move |event: &Event<'_>| {
        if let Event::Closed { connection, .. } = event
            && let Some(session) = connection.get::<Session>()
        {
            closed.fetch_add(session.0.load(Ordering::SeqCst), Ordering::SeqCst);
        }
        let text = event.to_string();
        let start = event.peer().map_or(0, |peer| peer.to_string().len() + 2);
        let _ = tell.send(text[start..].to_owned());
    });
    let (address, shutdown) = (server.local_addr().unwrap(), server.shutdown_handle());
    let processor = TestServiceProcessor::blocking_per_call(|cx: &thrift_runtime::Context| {
        let session = cx.connection().get_or_insert_with(Session::default);
        session.0.fetch_add(1, Ordering::SeqCst);
        Handler { context: Some(cx.clone()), ..Handler::default() }
    });
    thread::spawn(move || server.serve(processor));
    Running { address, shutdown, told, calls }
}

fn ask(stream: &mut TcpStream) {
    stream.write_all(ADD).unwrap();
    let mut answer = vec![0; SUM.len()];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer, SUM);
}

/// Closes a socket in a way that the other end finds a reset.
fn reset(stream: TcpStream) {
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
}

#[test]
fn a_session_lives_as_long_as_its_connection() {
    let server = start(|server| server);
    for calls in [1, 2] {
        let client = TestServiceBlockingClient::connect(server.address).unwrap();
        for _ in 0..calls {
            assert_eq!(client.add(1, 2).unwrap(), 3);
        }
        drop(client);
        assert_eq!([server.next(), server.next()], ["connected", "closed: by the peer"]);
        assert_eq!(server.calls.swap(0, Ordering::SeqCst), calls);
    }
}

#[test]
fn a_peer_that_resets_between_calls_has_closed() {
    let server = start(|server| server);
    // One that checks whether the server is there.
    reset(server.connect());
    assert_eq!(server.next(), "closed: by the peer");
    let mut stream = server.connect();
    ask(&mut stream);
    reset(stream);
    assert_eq!(server.next(), "closed: by the peer");
    let mut stream = server.connect();
    stream.write_all(&ADD[..20]).unwrap();
    thread::sleep(Duration::from_millis(20));
    reset(stream);
    let event = server.next();
    assert!(event.contains("reset"), "{event}");
}

#[cfg(feature = "tls")]
#[test]
fn a_peer_that_resets_tls_between_calls_has_closed() {
    use crate::{certificates::Authority, raw_tls};

    let authority = Authority::new();
    let server = start(|server| server.tls(crate::tls::server_tls(&authority)));
    let mut peer = raw_tls::connect(server.address, &authority.pem);
    peer.write_all(ADD).unwrap();
    raw_tls::read_until(&mut peer, SUM);
    assert_eq!(server.next(), "connected");
    SockRef::from(&peer.sock).set_linger(Some(Duration::ZERO)).unwrap();
    drop(peer);
    assert_eq!(server.next(), "closed: by the peer");
}

#[test]
fn why_a_connection_ends_is_told() {
    let mut timeouts = Timeouts::default();
    timeouts.idle = Some(Duration::from_millis(50));
    timeouts.age = Some(Duration::from_secs(60));
    let server = start(|server| server.timeouts(timeouts));
    let mut stream = server.connect();
    ask(&mut stream);
    assert_eq!(server.next(), "closed: the connection was idle");

    timeouts.idle = None;
    timeouts.age = Some(Duration::from_millis(100));
    let server = start(|server| server.timeouts(timeouts));
    let mut stream = server.connect();
    ask(&mut stream);
    assert_eq!(server.next(), "closed: the connection reached its maximum age");
    assert_eq!(stream.read(&mut [0; 8]).unwrap(), 0);

    let server = start(|server| server);
    let _stream = server.connect();
    server.shutdown.begin();
    assert_eq!(server.next(), "closed: the server was shut down");
}

#[test]
fn messages_that_cannot_be_read_and_panics_are_told() {
    let mut limits = Limits::default();
    limits.string_size = 10;
    limits.message_size = 200;
    let server = start(|server| server.limits(limits));
    let client = TestServiceBlockingClient::connect(server.address).unwrap();
    assert_eq!(server.next(), "connected");
    assert!(client.panic().unwrap_err().is_application());
    assert_eq!(server.next(), "panic panicked");
    // A type that there is not.
    let mut call = [&[0, 0, 0, ADD.len() as u8], ADD].concat();
    let at = call.len() - 8;
    call[at] = 99;
    let mut stream = server.connect();
    stream.write_all(&call).unwrap();
    let event = server.next();
    assert!(event.starts_with("a message cannot be read: "), "{event}");
    drop(client);
}

#[test]
fn that_no_connection_can_be_accepted_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let copy = listener.try_clone().unwrap();
    let (tell, told) = mpsc::channel();
    let server = BlockingServer::from_listener(listener);
    let server = server.observer(move |event: &Event<'_>| _ = tell.send(event.to_string()));
    SockRef::from(&copy).shutdown(Shutdown::Both).unwrap();
    thread::spawn(move || server.serve(TestServiceProcessor::blocking(Handler::default())));
    for _ in 0..2 {
        let event = told.recv_timeout(Duration::from_secs(20)).unwrap();
        assert!(event.starts_with("cannot accept a connection: "), "{event}");
    }
}
