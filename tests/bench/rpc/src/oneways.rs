//! Oneway calls, many in flight on one connection.

use std::{net::SocketAddr, sync::atomic::Ordering};

use crate::{
    Shape,
    load::{self, ANSWERED, Caller},
    process, runtime,
    wire::{self, Framing, ours, ours::EchoService},
};

/// Oneway calls, and at their end one that is answered: when the reply comes, all of them were
/// taken.
struct Oneways {
    calls: Vec<u8>,
    count: usize,
    reply: usize,
    received: usize,
}

impl Oneways {
    fn new(framing: Framing, count: usize) -> Self {
        let call = wire::call(framing);
        let calls = [wire::oneway(framing).repeat(count - 1), call.clone()].concat();
        Oneways { calls, count, reply: call.len(), received: 0 }
    }
}

impl Caller for Oneways {
    fn begin(&mut self, _out: &mut Vec<u8>) {}

    fn call(&mut self, count: usize, out: &mut Vec<u8>) {
        for _ in 0..count / self.count {
            out.extend_from_slice(&self.calls);
        }
    }

    fn replies(&mut self, bytes: &[u8], _out: &mut Vec<u8>) -> usize {
        self.received += bytes.len();
        let replies = self.received / self.reply;
        self.received %= self.reply;
        replies * self.count
    }
}

/// Calls a server, which is a process, and prints what came of it.
pub fn load(address: SocketAddr, server: u32, framing: Framing, in_flight: usize) {
    let shape = Shape { connections: 1, in_flight };
    load::run_with(address, server, shape, || Oneways::new(framing, in_flight));
}

/// Calls a server that drops what it reads, with this library's client, and prints what came of it.
pub fn call(address: SocketAddr, framing: Framing, in_flight: usize) {
    runtime().block_on(async {
        let builder = thrift_runtime::Client::builder().framing(framing.into());
        let client = ours::EchoServiceClient::new(builder.connect(address).await.unwrap());
        for _ in 0..in_flight {
            let client = client.clone();
            tokio::spawn(async move {
                loop {
                    client.tell(wire::small()).await.unwrap();
                    ANSWERED.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        load::report(load::TIME, || process::cpu_time(std::process::id())).await;
    });
}
