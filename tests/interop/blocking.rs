//! Our ends of a combination that need no async runtime.

#[path = "../../examples/calculator/blocking_handler.rs"]
mod calculator;
#[path = "../../examples/message/blocking_handler.rs"]
mod message;

use std::{net::Ipv4Addr, sync::Arc, thread, time::Duration};

use thrift_runtime::{
    AnyProtocol, BlockingClient, BlockingServer, BlockingShutdownHandle, ErrorKind, Multiplexed,
    Processor, Result,
};

use self::{
    calculator::{
        Calculator, CalculatorServiceBlocking, CalculatorServiceBlockingClient,
        CalculatorServiceProcessor,
    },
    message::{
        Mailboxes, Message, MessageServiceBlocking, MessageServiceBlockingClient,
        MessageServiceProcessor,
    },
};
use crate::{
    address::{self, Address},
    code_first,
    combination::{Combination, Service},
    ours,
    peer::Peer,
    stack::{Socket, Stack, Transport},
};

/// A server that serves until this is dropped.
pub(crate) struct Serving(BlockingShutdownHandle);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.begin_within(Duration::ZERO);
    }
}

/// Serves a combination in a thread.
///
/// # Errors
///
/// Where there is nowhere to listen.
pub(crate) fn serve(combination: Combination) -> Result<(Address, Serving)> {
    match combination.service {
        Service::Message if matches!(combination.server, Peer::CodeFirstBlocking) => {
            start(combination, code_first::messages())
        }
        Service::Calculator if matches!(combination.server, Peer::CodeFirstBlocking) => {
            start(combination, code_first::calculator())
        }
        Service::Message => {
            start(combination, MessageServiceProcessor::blocking(Mailboxes::default()))
        }
        Service::Calculator => start(combination, CalculatorServiceProcessor::blocking(Calculator)),
        service => unreachable!("{service:?} is not tried"),
    }
}

fn start(combination: Combination, processor: impl Processor) -> Result<(Address, Serving)> {
    let processor = Arc::new(processor);
    let named = Multiplexed::new().service(combination.service.idl_name(), Arc::clone(&processor));
    let (server, address) = match combination.stack.socket {
        Socket::Unix => {
            let path = address::fresh_path();
            (BlockingServer::bind_unix(&path)?, Address::Path(path))
        }
        Socket::Tcp | Socket::Tls | Socket::MutualTls => {
            let server = BlockingServer::bind((Ipv4Addr::LOCALHOST, 0))?;
            let address = Address::Port(server.local_addr()?.port());
            (server, address)
        }
    };
    let server = match combination.stack.socket {
        socket if socket.is_secure() => server.tls(address::server_tls(socket)?),
        _ => server,
    };
    let server = match combination.stack.transport {
        Transport::Sasl => server.sasl(ours::sasl()),
        _ => server,
    };
    let shutdown = server.shutdown_handle();
    thread::spawn(move || server.serve(named.default_service(processor)));
    Ok((address, Serving(shutdown)))
}

/// Connects to a server and checks its answers; panics where one is wrong.
///
/// # Errors
///
/// Where there is no connection.
pub(crate) fn check(combination: Combination, address: Address, number: i32) -> Result<()> {
    let Stack { socket, transport, protocol } = combination.stack;
    let builder = BlockingClient::builder().protocol(protocol.ours);
    let builder = match transport {
        Transport::Framed => builder.framed(),
        Transport::Sasl => builder.sasl(ours::login()),
        _ => builder,
    };
    let host = address::host(socket);
    let client = match (address, socket) {
        (Address::Path(path), _) => builder.connect_unix(path)?,
        (Address::Port(port), socket) if socket.is_secure() => {
            builder.connect_tls(&format!("{host}:{port}"), &address::client_tls(socket)?)?
        }
        (Address::Port(port), _) => builder.connect((host, port))?,
    };
    let client = match protocol.multiplexed {
        true => client.to_service(combination.service.idl_name()),
        false => client,
    };
    match (combination.service, combination.client) {
        (Service::Message, Peer::CodeFirstBlocking) => code_first::check_messages(client, number),
        (_, Peer::CodeFirstBlocking) => code_first::check_calculator(client, number),
        (Service::Message, _) => check_messages(client, number),
        _ => check_calculator(client, number),
    }
    Ok(())
}

/// What is checked of services of these names, which are those of an IDL or written in Rust.
macro_rules! checks {
    () => {
        /// Checks the answers of a server that keeps messages; panics where one is wrong.
        pub(crate) fn check_messages(client: BlockingClient<AnyProtocol>, number: i32) {
            let mailboxes = MessageServiceBlockingClient::new(client);
            let me = format!("reader {number}");
            for content in
                ["Shall we meet at noon?", "", "żółć ☃ 𝄞 \0 \r\n", &"many ".repeat(50_000)]
            {
                let message = Message {
                    sender: "alice".to_owned(),
                    recipient: me.clone(),
                    content: content.to_owned(),
                };
                assert!(mailboxes.send_message(message.clone()).unwrap());
                assert_eq!(mailboxes.receive_message(me.clone()).unwrap(), message);
                // Python's handlers return None, and the reply is empty.
                let error = mailboxes.receive_message(me.clone()).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::MissingResult, "{error}");
            }
        }

        /// Checks the answers of a calculator; panics where one is wrong.
        pub(crate) fn check_calculator(client: BlockingClient<AnyProtocol>, number: i32) {
            let calculator = CalculatorServiceBlockingClient::new(client);
            for turn in 0..100 {
                assert_eq!(calculator.add(turn, number).unwrap(), turn + number);
                assert_eq!(calculator.subtract(turn, number).unwrap(), turn - number);
            }
        }
    };
}
pub(crate) use checks;

checks!();
