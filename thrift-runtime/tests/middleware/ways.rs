//! The ways in which a client can reach a server.

use std::{net::SocketAddr, thread};

use thrift_runtime::{
    AnyProtocol, BinaryProtocol, BlockingClient, BlockingServer, BoxChannel, Client,
    CompactProtocol, Framing, HttpClient, JsonProtocol, NonBlocking, Processor, Server,
};

pub(crate) const PROTOCOLS: [AnyProtocol; 4] = [
    AnyProtocol::Binary(BinaryProtocol::STRICT),
    AnyProtocol::Binary(BinaryProtocol::NON_STRICT),
    AnyProtocol::Compact(CompactProtocol),
    AnyProtocol::Json(JsonProtocol),
];

/// What a client speaks over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Transport {
    Plain(Framing),
    Http,
    Blocking(Framing),
}

/// What kind of server answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Host {
    Sequential,
    /// With `concurrent_calls(8)`.
    Concurrent,
    Blocking,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    pub(crate) host: Host,
    pub(crate) transport: Transport,
    pub(crate) protocol: AnyProtocol,
}

/// All of them, with one protocol after another.
pub(crate) fn ways() -> impl Iterator<Item = Way> {
    let transports = [
        Transport::Plain(Framing::Buffered),
        Transport::Plain(Framing::Framed),
        Transport::Blocking(Framing::Buffered),
        Transport::Blocking(Framing::Framed),
        Transport::Plain(Framing::Header),
        Transport::Http,
    ];
    let hosts = [Host::Sequential, Host::Concurrent, Host::Blocking];
    let all = hosts.into_iter().flat_map(move |host| transports.map(|way| (host, way)));
    let protocols = PROTOCOLS.into_iter().cycle();
    all.zip(protocols)
        .map(|((host, transport), protocol)| Way { host, transport, protocol })
        .filter(|way| way.host != Host::Blocking || !way.carries_headers())
}

impl Way {
    pub(crate) fn carries_headers(self) -> bool {
        matches!(self.transport, Transport::Plain(Framing::Header) | Transport::Http)
    }

    /// Whether a call keeps its thread from anything else.
    pub(crate) fn blocks(self) -> bool {
        matches!(self.transport, Transport::Blocking(_))
    }

    /// The address of a server.
    pub(crate) async fn serve(self, processor: impl Processor) -> SocketAddr {
        if self.host == Host::Blocking {
            let server = BlockingServer::bind("127.0.0.1:0").unwrap();
            let address = server.local_addr().unwrap();
            thread::spawn(move || server.serve(processor));
            return address;
        }
        let server = Server::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let most = if self.host == Host::Concurrent { 8 } else { 1 };
        tokio::spawn(server.concurrent_calls(most).serve(processor));
        address
    }

    /// A channel to a server.
    pub(crate) async fn connect(self, address: SocketAddr) -> BoxChannel<AnyProtocol> {
        match self.transport {
            Transport::Plain(framing) => {
                let builder = Client::builder().protocol(self.protocol).framing(framing);
                BoxChannel::new(builder.connect(address).await.unwrap())
            }
            Transport::Http => {
                let client = HttpClient::new(&format!("http://{address}/desk")).unwrap();
                BoxChannel::new(client.protocol(self.protocol))
            }
            Transport::Blocking(framing) => {
                let builder = BlockingClient::builder().protocol(self.protocol);
                let builder = match framing {
                    Framing::Framed => builder.framed(),
                    _ => builder,
                };
                BoxChannel::new(NonBlocking(builder.connect(address).unwrap()))
            }
        }
    }
}
