//! One combination of a service, a client, a server and how they are connected.

use std::{fmt, future::Future};

use thrift_tests::program::{self, PATIENCE, ServerProgram};
use tokio::{
    process::Command,
    task::{JoinSet, spawn_blocking},
    time::timeout,
};

use crate::{
    address::{self, Address},
    blocking,
    calculator::{Calculator, CalculatorServiceProcessor},
    code_first,
    derived::{self, Letterboxes},
    dynamic, headers,
    message::{Mailboxes, MessageServiceProcessor},
    ours,
    peer::{Peer, PythonPeer},
    python::Python,
    stack::{Socket, Stack, Transport},
};

/// The conformance programs.
const SERVER: &str = env!("CARGO_BIN_EXE_conformance-server");
const CLIENT: &str = env!("CARGO_BIN_EXE_conformance-client");

#[derive(Debug, Clone, Copy)]
pub(crate) struct Combination {
    pub(crate) service: Service,
    pub(crate) client: Peer,
    pub(crate) server: Peer,
    pub(crate) stack: Stack,
}

/// One of the services that are tried.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Service {
    Message,
    /// The same, by a type of ours that derives its wire form.
    Derived,
    Calculator,
    /// The mailboxes, of what came beside a call.
    Headers,
    /// Of which our ends are programs of their own.
    Conformance,
}

impl Service {
    /// What the peers call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Service::Message | Service::Derived => "message",
            Service::Calculator => "calculator",
            Service::Headers => "headers",
            Service::Conformance => "conformance",
        }
    }

    /// What multiplexed calls name.
    pub(crate) fn idl_name(self) -> &'static str {
        match self {
            Service::Message | Service::Derived | Service::Headers => "MessageService",
            Service::Calculator => "CalculatorService",
            Service::Conformance => "Conformance",
        }
    }
}

impl fmt::Display for Combination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Combination { service, client, server, stack } = self;
        let own = if matches!(service, Service::Derived) { " (derived)" } else { "" };
        write!(f, "{}{own}: client {client}, server {server}, {stack}", service.name())?;
        match server {
            Peer::Python(PythonPeer { server_type, .. }) => write!(f, ", {server_type}"),
            _ => Ok(()),
        }
    }
}

impl Combination {
    /// Whether our end is written in Rust, without an IDL.
    pub(crate) fn is_code_first(&self) -> bool {
        let is_ours = |peer| matches!(peer, Peer::CodeFirst | Peer::CodeFirstBlocking);
        is_ours(self.client) || is_ours(self.server)
    }

    /// Starts the server, and lets as many clients as it serves at once check all that it does.
    ///
    /// # Errors
    ///
    /// What a client found wrong, with what the server had to say.
    pub(crate) async fn run(self, python: &Python) -> Result<(), String> {
        self.called_by(self, python).await
    }

    /// As [`run`](Combination::run), with the clients of another combination.
    ///
    /// # Errors
    ///
    /// What a client found wrong, with what the server had to say.
    pub(crate) async fn called_by(
        self,
        caller: Combination,
        python: &Python,
    ) -> Result<(), String> {
        let server = match self.server {
            Peer::Ours | Peer::Dynamic | Peer::CodeFirst => self.our_server().await?,
            Peer::Blocking | Peer::CodeFirstBlocking => {
                let (address, end) = blocking::serve(self).map_err(|error| error.to_string())?;
                Running { address, end: End::Blocking { _serving: end } }
            }
            Peer::Python(peer) => self.program(python.peer("server", self, peer)).await?,
        };
        let clients = match caller.client {
            Peer::Ours | Peer::Dynamic | Peer::CodeFirst => caller.our_clients(&server.address),
            Peer::Blocking | Peer::CodeFirstBlocking => {
                together((0..caller.clients()).map(|number| {
                    let address = server.address.clone();
                    let checked = spawn_blocking(move || blocking::check(caller, address, number));
                    async { checked.await.unwrap().map_err(|error| error.to_string()) }
                }))
            }
            Peer::Python(peer) => {
                let mut command = python.peer("client", caller, peer);
                command.arg(format!("--connections={}", caller.clients()));
                command.args(server.address.flags(caller.stack.socket));
                together([printing(command)])
            }
        };
        let checked = timeout(PATIENCE, all(clients)).await;
        checked
            .unwrap_or_else(|_| Err(format!("the client has not finished within {PATIENCE:?}")))
            .map_err(|failure| format!("{failure}\n{}", server.complaints()))
    }

    /// How many clients call at once.
    fn clients(self) -> i32 {
        match (self.stack.transport, self.stack.socket) {
            // In Python, a handshake for each call.
            (Transport::Http, Socket::Tls) => 1,
            _ => self.server.connections(),
        }
    }

    async fn our_server(self) -> Result<Running, String> {
        let serving = match self.service {
            Service::Calculator if matches!(self.server, Peer::Dynamic) => {
                let typed = CalculatorServiceProcessor::new(Calculator);
                ours::serve(self, dynamic::processor(self.service, typed)).await
            }
            Service::Message if matches!(self.server, Peer::Dynamic) => {
                let typed = MessageServiceProcessor::new(Mailboxes::default());
                ours::serve(self, dynamic::processor(self.service, typed)).await
            }
            Service::Calculator if matches!(self.server, Peer::CodeFirst) => {
                let processor = code_first::calculator::CalculatorServiceProcessor::new;
                ours::serve(self, processor(code_first::calculator::Calculator)).await
            }
            Service::Message if matches!(self.server, Peer::CodeFirst) => {
                let processor = code_first::message::MessageServiceProcessor::new;
                ours::serve(self, processor(code_first::message::Mailboxes::default())).await
            }
            Service::Message => {
                ours::serve(self, MessageServiceProcessor::new(Mailboxes::default())).await
            }
            Service::Derived => {
                let letterboxes = Letterboxes::default();
                ours::serve(self, derived::MessageServiceProcessor::new(letterboxes)).await
            }
            Service::Calculator => {
                ours::serve(self, CalculatorServiceProcessor::new(Calculator)).await
            }
            Service::Headers => ours::serve(self, headers::processor()).await,
            // It answers everything, without being told what.
            Service::Conformance => {
                let mut command = Command::new(SERVER);
                command.args(matches!(self.server, Peer::Dynamic).then_some("--dynamic"));
                return self.program(command).await;
            }
        };
        let (address, task) = serving.map_err(|error| error.to_string())?;
        Ok(Running { address, end: End::Here { _task: task } })
    }

    /// A server that is a program, told where to listen.
    async fn program(self, mut command: Command) -> Result<Running, String> {
        command.args(address::flags_to_listen(self.stack.socket));
        let program = ServerProgram::start(&mut command).await?;
        let address = Address::parse(self.stack.socket, program.listening())?;
        Ok(Running { address, end: End::Program(Box::new(program)) })
    }

    fn our_clients(self, address: &Address) -> JoinSet<Result<(), String>> {
        let numbers = 0..self.clients();
        match self.service {
            Service::Conformance => together(numbers.map(|_| {
                let mut command = Command::new(CLIENT);
                command.args(matches!(self.client, Peer::Dynamic).then_some("--dynamic"));
                command.args(self.stack.flags().iter().flatten());
                command.args(address.flags(self.stack.socket));
                printing(command)
            })),
            _ => together(numbers.map(|number| {
                let checked = ours::check(self, address.clone(), number);
                async { checked.await.map_err(|error| error.to_string()) }
            })),
        }
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
struct Running {
    address: Address,
    end: End,
}

enum End {
    Here { _task: JoinSet<()> },
    Blocking { _serving: blocking::Serving },
    Program(Box<ServerProgram>),
}

impl Running {
    fn complaints(&self) -> String {
        match &self.end {
            End::Here { .. } | End::Blocking { .. } => String::new(),
            End::Program(program) => format!("the server said:\n{}", program.complaints()),
        }
    }
}
