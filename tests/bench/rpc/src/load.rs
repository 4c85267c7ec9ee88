//! The load on every server: raw sockets, made so that they cost as little as can be.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{Shape, http2, process, runtime, wire};

/// How long calls are made before they count, and how long they count.
const WARM_UP: Duration = Duration::from_millis(80);
pub const TIME: Duration = Duration::from_millis(250);

/// The calls that were answered.
pub static ANSWERED: AtomicU64 = AtomicU64::new(0);

/// What makes calls and tells replies.
pub trait Caller: Send + 'static {
    /// What a connection begins with.
    fn begin(&mut self, out: &mut Vec<u8>);
    /// Appends calls.
    fn call(&mut self, count: usize, out: &mut Vec<u8>);
    /// How many replies end in these bytes; what is due besides is appended to `out`.
    fn replies(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> usize;
}

/// Thrift's calls, whose replies all have one length.
struct Thrift {
    call: Vec<u8>,
    calls: Vec<u8>,
    received: usize,
}

impl Caller for Thrift {
    fn begin(&mut self, _out: &mut Vec<u8>) {}

    fn call(&mut self, count: usize, out: &mut Vec<u8>) {
        let length = count * self.call.len();
        if self.calls.len() < length {
            self.calls = self.call.repeat(count);
        }
        out.extend_from_slice(&self.calls[..length]);
    }

    fn replies(&mut self, bytes: &[u8], _out: &mut Vec<u8>) -> usize {
        self.received += bytes.len();
        let count = self.received / self.call.len();
        self.received %= self.call.len();
        count
    }
}

/// Calls a server, which is a process, and prints what came of it.
pub fn run(address: SocketAddr, server: u32, peer: &str, shape: Shape) {
    match peer {
        "grpc" => run_with(address, server, shape, http2::Caller::default),
        framing => {
            let call = wire::call(framing.parse().unwrap());
            let caller = || Thrift { call: call.clone(), calls: Vec::new(), received: 0 };
            run_with(address, server, shape, caller);
        }
    }
}

/// Calls a server with as many callers as there are to be connections.
pub fn run_with<C: Caller>(address: SocketAddr, server: u32, shape: Shape, caller: impl Fn() -> C) {
    runtime().block_on(async {
        for _ in 0..shape.connections {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            tokio::spawn(converse(stream, caller(), shape.in_flight));
        }
        report(TIME, || process::cpu_time(server)).await;
    });
}

async fn converse<C: Caller>(mut stream: TcpStream, mut caller: C, in_flight: usize) {
    let mut out = Vec::new();
    caller.begin(&mut out);
    caller.call(in_flight, &mut out);
    let mut space = vec![0; 64 << 10];
    loop {
        if !out.is_empty() {
            stream.write_all(&out).await.unwrap();
            out.clear();
        }
        let read = stream.read(&mut space).await.unwrap();
        assert_ne!(read, 0, "the server closed the connection");
        let count = caller.replies(&space[..read], &mut out);
        ANSWERED.fetch_add(count as u64, Ordering::Relaxed);
        caller.call(count, &mut out);
    }
}

/// Waits for calls to be made, and prints how many of them were made a second, and the time that a
/// core worked for each, in nanoseconds.
pub async fn report(time: Duration, cpu_time: impl Fn() -> Duration) {
    tokio::time::sleep(WARM_UP).await;
    let (count, worked) = (ANSWERED.load(Ordering::Relaxed), cpu_time());
    let start = Instant::now();
    tokio::time::sleep(time).await;
    let seconds = start.elapsed().as_secs_f64();
    let count = (ANSWERED.load(Ordering::Relaxed) - count) as f64;
    let worked = (cpu_time() - worked).as_secs_f64();
    println!("{} {}", count / seconds, worked / count * 1e9);
}
