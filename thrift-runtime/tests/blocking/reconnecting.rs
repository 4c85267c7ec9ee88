//! Blocking channels that outlive their connections.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use thrift_runtime::{BlockingClient, BlockingReconnecting, Delivery, Error, ErrorKind};

use crate::{TestServiceBlocking, TestServiceBlockingClient, start};

const MOMENT: Duration = Duration::from_millis(100);

/// A peer that does something with each connection.
fn peer(mut serve: impl FnMut(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().for_each(|stream| serve(stream.unwrap())));
    address
}

/// The length of a call of `add`, and the answer to the first.
const CALL: usize = 30;
const SUM: &[u8] = b"\x80\x01\0\x02\0\0\0\x03add\0\0\0\0\x08\0\0\0\0\0\x03\0";

/// A peer that tells of the first call, never answers it, and serves other connections.
fn frozen_first() -> (SocketAddr, mpsc::Receiver<()>) {
    let (server, _) = start(|server| server);
    let (called, is_called) = mpsc::channel();
    let mut frozen = None;
    let address = peer(move |mut stream| {
        if frozen.is_none() {
            stream.read_exact(&mut [0; CALL]).unwrap();
            called.send(()).unwrap();
            frozen = Some(stream);
            return;
        }
        let forward = TcpStream::connect(server).unwrap();
        let ends = (stream.try_clone().unwrap(), forward.try_clone().unwrap());
        for (mut from, mut to) in [ends, (forward, stream)] {
            thread::spawn(move || io::copy(&mut from, &mut to));
        }
    });
    (address, is_called)
}

#[test]
fn a_lost_connection_is_made_again() {
    let (address, _) = start(|server| server);
    let channel = BlockingReconnecting::new(move || BlockingClient::connect(address));
    let client = TestServiceBlockingClient::new(channel.clone());
    assert_eq!(client.add(1, 2).unwrap(), 3);
    let hasty = TestServiceBlockingClient::new(channel.with_timeout(Duration::from_millis(50)));
    assert!(hasty.wait().unwrap_err().is_timeout());
    assert_eq!(client.add(1, 2).unwrap(), 3, "the old connection is closed");
    let old = channel.client().unwrap();
    channel.reconnect().unwrap();
    assert_eq!(client.add(1, 2).unwrap(), 3);
    assert!(!old.is_closed());
    channel.flush().unwrap();
    channel.close().unwrap();
    let error = client.add(1, 2).unwrap_err();
    assert!(error.is_closed() && error.delivery() == Delivery::NotSent, "{error:?}");
}

#[test]
fn a_client_that_was_closed_fails_calls() {
    let (address, _) = start(|server| server);
    let connection = BlockingClient::connect(address).unwrap();
    let client = TestServiceBlockingClient::new(connection.clone());
    assert_eq!(client.add(1, 2).unwrap(), 3);
    connection.flush().unwrap();
    connection.close().unwrap();
    assert!(connection.is_closed());
    let text = "the connection is closed: this client has closed it";
    assert_eq!(client.add(1, 2).unwrap_err().to_string(), text);
}

#[test]
fn attempts_pause_while_connections_end_before_a_reply() {
    let address = peer(drop);
    let connections = Arc::new(AtomicU32::new(0));
    let channel = BlockingReconnecting::new({
        let connections = Arc::clone(&connections);
        move || {
            connections.fetch_add(1, Ordering::SeqCst);
            BlockingClient::connect(address)
        }
    })
    .backoff(Duration::from_millis(40)..=Duration::from_millis(80));
    let client = TestServiceBlockingClient::new(channel.clone());
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(400) {
        client.add(1, 2).unwrap_err();
    }
    let count = connections.load(Ordering::SeqCst);
    assert!(count <= 14, "{count} connections");
    let hasty = TestServiceBlockingClient::new(channel.with_timeout(Duration::from_millis(1)));
    let error = hasty.add(1, 2).unwrap_err();
    assert!(error.to_string().starts_with("the next attempt to connect is in "), "{error}");
    assert_eq!(error.delivery(), Delivery::NotSent);
}

#[test]
fn threads_share_an_attempt_and_its_failure() {
    let attempts = Arc::new(AtomicU32::new(0));
    let (fail, failing) = mpsc::channel::<()>();
    let failing = Mutex::new(failing);
    let channel = BlockingReconnecting::new({
        let attempts = Arc::clone(&attempts);
        move || {
            attempts.fetch_add(1, Ordering::SeqCst);
            let _ = failing.lock().unwrap().recv();
            BlockingClient::connect("no port")
        }
    });
    let begun = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let client = TestServiceBlockingClient::new(channel.clone());
                begun.fetch_add(1, Ordering::SeqCst);
                assert!(client.add(1, 2).unwrap_err().is_io());
            });
        }
        while begun.load(Ordering::SeqCst) < 8 || attempts.load(Ordering::SeqCst) == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        let hasty = channel.with_timeout(Duration::from_millis(20));
        let error = TestServiceBlockingClient::new(hasty).add(1, 2).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{error:?}");
        // Time for those that have begun to wait for the attempt.
        thread::sleep(Duration::from_millis(200));
        drop(fail);
    });
    assert_eq!(attempts.load(Ordering::SeqCst), 1);
}

#[test]
fn a_connection_that_the_server_closed_is_not_used_again() {
    let connections = Arc::new(AtomicU32::new(0));
    let (closed, is_closed) = mpsc::channel();
    let address = peer({
        let connections = Arc::clone(&connections);
        move |mut stream| {
            connections.fetch_add(1, Ordering::SeqCst);
            stream.read_exact(&mut [0; CALL]).unwrap();
            stream.write_all(SUM).unwrap();
            drop(stream);
            closed.send(()).unwrap();
        }
    });
    let channel = BlockingReconnecting::new(move || BlockingClient::connect(address));
    let client = TestServiceBlockingClient::new(channel);
    for _ in 0..20 {
        assert_eq!(client.add(1, 2).unwrap(), 3);
        is_closed.recv().unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 20);
}

#[test]
fn a_peer_that_is_silent_while_a_reply_is_due_is_left() {
    let (address, _called) = frozen_first();
    let channel = BlockingReconnecting::new(move || {
        BlockingClient::builder().silence_timeout(MOMENT).call_timeout(None).connect(address)
    });
    let client = TestServiceBlockingClient::new(channel);
    let error = client.add(1, 2).unwrap_err();
    assert!(error.is_closed() && error.delivery() == Delivery::Possible, "{error:?}");
    let text = "the connection was lost before the reply came: \
                the peer sent nothing for 100ms while calls waited for replies";
    assert_eq!(error.to_string(), text);
    for _ in 0..10 {
        assert_eq!(client.add(1, 2).unwrap(), 3);
    }
}

#[test]
fn a_connection_on_which_calls_get_no_turn_is_left() {
    let (address, called) = frozen_first();
    let channel = BlockingReconnecting::new(move || BlockingClient::connect(address));
    let patient = TestServiceBlockingClient::new(channel.with_timeout(None));
    let hasty = TestServiceBlockingClient::new(channel.with_timeout(2 * MOMENT));
    let client = channel.client().unwrap();
    let patient = thread::spawn(move || patient.add(1, 2).unwrap_err());
    called.recv().unwrap();
    let mut late = 0;
    let end = Instant::now() + Duration::from_secs(20);
    while !client.is_closed() && Instant::now() < end {
        if let Err(error) = hasty.add(1, 2) {
            assert_eq!(error.to_string(), "add was not sent within 200ms");
            assert_eq!(error.delivery(), Delivery::NotSent);
            late += 1;
        }
    }
    let error = patient.join().unwrap();
    assert!(error.is_closed(), "{error:?}");
    let text = format!("the peer sent nothing while {late} calls timed out");
    assert!(error.to_string().ends_with(&text), "{error}");
    assert!((3..20).contains(&late), "{late}");
    assert_eq!(hasty.add(1, 2).unwrap(), 3);
}

#[test]
fn a_call_that_waited_for_one_that_failed_goes_over_another_connection() {
    let (address, called) = frozen_first();
    let channel = BlockingReconnecting::new(move || BlockingClient::connect(address));
    let hasty = TestServiceBlockingClient::new(channel.with_timeout(MOMENT));
    let client = TestServiceBlockingClient::new(channel.clone());
    thread::scope(|scope| {
        scope.spawn(|| assert!(hasty.add(1, 2).unwrap_err().is_timeout()));
        called.recv().unwrap();
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(client.add(1, 2).unwrap(), 3));
        }
    });
}

#[test]
fn a_call_waits_for_a_connection_no_longer_than_it_may_take() {
    let attempts = Arc::new(AtomicU32::new(0));
    let (go, gone) = mpsc::channel::<()>();
    let gone = std::sync::Mutex::new(gone);
    let (address, _) = start(|server| server);
    let channel = BlockingReconnecting::new({
        let attempts = Arc::clone(&attempts);
        move || {
            attempts.fetch_add(1, Ordering::SeqCst);
            let _ = gone.lock().unwrap().recv();
            BlockingClient::connect(address)
        }
    });
    let hasty = TestServiceBlockingClient::new(channel.with_timeout(MOMENT / 4));
    for _ in 0..3 {
        let begin = Instant::now();
        let error = hasty.add(1, 2).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{error:?}");
        assert_eq!(error.to_string(), "no connection was made within 25ms");
        assert!(begin.elapsed() < 20 * MOMENT);
    }
    drop(go);
    assert_eq!(TestServiceBlockingClient::new(channel).add(1, 2).unwrap(), 3);
    assert_eq!(attempts.load(Ordering::SeqCst), 1);
}

#[test]
fn an_attempt_that_panics_is_one_that_failed() {
    let channel = BlockingReconnecting::new(|| -> Result<BlockingClient, Error> {
        panic!("as it was asked to")
    });
    let client = TestServiceBlockingClient::new(channel);
    let error = client.add(1, 2).unwrap_err();
    assert_eq!(error.to_string(), "a panic interrupted the attempt to connect");
    assert_eq!(error.delivery(), Delivery::NotSent);
}

#[test]
fn closing_fails_the_call_in_progress() {
    let (address, called) = frozen_first();
    let client = BlockingClient::connect(address).unwrap().with_timeout(None);
    let call = thread::spawn({
        let client = TestServiceBlockingClient::new(client.clone());
        move || client.add(1, 2).unwrap_err()
    });
    called.recv().unwrap();
    client.close().unwrap();
    let error = call.join().unwrap();
    assert!(error.is_closed(), "{error:?}");
    let text = "the connection was lost before the reply came: this client has closed it";
    assert_eq!(error.to_string(), text);
}

#[test]
fn closing_fails_calls_that_wait_for_a_connection() {
    // They wait for the next attempt, or for one that is made, for as long as they may or for ever.
    for connects in [false, true] {
        for timeout in [Some(Duration::from_secs(60)), None] {
            let (attempts, attempted) = mpsc::channel();
            let (go, gone) = mpsc::channel::<()>();
            let gone = Mutex::new(gone);
            let channel = BlockingReconnecting::new(move || {
                attempts.send(()).unwrap();
                if connects {
                    let _ = gone.lock().unwrap().recv();
                }
                Err::<BlockingClient, _>(Error::new(ErrorKind::Closed, "nobody is there"))
            });
            let long = Duration::from_secs(30);
            let channel = channel.backoff(long..=long).with_timeout(timeout);
            let client = TestServiceBlockingClient::new(channel.clone());
            if !connects {
                client.add(1, 2).unwrap_err();
                attempted.recv().unwrap();
            }
            let (done, is_done) = mpsc::channel();
            thread::spawn(move || done.send(client.add(1, 2).unwrap_err().to_string()));
            if connects {
                attempted.recv().unwrap();
            } else {
                thread::sleep(MOMENT / 4);
            }
            channel.close().unwrap();
            let error = is_done.recv_timeout(Duration::from_secs(10)).expect("it fails at once");
            assert_eq!(error, "this client was closed");
            drop(go);
        }
    }
}
