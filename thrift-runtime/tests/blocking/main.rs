//! The client and the server without an async runtime.

#[cfg(target_os = "linux")]
#[path = "../common/black_hole.rs"]
mod black_hole;
mod calls;
#[cfg(feature = "tls")]
#[path = "../common/certificates.rs"]
mod certificates;
#[cfg(target_os = "linux")]
mod connecting;
mod observer;
mod overload;
mod pool;
#[cfg(feature = "tls")]
#[path = "../common/raw_tls.rs"]
mod raw_tls;
mod reconnecting;
mod refused;
mod shutdown;
#[cfg(feature = "tls")]
mod tls;
#[cfg(unix)]
mod unix;

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use thrift_runtime::{ApplicationErrorKind, BlockingServer, Bytes, Context, Error, Result};

mod extended {
    thrift_runtime::thrift! {
        path: "../common/extended.thrift",
        services: [client, server, blocking],
    }
}

use extended::{
    ExtendedServiceBlocking, ExtendedServiceBlockingClient, ExtendedServiceHalfError,
    ExtendedServiceProcessor, Odd,
    service::{TestServiceBlocking, TestServiceBlockingClient, TestServiceProcessor},
};

#[derive(Clone, Default)]
struct Handler {
    notes: Arc<AtomicUsize>,
    /// How many calls of `wait` have begun.
    waiting: Arc<AtomicUsize>,
    context: Option<Context>,
}

impl TestServiceBlocking for Handler {
    fn add(&self, a: i32, b: i32) -> Result<i32> {
        Ok(a.wrapping_add(b))
    }
    fn echo(&self, bytes: Bytes) -> Result<Bytes> {
        Ok(bytes)
    }
    fn wait(&self) -> Result<i32> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(300));
        Ok(7)
    }
    fn fail(&self, text: String) -> Result<i32> {
        Err(Error::application(ApplicationErrorKind(42), text))
    }
    fn panic(&self) -> Result<i32> {
        panic!("as it was asked to")
    }
    fn note(&self, _text: String) -> Result<()> {
        self.notes.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
    fn peer(&self) -> Result<String> {
        let certificates = self.context.as_ref().map(Context::certificates).unwrap_or_default();
        Ok(format!("{} certificates", certificates.len()))
    }
}

impl ExtendedServiceBlocking for Handler {
    fn half(&self, number: i32) -> Result<i32, ExtendedServiceHalfError> {
        match number % 2 {
            0 => Ok(number / 2),
            _ => Err(Odd { number }.into()),
        }
    }
}

fn start(configure: impl FnOnce(BlockingServer) -> BlockingServer) -> (SocketAddr, Handler) {
    let server = configure(BlockingServer::bind("127.0.0.1:0").unwrap());
    let address = server.local_addr().unwrap();
    let handler = Handler::default();
    let processor = TestServiceProcessor::blocking(handler.clone());
    thread::spawn(move || server.serve(processor));
    (address, handler)
}
