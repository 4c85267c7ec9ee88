//! One combination of a service, a client, a server and what they speak.

use std::{fmt, net::Ipv4Addr};

use thrift_runtime::{BinaryProtocol, Client, Protocol as Codec, Server};
use thrift_tests::program::{self, PATIENCE, ServerProgram};
use tokio::{task::JoinSet, time::timeout};

use crate::{
    calculator::{self, Calculator, CalculatorServiceProcessor},
    message::{self, Mailboxes, MessageServiceProcessor},
    party::{Party, Protocol, Transport},
    python::Python,
};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) service: Service,
    pub(crate) client: Party,
    pub(crate) server: Party,
    pub(crate) protocol: Protocol,
    pub(crate) transport: Transport,
}

/// One of the services that are tried.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Service {
    Message,
    Calculator,
}

impl Service {
    /// What the peers call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Service::Message => "message",
            Service::Calculator => "calculator",
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cell { service, client, server, protocol, transport } = self;
        let (service, protocol, transport) = (service.name(), protocol.name(), transport.name());
        write!(f, "{service}: client {client}, server {server}, {protocol} {transport}")
    }
}

impl Cell {
    /// Starts the server, and lets as many clients as it serves at once check all that it does.
    ///
    /// # Errors
    ///
    /// What a client found wrong, with what the server had to say.
    pub(crate) async fn run(self, python: &Python) -> Result<(), String> {
        let server = match self.server {
            Party::Ours => Running::Ours(self.serve().await.map_err(|error| error.to_string())?),
            Party::Python(peer) => {
                let program = ServerProgram::start(&mut python.server(self, peer)).await?;
                Running::Theirs(Box::new(program))
            }
        };
        let checked = match self.client {
            Party::Ours => self.call(server.port()).await,
            Party::Python(peer) => {
                program::run(&mut python.client(self, peer, server.port())).await.map(drop)
            }
        };
        checked.map_err(|failure| format!("{failure}\n{}", server.complaints()))
    }

    /// Serves the service in this process.
    async fn serve(self) -> thrift_runtime::Result<(u16, JoinSet<()>)> {
        let server = Server::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = server.local_addr()?.port();
        let mut task = JoinSet::new();
        match self.service {
            Service::Message => {
                task.spawn(server.serve(MessageServiceProcessor::new(Mailboxes::default())))
            }
            Service::Calculator => {
                task.spawn(server.serve(CalculatorServiceProcessor::new(Calculator)))
            }
        };
        Ok((port, task))
    }

    /// Calls the service from this process.
    async fn call(self, port: u16) -> Result<(), String> {
        let checks = match self.protocol {
            Protocol::Binary | Protocol::BinaryAccelerated | Protocol::BinaryPython => {
                self.checks(BinaryProtocol::STRICT, port)
            }
            Protocol::BinaryNonStrict => self.checks(BinaryProtocol::NON_STRICT, port),
        };
        timeout(PATIENCE, finished(checks))
            .await
            .map_err(|_| format!("our client has not finished within {PATIENCE:?}"))?
    }

    /// Begins what each of the clients does.
    fn checks(self, protocol: impl Codec, port: u16) -> JoinSet<()> {
        let mut checks = JoinSet::new();
        for number in 0..self.server.connections() {
            let client = Client::builder().protocol(protocol).framing(self.transport.framing());
            checks.spawn(async move {
                let channel = client.connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
                match self.service {
                    Service::Message => message::check(channel, number).await,
                    Service::Calculator => calculator::check(channel, number).await,
                }
            });
        }
        checks
    }
}

/// Waits for every task, or for the first that panics.
async fn finished(mut tasks: JoinSet<()>) -> Result<(), String> {
    while let Some(ended) = tasks.join_next().await {
        ended.map_err(|panic| panic.to_string())?;
    }
    Ok(())
}

/// A server that ends when it is dropped.
enum Running {
    Ours((u16, JoinSet<()>)),
    Theirs(Box<ServerProgram>),
}

impl Running {
    fn port(&self) -> u16 {
        match self {
            Running::Ours((port, _)) => *port,
            Running::Theirs(program) => program.port(),
        }
    }

    fn complaints(&self) -> String {
        match self {
            Running::Ours(_) => String::new(),
            Running::Theirs(program) => format!("the server said:\n{}", program.complaints()),
        }
    }
}
