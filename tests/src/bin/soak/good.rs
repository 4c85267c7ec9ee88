//! Clients that mean well.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
};

use thrift_runtime::{
    AnyProtocol, BinaryProtocol, Channel, Client, ClientBuilder, CompactProtocol, Framing,
    HttpClient, JsonProtocol, Result, sasl::Plain,
};
use thrift_tests::conformance::idl::{
    BeyondClient,
    conformance::{Conformance as _, EVERYTHING},
};
use tokio::time::Instant;

use crate::Counts;

/// What a peer speaks.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wrapping {
    Framing(Framing),
    Zlib,
    Sasl,
    Http,
}

impl Wrapping {
    pub(crate) const ALL: [Wrapping; 7] = [
        Wrapping::Framing(Framing::Buffered),
        Wrapping::Framing(Framing::Framed),
        Wrapping::Framing(Framing::Header),
        Wrapping::Framing(Framing::TtHeader),
        Wrapping::Zlib,
        Wrapping::Sasl,
        Wrapping::Http,
    ];

    /// The settings of a client, unless it speaks HTTP.
    pub(crate) fn builder(self, protocol: AnyProtocol) -> ClientBuilder<AnyProtocol> {
        let builder = Client::builder().protocol(protocol);
        match self {
            Wrapping::Framing(framing) => builder.framing(framing),
            Wrapping::Zlib => builder.zlib(),
            Wrapping::Sasl => builder.sasl(Plain::new("alice", "rabbit hole")),
            Wrapping::Http => builder,
        }
    }
}

pub(crate) fn protocols() -> [AnyProtocol; 3] {
    [BinaryProtocol::STRICT.into(), CompactProtocol.into(), JsonProtocol.into()]
}

/// A client that is ready to call.
#[derive(Clone)]
pub(crate) enum Calling {
    Stream(BeyondClient<Client<AnyProtocol>>),
    Http(BeyondClient<HttpClient<AnyProtocol>>),
}

/// Connected clients, each of which speaks something else.
pub(crate) async fn clients(address: SocketAddr, count: usize) -> Vec<Calling> {
    let mut clients = Vec::new();
    for (at, protocol) in protocols().into_iter().cycle().take(count).enumerate() {
        let wrapping = match (Wrapping::ALL[at % Wrapping::ALL.len()], protocol) {
            // Headers have no JSON.
            (Wrapping::Framing(Framing::Header | Framing::TtHeader), AnyProtocol::Json(_)) => {
                Wrapping::Framing(Framing::Framed)
            }
            (wrapping, _) => wrapping,
        };
        clients.push(match wrapping {
            Wrapping::Http => {
                let client = HttpClient::new(&format!("http://{address}/")).expect("a URL");
                // As many connections as others have.
                Calling::Http(BeyondClient::new(client.protocol(protocol).max_connections(1)))
            }
            _ => {
                let client = wrapping.builder(protocol).connect(address).await;
                Calling::Stream(BeyondClient::new(client.expect("a connection")))
            }
        });
    }
    clients
}

/// Calls until the end, and checks each answer.
pub(crate) async fn call(client: Calling, counts: Arc<Counts>, end: Instant) {
    let mut number = 0;
    while Instant::now() < end {
        number += 1;
        let called = match &client {
            Calling::Stream(client) => calls(client, number).await,
            Calling::Http(client) => calls(client, number).await,
        };
        let right = called.unwrap_or(false);
        counts.calls.fetch_add(3, Ordering::Relaxed);
        if !right {
            counts.wrong.fetch_add(1, Ordering::Relaxed);
        }
    }
}

async fn calls<C: Channel + Sync>(client: &BeyondClient<C>, number: i32) -> Result<bool> {
    let (echoed, joined, everything) = tokio::join!(
        client.echo_i32(number),
        client.join(1, number, 3),
        client.echo_everything(EVERYTHING.clone()),
    );
    let joined = joined? == format!("1 {number} 3");
    Ok(echoed? == number && joined && everything? == *EVERYTHING)
}
