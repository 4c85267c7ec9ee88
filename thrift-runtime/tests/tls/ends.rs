//! How connections within TLS end.

use std::{
    io::Write,
    net::{SocketAddr, TcpListener},
    sync::mpsc,
    thread,
    time::Duration,
};

use thrift_runtime::{Client, Event, Server, ShutdownHandle, tls::ClientTls};
use tokio::time::timeout;

use crate::{
    PATIENCE, at,
    certificates::Authority,
    common::{Add, DIALECTS, Service, Text, add, call_oneway},
    raw_tls::{self, just_close, read_until, says_goodbye},
    server_tls,
};

const BUFFERED: crate::common::Dialect = DIALECTS[0];

/// A server, and what it tells of connections that fail.
async fn serve(
    authority: &Authority,
    configure: impl FnOnce(Server) -> Server,
) -> (SocketAddr, ShutdownHandle, mpsc::Receiver<String>) {
    let server = configure(Server::bind("127.0.0.1:0").await.unwrap().tls(server_tls(authority)));
    let (tell, told) = mpsc::channel();
    let server = server.observer(move |event: &Event<'_>| {
        if event.is_failure() {
            let _ = tell.send(event.error().map(ToString::to_string).unwrap_or_default());
        }
    });
    let (address, shutdown) = (server.local_addr().unwrap(), server.shutdown_handle());
    tokio::spawn(server.serve(Service::default()));
    (address, shutdown, told)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_says_that_it_ends() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = at("localhost", listener.local_addr().unwrap());
    let identity = authority.sign("localhost");
    let serving = thread::spawn(move || {
        let mut answers = Vec::new();
        for reply in [BUFFERED.sum(0, 3), BUFFERED.sum(7, 3)] {
            let mut peer = raw_tls::accept(&listener, &identity);
            read_until(&mut peer, &[0, 0, 0, 2, 0]);
            peer.write_all(&reply).unwrap();
            answers.push(says_goodbye(&mut peer));
        }
        answers
    });
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let client = Client::builder().connect_tls(&host, &trust).await.unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    drop(client);
    // One that gives up, too.
    let client = Client::builder().connect_tls(&host, &trust).await.unwrap();
    add(&client, 1, 2).await.unwrap_err();
    let serving = tokio::task::spawn_blocking(|| serving.join().unwrap());
    assert_eq!(timeout(PATIENCE, serving).await.unwrap().unwrap(), [true, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_says_that_it_ends() {
    let authority = Authority::new();
    let idle = Duration::from_millis(1200);
    let (address, ..) = serve(&authority, |server| server.idle_timeout(idle)).await;
    let (other, shutdown, _told) = serve(&authority, |server| server).await;
    let calling = thread::spawn(move || {
        let goodbyes = [address, other].map(|address| {
            let mut peer = raw_tls::connect(address, &authority.pem);
            peer.write_all(&BUFFERED.call("add", 0, &Add { a: 1, b: 2 })).unwrap();
            read_until(&mut peer, &BUFFERED.sum(0, 3));
            if address == other {
                // The answer was so long ago that nothing has to be done for it.
                thread::sleep(Duration::from_millis(1200));
                shutdown.begin();
            }
            says_goodbye(&mut peer)
        });
        // One that sends nonsense, too.
        let mut peer = raw_tls::connect(address, &authority.pem);
        peer.write_all(b"nothing of the kind").unwrap();
        (goodbyes, says_goodbye(&mut peer))
    });
    let calling = tokio::task::spawn_blocking(|| calling.join().unwrap());
    assert_eq!(timeout(PATIENCE, calling).await.unwrap().unwrap(), ([true, true], true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_just_closes_between_calls_has_not_failed() {
    let authority = Authority::new();
    let (address, shutdown, told) = serve(&authority, |server| server).await;
    let call = BUFFERED.call("add", 0, &Add { a: 1, b: 2 });
    let calling = thread::spawn(move || {
        let mut peer = raw_tls::connect(address, &authority.pem);
        peer.write_all(&call).unwrap();
        read_until(&mut peer, &BUFFERED.sum(0, 3));
        just_close(peer);
        // Within a call, it has.
        let mut peer = raw_tls::connect(address, &authority.pem);
        peer.write_all(&call[..9]).unwrap();
        just_close(peer);
    });
    calling.join().unwrap();
    let told = tokio::task::spawn_blocking(move || {
        let first = told.recv_timeout(PATIENCE).unwrap();
        shutdown.begin();
        [vec![first], told.iter().collect()].concat()
    });
    let told = timeout(PATIENCE, told).await.unwrap().unwrap();
    assert_eq!(told, ["the peer closed the connection within a message"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_just_closes_has_closed() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = at("localhost", listener.local_addr().unwrap());
    let identity = authority.sign("localhost");
    let serving = thread::spawn(move || {
        let mut peer = raw_tls::accept(&listener, &identity);
        read_until(&mut peer, &[0, 0, 0, 2, 0]);
        peer.write_all(&BUFFERED.sum(0, 3)).unwrap();
        read_until(&mut peer, &[0, 0, 0, 2, 0]);
    });
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let client = Client::builder().connect_tls(&host, &trust).await.unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    let error = timeout(PATIENCE, add(&client, 1, 2)).await.unwrap().unwrap_err();
    serving.join().unwrap();
    let text = "the connection was lost before the reply came: the peer closed the connection";
    assert!(error.is_closed() && error.to_string() == text, "{error:?}");
}

#[test]
fn a_oneway_call_that_returned_arrives_though_the_program_ends() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = at("localhost", listener.local_addr().unwrap());
    let identity = authority.sign("localhost");
    let serving = thread::spawn(move || {
        let mut peer = raw_tls::accept(&listener, &identity);
        read_until(&mut peer, b"it arrives\0");
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let trust = ClientTls::with_roots(&authority.pem).unwrap();
        let client = Client::builder().connect_tls(&host, &trust).await.unwrap();
        let note = Text { text: "it arrives".into() };
        call_oneway(&client, "note", &note).await.unwrap();
    });
    drop(runtime);
    serving.join().unwrap();
}
