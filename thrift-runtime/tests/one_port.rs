//! One port answers whoever calls, in every dialect at the same time.

#[path = "common/certificates.rs"]
mod certificates;
mod common;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use certificates::Authority;
use common::{Service, add, echo};
use thrift_runtime::{
    BinaryProtocol, Bytes, Channel, Client, ClientBuilder, CompactProtocol, HttpClient,
    JsonProtocol, Protocol, Server,
    tls::{ClientTls, ServerTls},
};
use tokio::{sync::Barrier, task::JoinSet, time::timeout};

const PATIENCE: Duration = Duration::from_secs(120);
const CALLS: i32 = 20;

/// The clients of all dialects, which call when all of them are connected.
struct Crowd {
    address: SocketAddr,
    trust: ClientTls,
    clients: Vec<(String, Starting)>,
}

/// A client that connects, waits for the others and then calls.
type Starting = Box<dyn FnOnce(Arc<Barrier>) -> Calling>;
type Calling = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

impl Crowd {
    fn join<C, F>(&mut self, name: String, connect: F)
    where
        C: Channel + 'static,
        F: Future<Output = C> + Send + 'static,
    {
        let start = |barrier: Arc<Barrier>| -> Calling {
            Box::pin(async move {
                let client = connect.await;
                // So that the server has told the dialect of each before any goes on.
                assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
                barrier.wait().await;
                call(client).await;
            })
        };
        self.clients.push((name, Box::new(start)));
    }

    /// The clients that a protocol has: plain, within TLS, within zlib, within zlib within TLS.
    fn speak<P: Protocol>(&mut self, protocol: P) {
        let framings = [
            ("buffered", Client::builder().protocol(protocol)),
            ("framed", Client::builder().protocol(protocol).framed()),
            ("THeader", Client::builder().protocol(protocol).header()),
            ("THeader with zlib", Client::builder().protocol(protocol).header_with_zlib()),
        ];
        for (framing, builder) in framings {
            for (around, builder) in [("", builder.clone()), (", zlib", builder.zlib())] {
                self.connect(&format!("{protocol:?} {framing}{around}"), builder);
            }
        }
        let address = self.address;
        self.join(format!("{protocol:?} HTTP"), async move {
            HttpClient::new(&format!("http://{address}/")).unwrap().protocol(protocol)
        });
        let (port, trust) = (address.port(), self.trust.clone());
        self.join(format!("{protocol:?} HTTPS"), async move {
            let client = HttpClient::new(&format!("https://localhost:{port}/")).unwrap();
            client.tls(trust).protocol(protocol)
        });
    }

    /// The same over TCP and over TLS.
    fn connect<P: Protocol>(&mut self, name: &str, builder: ClientBuilder<P>) {
        let (address, trust) = (self.address, self.trust.clone());
        let plain = builder.clone();
        self.join(name.to_owned(), async move { plain.connect(address).await.unwrap() });
        self.join(format!("{name}, TLS"), async move {
            let host = format!("localhost:{}", address.port());
            builder.connect_tls(&host, &trust).await.unwrap()
        });
    }
}

/// Several calls at once, small and large.
async fn call(client: impl Channel) {
    let small = async {
        for n in 0..CALLS {
            assert_eq!(add(&client, n, 1).await.unwrap(), n + 1);
        }
    };
    let large = async {
        for n in 0..3 {
            let bytes = Bytes::from(vec![n; 100_000]);
            assert_eq!(echo(&client, &bytes).await.unwrap(), bytes);
        }
    };
    tokio::join!(small, large);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_every_dialect_are_answered_at_once() {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let service = Service::default();
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap().and_plain();
    tokio::spawn(server.tls(tls).serve(service.clone()));

    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let mut crowd = Crowd { address, trust, clients: Vec::new() };
    crowd.speak(BinaryProtocol::STRICT);
    crowd.speak(BinaryProtocol::NON_STRICT);
    crowd.speak(CompactProtocol);
    crowd.speak(JsonProtocol);

    let count = crowd.clients.len();
    assert_eq!(count, 4 * (4 * 2 * 2 + 2));
    let barrier = Arc::new(Barrier::new(count));
    let mut calling = JoinSet::new();
    for (name, start) in crowd.clients {
        let client = start(Arc::clone(&barrier));
        calling.spawn(async move {
            let called = timeout(PATIENCE, client).await;
            called.unwrap_or_else(|_| panic!("{name} has no answer"));
            name
        });
    }
    while let Some(called) = calling.join_next().await {
        called.unwrap();
    }
    let calls = service.calls.load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!(calls, count * (1 + CALLS as usize));
}
