//! Keepalive on both ends of every kind of connection, as the operating system tells it.

#![cfg(target_os = "linux")]

mod common;

use std::{net::SocketAddr, thread, time::Duration};

use common::{Service, add};
use thrift_runtime::{
    BlockingChannel, BlockingClient, BlockingServer, Client, HttpClient, Method, Request, Server,
    SocketOptions,
};

/// In how many seconds keepalive will probe the peer, on the sockets of a connection: that of the
/// client of a port, and that of its server.
fn timers(port: u16) -> (Vec<Option<u64>>, Vec<Option<u64>>) {
    let (mut clients, mut servers) = (Vec::new(), Vec::new());
    for line in std::fs::read_to_string("/proc/net/tcp").unwrap().lines().skip(1) {
        // Number, local and remote address, state, queues, kind and time of the timer.
        let columns: Vec<_> = line.split_whitespace().collect();
        let is_port = |column: usize| columns[column].ends_with(&format!(":{port:04X}"));
        let (kind, ticks) = columns[5].split_once(':').unwrap();
        let ticks = u64::from_str_radix(ticks, 16).unwrap();
        // Two: keepalive, in hundredths of a second.
        let timer = (kind == "02").then_some(ticks.div_ceil(100));
        // Established.
        match (columns[3], is_port(1), is_port(2)) {
            ("01", true, _) => servers.push(timer),
            ("01", _, true) => clients.push(timer),
            _ => {}
        }
    }
    (clients, servers)
}

/// Waits until the timers of one connection are these.
async fn expect(address: SocketAddr, client: Option<u64>, server: Option<u64>) {
    let near = |timers: &[Option<u64>], expected: Option<u64>| match (timers, expected) {
        ([Some(timer)], Some(expected)) => (expected - 5..=expected).contains(timer),
        ([timer], None) => timer.is_none(),
        _ => false,
    };
    let mut seen = timers(address.port());
    for _ in 0..200 {
        if near(&seen.0, client) && near(&seen.1, server) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        seen = timers(address.port());
    }
    panic!("{seen:?} where {client:?} and {server:?} were expected");
}

fn after(seconds: u64) -> SocketOptions {
    let mut options = SocketOptions::default();
    options.keepalive = Some(Duration::from_secs(seconds));
    options
}

async fn serve(configure: impl FnOnce(Server) -> Server) -> SocketAddr {
    let server = configure(Server::bind("127.0.0.1:0").await.unwrap());
    let address = server.local_addr().unwrap();
    tokio::spawn(server.serve(Service::default()));
    address
}

fn serve_blocking(configure: impl FnOnce(BlockingServer) -> BlockingServer) -> SocketAddr {
    let server = configure(BlockingServer::bind("127.0.0.1:0").unwrap());
    let address = server.local_addr().unwrap();
    thread::spawn(move || server.serve(Service::default()));
    address
}

/// A blocking call.
fn note(client: &BlockingClient) {
    let note = common::Text { text: "x".into() };
    let _ = client.send(Request::new(&Method::new("note").oneway(), &note)).unwrap();
}

#[tokio::test]
async fn both_ends_ask_after_a_minute_by_default() {
    for address in [serve(|server| server).await, serve_blocking(|server| server)] {
        let client = Client::connect(address).await.unwrap();
        assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
        expect(address, Some(60), Some(60)).await;
    }
    let address = serve(|server| server).await;
    let client = BlockingClient::connect(address).unwrap();
    note(&client);
    expect(address, Some(60), Some(60)).await;
    let address = serve(|server| server).await;
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    expect(address, Some(60), Some(60)).await;
}

#[tokio::test]
async fn both_ends_ask_as_they_are_told_to() {
    let never = {
        let mut options = SocketOptions::default();
        options.keepalive = None;
        options
    };
    for address in [
        serve(|server| server.socket_options(after(20))).await,
        serve_blocking(|server| server.socket_options(after(20))),
    ] {
        let client = Client::builder().socket_options(after(10)).connect(address).await.unwrap();
        assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
        expect(address, Some(10), Some(20)).await;
    }
    for address in [
        serve(|server| server.socket_options(never)).await,
        serve_blocking(|server| server.socket_options(never)),
    ] {
        let builder = BlockingClient::builder().socket_options(after(10));
        let client = builder.connect(address).unwrap();
        note(&client);
        expect(address, Some(10), None).await;
    }
    let address = serve(|server| server.socket_options(after(20))).await;
    let client = HttpClient::new(&format!("http://{address}/")).unwrap().socket_options(never);
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    expect(address, None, Some(20)).await;
}
