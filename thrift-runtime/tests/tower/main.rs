//! tower's layers around clients and servers.

mod balance;
mod client;
mod errors;
mod fleet;
mod hedge;
mod keys;
mod kinds;
mod network;
mod odd;
mod retry;
mod scripted;
mod server;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use thrift_runtime::{
    ApplicationErrorKind, Client, ClientBuilder, ConnectionOptions, Context, Error, Processor,
    Result, serve_connection,
};

mod steps {
    thrift_runtime::thrift! { path: "./steps.thrift", services: [client, server] }
}

use steps::{Odd, Steps, StepsHalfError};

/// Longer than any test waits, in milliseconds.
const LONG: i32 = 100_000_000;

/// What a layer tells the handler.
#[derive(Debug, Clone)]
struct Tenant(&'static str);

/// What implements the service; clones count together.
#[derive(Debug, Clone, Default)]
struct Handler {
    calls: Arc<AtomicUsize>,
    /// Those that were neither dropped nor are still running.
    done: Arc<AtomicUsize>,
    who: String,
}

impl Handler {
    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn done(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }

    fn begin(&self) {
        self.calls.fetch_add(1, Ordering::SeqCst);
    }

    fn of(&self, cx: &Context) -> Self {
        cx.set_reply_header("handled", cx.method());
        let tenant = cx.extensions().get().map_or("nowhere", |Tenant(name)| name);
        let identity = cx.identity().unwrap_or("nobody");
        let trace = cx.headers().get("trace").unwrap_or("no trace");
        let end = if cx.deadline().is_some() { "a deadline" } else { "no deadline" };
        Handler { who: format!("{identity} of {tenant}, {trace}, {end}"), ..self.clone() }
    }
}

impl Steps for Handler {
    async fn twice(&self, number: i32) -> Result<i32> {
        self.begin();
        Ok(number.wrapping_mul(2))
    }

    async fn half(&self, number: i32) -> Result<i32, StepsHalfError> {
        self.begin();
        if number % 2 == 0 { Ok(number / 2) } else { Err(Odd { number }.into()) }
    }

    async fn wait(&self, millis: i32) -> Result<i32> {
        self.begin();
        tokio::time::sleep(Duration::from_millis(millis as u64)).await;
        self.done.fetch_add(1, Ordering::SeqCst);
        Ok(millis)
    }

    async fn fail(&self, text: String) -> Result<()> {
        self.begin();
        Err(Error::application(ApplicationErrorKind(42), text))
    }

    async fn panic(&self) -> Result<()> {
        panic!("as it was asked to")
    }

    async fn who(&self) -> Result<String> {
        Ok(self.who.clone())
    }

    async fn note(&self, _text: String) -> Result<()> {
        self.begin();
        Ok(())
    }
}

/// A stream whose other end is served.
fn served(processor: impl Processor) -> tokio::io::DuplexStream {
    let (ours, theirs) = tokio::io::duplex(64 << 10);
    tokio::spawn(async move {
        let mut options = ConnectionOptions::default();
        options.concurrent_calls = 100;
        let _ = serve_connection(theirs, processor, &options).await;
    });
    ours
}

/// The transports that carry calls, one of them headers.
fn builders() -> [ClientBuilder; 3] {
    [Client::builder(), Client::builder().framed(), Client::builder().header()]
}

/// Lets all that can go on go on; only with paused time.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}
