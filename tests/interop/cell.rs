//! One combination of a service, a client, a server and what they speak.

use std::{fmt, future::Future, net::Ipv4Addr, sync::Arc};

use thrift_runtime::{Client, Multiplexed, Processor, Server};
use thrift_tests::program::{self, PATIENCE, ServerProgram};
use tokio::{process::Command, task::JoinSet, time::timeout};

use crate::{
    calculator::{self, Calculator, CalculatorServiceProcessor},
    message::{self, Mailboxes, MessageServiceProcessor},
    party::{Party, Protocol, PythonParty, Transport},
    python::Python,
};

/// The conformance programs.
const SERVER: &str = env!("CARGO_BIN_EXE_conformance-server");
const CLIENT: &str = env!("CARGO_BIN_EXE_conformance-client");

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
    Conformance,
}

impl Service {
    /// What the peers call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Service::Message => "message",
            Service::Calculator => "calculator",
            Service::Conformance => "conformance",
        }
    }

    /// What multiplexed calls name.
    fn idl_name(self) -> &'static str {
        match self {
            Service::Message => "MessageService",
            Service::Calculator => "CalculatorService",
            Service::Conformance => "Conformance",
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cell { service, client, server, protocol, transport } = self;
        let (service, transport) = (service.name(), transport.name());
        write!(f, "{service}: client {client}, server {server}, {protocol} {transport}")?;
        match server {
            Party::Python(PythonParty { server_type, .. }) => write!(f, " {server_type}"),
            Party::Ours => Ok(()),
        }
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
            Party::Ours => self.our_server().await?,
            Party::Python(peer) => Running::program(python.server(self, peer)).await?,
        };
        let port = server.port();
        let clients = match self.client {
            Party::Ours => self.our_clients(port),
            Party::Python(peer) => together([printing(python.client(self, peer, port))]),
        };
        let checked = timeout(PATIENCE, all(clients)).await;
        checked
            .unwrap_or_else(|_| Err(format!("the client has not finished within {PATIENCE:?}")))
            .map_err(|failure| format!("{failure}\n{}", server.complaints()))
    }

    async fn our_server(self) -> Result<Running, String> {
        match self.service {
            Service::Message => self.here(MessageServiceProcessor::new(Mailboxes::default())).await,
            Service::Calculator => self.here(CalculatorServiceProcessor::new(Calculator)).await,
            Service::Conformance => Running::program(self.our_program(SERVER, 0)).await,
        }
    }

    /// Serves in this process, calls that name the service and others.
    async fn here(self, processor: impl Processor) -> Result<Running, String> {
        let processor = Arc::new(processor);
        let named = Multiplexed::new().service(self.service.idl_name(), Arc::clone(&processor));
        let server = Server::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(|e| e.to_string())?;
        let port = server.local_addr().map_err(|e| e.to_string())?.port();
        let task = server.serve(named.default_service(processor));
        Ok(Running::Here { port, _task: [task].into_iter().collect() })
    }

    fn our_clients(self, port: u16) -> JoinSet<Result<(), String>> {
        let numbers = 0..self.server.connections();
        match self.service {
            Service::Conformance => {
                together(numbers.map(|_| printing(self.our_program(CLIENT, port))))
            }
            Service::Message | Service::Calculator => {
                together(numbers.map(|number| self.our_client(port, number)))
            }
        }
    }

    /// Checks one of the examples from this process.
    async fn our_client(self, port: u16, number: i32) -> Result<(), String> {
        let Cell { service, transport, protocol, .. } = self;
        let client = Client::builder().protocol(protocol.ours).framing(transport.framing());
        let connected = client.connect((Ipv4Addr::LOCALHOST, port)).await;
        let mut channel = connected.map_err(|error| error.to_string())?;
        if protocol.multiplexed {
            channel = channel.to_service(service.idl_name());
        }
        match service {
            Service::Message => message::check(channel, number).await,
            Service::Calculator => {
                // thriftpy2's multiplexed server closes the connection instead.
                if !protocol.multiplexed {
                    calculator::check_refusal(channel.clone()).await;
                }
                calculator::check(channel, number).await;
            }
            Service::Conformance => unreachable!("it has a program of its own"),
        }
        Ok(())
    }

    /// A conformance program, told what to speak.
    fn our_program(self, program: &str, port: u16) -> Command {
        let mut command = Command::new(program);
        command.args([
            format!("--port={port}"),
            format!("--transport={}", self.transport.name()),
            format!("--protocol={}", self.protocol.flag.unwrap_or("binary")),
        ]);
        command
    }
}

/// Runs a program for its exit status.
async fn printing(mut command: Command) -> Result<(), String> {
    program::run(&mut command).await.map(drop)
}

fn together<F>(work: impl IntoIterator<Item = F>) -> JoinSet<Result<(), String>>
where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    work.into_iter().collect()
}

/// Waits for all tasks, or for the first that fails or panics.
async fn all(mut tasks: JoinSet<Result<(), String>>) -> Result<(), String> {
    while let Some(ended) = tasks.join_next().await {
        ended.map_err(|panic| panic.to_string())??;
    }
    Ok(())
}

/// A server, which ends when this is dropped.
enum Running {
    Here { port: u16, _task: JoinSet<()> },
    Program(Box<ServerProgram>),
}

impl Running {
    async fn program(mut command: Command) -> Result<Self, String> {
        Ok(Running::Program(Box::new(ServerProgram::start(&mut command).await?)))
    }

    fn port(&self) -> u16 {
        match self {
            Running::Here { port, .. } => *port,
            Running::Program(program) => program.port(),
        }
    }

    fn complaints(&self) -> String {
        match self {
            Running::Here { .. } => String::new(),
            Running::Program(program) => format!("the server said:\n{}", program.complaints()),
        }
    }
}
