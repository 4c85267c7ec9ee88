//! The end of a program, a flush and a close: no oneway call that was accepted is lost, over any
//! transport.

#[path = "common/certificates.rs"]
mod certificates;
mod common;

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use certificates::Authority;
use common::{Service, Text, call_oneway};
use thrift_runtime::{
    Client, HttpClient, Result, Server, UdpClient, serve_udp,
    tls::{ClientTls, ServerTls},
};
use tokio::{net::UdpSocket, runtime::Runtime};

/// How long all of the calls may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

const TRANSPORTS: [&str; 9] =
    ["buffered", "framed", "header", "zlib", "tls", "http", "https", "unix", "udp"];

/// A server in a runtime of its own, as another process would be.
struct Running {
    service: Service,
    address: SocketAddr,
    datagrams: SocketAddr,
    path: PathBuf,
    trust: ClientTls,
    _runtime: Runtime,
}

fn start(name: &str) -> Running {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap().and_plain();
    let path = std::env::temp_dir().join(format!("thrift-{name}-{}.sock", std::process::id()));
    let service = Service::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (address, datagrams) = runtime.block_on(async {
        let server = Server::bind("127.0.0.1:0").await.unwrap().tls(tls);
        let address = server.local_addr().unwrap();
        tokio::spawn(server.serve(service.clone()));
        tokio::spawn(Server::bind_unix(&path).unwrap().serve(service.clone()));
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let datagrams = socket.local_addr().unwrap();
        tokio::spawn(serve_udp(socket, service.clone()));
        (address, datagrams)
    });
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    Running { service, address, datagrams, path, trust, _runtime: runtime }
}

/// A client of any kind.
#[derive(Clone)]
enum Any {
    Stream(Client),
    Http(HttpClient),
    Udp(UdpClient),
}

/// Does the same with a client of each kind.
macro_rules! each {
    ($client:expr, $one:ident => $then:expr) => {
        match $client {
            Any::Stream($one) => $then,
            Any::Http($one) => $then,
            Any::Udp($one) => $then,
        }
    };
}

impl Any {
    async fn note(&self) -> Result<()> {
        let note = Text { text: "x".into() };
        each!(self, client => call_oneway(client, "note", &note).await)
    }
}

impl Running {
    async fn connect(&self, transport: &str) -> Any {
        let host = format!("localhost:{}", self.address.port());
        let builder = Client::builder();
        let connected = match transport {
            "udp" => return Any::Udp(UdpClient::connect(self.datagrams).await.unwrap()),
            "http" => return Any::Http(HttpClient::new(&format!("http://{host}/")).unwrap()),
            "https" => {
                let client = HttpClient::new(&format!("https://{host}/")).unwrap();
                return Any::Http(client.tls(self.trust.clone()));
            }
            "unix" => builder.connect_unix(&self.path).await,
            "tls" => builder.connect_tls(&host, &self.trust).await,
            "buffered" => builder.buffered().connect(self.address).await,
            "framed" => builder.framed().connect(self.address).await,
            "header" => builder.header().connect(self.address).await,
            _ => builder.framed().zlib().connect(self.address).await,
        };
        Any::Stream(connected.unwrap())
    }

    /// Waits until so many calls have arrived, and no more.
    fn has_got(&self, count: usize, transport: &str) {
        let start = Instant::now();
        while self.service.notes.load(Ordering::SeqCst) < count {
            assert!(start.elapsed() < PATIENCE, "some are lost over {transport}");
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(self.service.notes.swap(0, Ordering::SeqCst), count, "{transport}");
    }
}

fn small_runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_oneway_call_that_returned_arrives_though_the_program_ends() {
    let server = start("ends");
    for transport in TRANSPORTS {
        for _ in 0..5 {
            small_runtime().block_on(async {
                server.connect(transport).await.note().await.expect(transport);
            });
        }
        server.has_got(5, transport);
    }
}

#[test]
fn what_was_flushed_arrives_though_the_program_ends() {
    let server = start("flush");
    for transport in TRANSPORTS {
        let mut sent = 0;
        small_runtime().block_on(async {
            // Other clients have nothing to flush: each call is sent, or answered, by itself.
            let Any::Stream(client) = server.connect(transport).await else { return };
            for _ in 0..5 {
                let client = Any::Stream(client.clone());
                tokio::spawn(async move { client.note().await });
            }
            // The calls are made, and nobody waits for them.
            tokio::task::yield_now().await;
            client.flush().await.expect(transport);
            sent = 5;
        });
        server.has_got(sent, transport);
    }
}

#[test]
fn a_closed_client_has_sent_everything_and_sends_no_more() {
    let server = start("close");
    for transport in TRANSPORTS {
        small_runtime().block_on(async {
            let client = server.connect(transport).await;
            for _ in 0..5 {
                client.note().await.expect(transport);
            }
            let late = client.clone();
            each!(client, client => client.close().await.expect(transport));
            // A socket for datagrams belongs to its clones, too.
            if transport != "udp" {
                let error = late.note().await.expect_err(transport);
                assert!(error.is_closed(), "{transport}: {error:?}");
            }
        });
        server.has_got(5, transport);
    }
}
