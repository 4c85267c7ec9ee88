//! Clients that mean well.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
};

use thrift_runtime::{
    AnyProtocol, BinaryProtocol, Client, CompactProtocol, Framing, JsonProtocol, Result,
};
use thrift_tests::conformance::idl::{
    BeyondClient,
    conformance::{Conformance as _, EVERYTHING},
};
use tokio::time::Instant;

use crate::Counts;

type Calling = BeyondClient<Client<AnyProtocol>>;

/// Connected clients, each of which speaks something else.
pub(crate) async fn clients(address: SocketAddr, count: usize) -> Vec<Calling> {
    let protocols: [AnyProtocol; 3] =
        [BinaryProtocol::STRICT.into(), CompactProtocol.into(), JsonProtocol.into()];
    let framings = [Framing::Buffered, Framing::Framed, Framing::Header, Framing::TtHeader];
    let mut clients = Vec::new();
    for (at, protocol) in protocols.into_iter().cycle().take(count).enumerate() {
        // THeader has no JSON.
        let framing = match protocol {
            AnyProtocol::Json(_) => framings[at % 2],
            _ => framings[at % framings.len()],
        };
        let builder = Client::builder().protocol(protocol).framing(framing);
        let client = builder.connect(address).await.expect("a connection");
        clients.push(BeyondClient::new(client));
    }
    clients
}

/// Calls until the end, and checks each answer.
pub(crate) async fn call(client: Calling, counts: Arc<Counts>, end: Instant) {
    let mut number = 0;
    while Instant::now() < end {
        number += 1;
        let right = calls(&client, number).await.unwrap_or(false);
        counts.calls.fetch_add(3, Ordering::Relaxed);
        if !right {
            counts.wrong.fetch_add(1, Ordering::Relaxed);
        }
    }
}

async fn calls(client: &Calling, number: i32) -> Result<bool> {
    let (echoed, joined, everything) = tokio::join!(
        client.echo_i32(number),
        client.join(1, number, 3),
        client.echo_everything(EVERYTHING.clone()),
    );
    let joined = joined? == format!("1 {number} 3");
    Ok(echoed? == number && joined && everything? == *EVERYTHING)
}
