//! Servers that tests kill and start, and find.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, BinaryProtocol, Call, Client, ConnectionOptions,
    Processed, Processor, Protocol, Result,
    layers::{Balanced, BalancedBuilder},
    serve_connection,
};
use tokio::{io::DuplexStream, sync::mpsc, task::JoinHandle};
use tower::discover::Change;

use crate::{Handler, steps::StepsProcessor};

/// Servers by port, which tests kill and start.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network(Arc<Mutex<BTreeMap<u16, Running>>>);

#[derive(Debug, Default)]
struct Running {
    handler: Handler,
    /// How long each call takes.
    slow: Duration,
    /// What each call fails with.
    failure: Option<ApplicationErrorKind>,
    connections: Vec<JoinHandle<()>>,
}

impl Network {
    pub(crate) fn start(&self, port: u16) -> Handler {
        self.start_slow(port, Duration::ZERO)
    }

    pub(crate) fn start_slow(&self, port: u16, slow: Duration) -> Handler {
        self.run(port, Running { slow, ..Running::default() })
    }

    pub(crate) fn start_failing(&self, port: u16, failure: ApplicationErrorKind) -> Handler {
        self.run(port, Running { failure: Some(failure), ..Running::default() })
    }

    fn run(&self, port: u16, running: Running) -> Handler {
        let handler = running.handler.clone();
        self.0.lock().unwrap().insert(port, running);
        handler
    }

    pub(crate) fn kill(&self, port: u16) {
        let killed = self.0.lock().unwrap().remove(&port).expect("a server");
        killed.connections.iter().for_each(JoinHandle::abort);
    }

    pub(crate) fn connections(&self, port: u16) -> usize {
        self.0.lock().unwrap()[&port].connections.len()
    }

    /// How many connections have not ended.
    pub(crate) fn open(&self, port: u16) -> usize {
        let network = self.0.lock().unwrap();
        network[&port].connections.iter().filter(|connection| !connection.is_finished()).count()
    }

    pub(crate) fn connect(&self, address: SocketAddr) -> Result<Client> {
        Ok(Client::from_stream(self.stream(address)?))
    }

    /// A connection that no client uses yet.
    pub(crate) fn stream(&self, address: SocketAddr) -> Result<DuplexStream> {
        let mut network = self.0.lock().unwrap();
        let Some(server) = network.get_mut(&address.port()) else {
            return Err(io::Error::from(io::ErrorKind::ConnectionRefused).into());
        };
        let (ours, theirs) = tokio::io::duplex(64 << 10);
        let Running { handler, slow, failure, .. } = &*server;
        let weak = Weak { handler: handler.clone(), slow: *slow, failure: *failure };
        server.connections.push(tokio::spawn(async move {
            let mut options = ConnectionOptions::default();
            options.concurrent_calls = 100;
            let _ = serve_connection(theirs, weak, &options).await;
        }));
        Ok(ours)
    }

    pub(crate) fn builder(&self) -> BalancedBuilder {
        let network = self.clone();
        let pauses = Duration::from_millis(50)..=Duration::from_secs(1);
        Balanced::builder(BinaryProtocol::STRICT, move |address| {
            let connected = network.connect(address);
            async move { connected }
        })
        .backoff(pauses)
    }
}

/// A server that is slow, or fails.
struct Weak {
    handler: Handler,
    slow: Duration,
    failure: Option<ApplicationErrorKind>,
}

impl Processor for Weak {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        if let Some(kind) = self.failure {
            self.handler.begin();
            return call.refuse(ApplicationException::new(kind, "on purpose"));
        }
        tokio::time::sleep(self.slow).await;
        StepsProcessor::new(self.handler.clone()).process(call).await
    }
}

/// Addresses that come and go.
pub(crate) struct Found(
    pub(crate) mpsc::UnboundedReceiver<Result<Change<&'static str, SocketAddr>, String>>,
);

impl Stream for Found {
    type Item = Result<Change<&'static str, SocketAddr>, String>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}
