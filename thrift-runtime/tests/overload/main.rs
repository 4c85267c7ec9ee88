//! Servers with more to do than they may have.

mod bytes;
mod calls;
#[path = "../common/certificates.rs"]
mod certificates;
#[path = "../common/mod.rs"]
mod common;
mod connections;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use certificates::Authority;
use common::Service;
use thrift_runtime::{
    BinaryProtocol, BoxChannel, Client, Event, HttpClient, Processor, Server, ShutdownHandle,
    tls::{ClientTls, ServerTls},
};
use tokio::task::JoinHandle;

const BUFFERED: common::Dialect = common::DIALECTS[0];
const FRAMED: common::Dialect = common::DIALECTS[1];
const PATIENCE: Duration = Duration::from_secs(20);

/// What an observer was told, but for what opens.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn has(&self, what: &str) -> bool {
        self.0.lock().unwrap().iter().any(|event| event.ends_with(what))
    }
}

struct Running {
    address: SocketAddr,
    service: Service,
    told: Told,
    trust: ClientTls,
    shutdown: ShutdownHandle,
    serving: JoinHandle<()>,
}

async fn start(configure: impl FnOnce(Server) -> Server) -> Running {
    start_with(configure, |service| service).await
}

/// A server of something that is made of the service.
async fn start_with<P: Processor>(
    configure: impl FnOnce(Server) -> Server,
    wrap: impl FnOnce(Service) -> P,
) -> Running {
    let authority = Authority::new();
    let identity = authority.sign("localhost");
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap().and_plain();
    let told = Told::default();
    let theirs = told.clone();
    let server = configure(Server::bind("127.0.0.1:0").await.unwrap().tls(tls));
    let server = server.observer(move |event: &Event<'_>| {
        if !matches!(event, Event::Opened { .. }) {
            theirs.0.lock().unwrap().push(event.to_string());
        }
    });
    let (address, service) = (server.local_addr().unwrap(), Service::default());
    let shutdown = server.shutdown_handle();
    let serving = tokio::spawn(server.serve(wrap(service.clone())));
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    Running { address, service, told, trust, shutdown, serving }
}

const TRANSPORTS: [&str; 6] = ["buffered", "framed", "header", "zlib", "http", "tls"];

impl Running {
    async fn connect(&self, transport: &str) -> BoxChannel<BinaryProtocol> {
        self.connect_to(transport, None).await
    }

    /// Connects, and calls one of several services.
    async fn connect_to(
        &self,
        transport: &str,
        service: Option<&'static str>,
    ) -> BoxChannel<BinaryProtocol> {
        macro_rules! boxed {
            ($client:expr) => {{
                let client = $client;
                match service {
                    Some(service) => BoxChannel::new(client.to_service(service)),
                    None => BoxChannel::new(client),
                }
            }};
        }
        let builder = Client::builder();
        let builder = match transport {
            "http" => {
                let url = format!("http://{}/", self.address);
                return boxed!(HttpClient::new(&url).unwrap());
            }
            "tls" => {
                let host = format!("localhost:{}", self.address.port());
                let client = builder.connect_tls(&host, &self.trust).await;
                return boxed!(client.unwrap());
            }
            "buffered" => builder.buffered(),
            "framed" => builder.framed(),
            "header" => builder.header(),
            _ => builder.framed().zlib(),
        };
        boxed!(builder.connect(self.address).await.unwrap())
    }
}

async fn until(condition: impl Fn() -> bool) {
    let holds = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, holds).await.expect("the condition holds in time");
}
