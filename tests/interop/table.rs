//! The tables of the README of what was tried with which peer.

use std::fmt::Write as _;

use crate::{
    combination::Combination,
    known_failures::{KNOWN_FAILURES, KnownFailure},
    matrix::{APACHE, THRIFTPY2, clients_in_python, servers_in_python},
    peer::PythonPeer,
    stack::{Protocol, Socket, Stack, Transport},
};

/// What a row of a table is about.
struct Row {
    name: &'static str,
    holds: fn(Stack) -> bool,
}

/// Over TCP, with and without frames.
const PROTOCOLS: [Row; 7] = [
    Row { name: "binary, strict", holds: |stack| speaks(stack, Protocol::BINARY) },
    Row { name: "binary, non-strict", holds: |stack| speaks(stack, Protocol::BINARY_NON_STRICT) },
    Row { name: "compact", holds: |stack| speaks(stack, Protocol::COMPACT) },
    Row { name: "JSON", holds: |stack| speaks(stack, Protocol::JSON) },
    Row { name: "binary, multiplexed", holds: |stack| speaks(stack, Protocol::MULTI) },
    Row { name: "compact, multiplexed", holds: |stack| speaks(stack, Protocol::MULTIC) },
    Row { name: "JSON, multiplexed", holds: |stack| speaks(stack, Protocol::MULTIJ) },
];

const TRANSPORTS: [Row; 14] = [
    Row { name: "Unix sockets", holds: |stack| goes(stack, Socket::Unix, PLAIN) },
    Row { name: "TLS", holds: |stack| goes(stack, Socket::Tls, PLAIN) },
    Row {
        name: "TLS with client certificates",
        holds: |stack| goes(stack, Socket::MutualTls, PLAIN),
    },
    Row { name: "HTTP", holds: |stack| goes(stack, Socket::Tcp, &[Transport::Http]) },
    Row { name: "HTTP over TLS", holds: |stack| goes(stack, Socket::Tls, &[Transport::Http]) },
    Row { name: "zlib", holds: |stack| goes(stack, Socket::Tcp, &[Transport::Zlib]) },
    Row { name: "zlib over TLS", holds: |stack| goes(stack, Socket::Tls, &[Transport::Zlib]) },
    Row { name: "THeader", holds: |stack| goes(stack, Socket::Tcp, &[Transport::Header]) },
    Row {
        name: "THeader, compressed",
        holds: |stack| goes(stack, Socket::Tcp, &[Transport::HeaderZlib]),
    },
    Row {
        name: "THeader in frames",
        holds: |stack| goes(stack, Socket::Tcp, &[Transport::HeaderFramed]),
    },
    Row {
        name: "THeader over HTTP",
        holds: |stack| goes(stack, Socket::Tcp, &[Transport::HeaderHttp]),
    },
    Row { name: "THeader over TLS", holds: |stack| goes(stack, Socket::Tls, &[Transport::Header]) },
    Row { name: "SASL, PLAIN", holds: |stack| goes(stack, Socket::Tcp, &[Transport::Sasl]) },
    Row {
        name: "SASL, PLAIN, over TLS",
        holds: |stack| goes(stack, Socket::Tls, &[Transport::Sasl]),
    },
];

const PLAIN: &[Transport] = &[Transport::Buffered, Transport::Framed];

fn speaks(stack: Stack, protocol: Protocol) -> bool {
    goes(stack, Socket::Tcp, PLAIN) && stack.protocol.is_as(protocol)
}

fn goes(stack: Stack, socket: Socket, transports: &[Transport]) -> bool {
    stack.socket == socket && transports.contains(&stack.transport)
}

fn table(of: &str, rows: &[Row]) -> String {
    let mut table = format!(
        "| {of} | Apache's client | Apache's server | thriftpy2's client | thriftpy2's server |
| --- | --- | --- | --- | --- |
"
    );
    let (clients, servers) = (clients_in_python(), servers_in_python());
    for Row { name, holds } in rows {
        let client =
            |peer: PythonPeer| {
                entry(clients.iter().filter(|combination| {
                    combination.client.uses(peer) && holds(combination.stack)
                }))
            };
        let server =
            |peer: PythonPeer| {
                entry(servers.iter().filter(|combination| {
                    combination.server.uses(peer) && holds(combination.stack)
                }))
            };
        let entries = [client(APACHE), server(APACHE), client(THRIFTPY2), server(THRIFTPY2)];
        writeln!(table, "| {name} | {} |", entries.join(" | ")).unwrap();
    }
    table
}

/// Whether all that was tried works, or the numbers of what is known not to.
fn entry<'a>(combinations: impl Iterator<Item = &'a Combination>) -> String {
    let mut tried = false;
    let mut failing = [false; KNOWN_FAILURES.len()];
    for combination in combinations {
        tried = true;
        for (failing, known) in failing.iter_mut().zip(&KNOWN_FAILURES) {
            *failing |= KnownFailure::of(combination).is_some_and(|it| it.why == known.why);
        }
    }
    let numbers = (1..).zip(failing).filter(|(_, fails)| *fails);
    let numbers: Vec<String> = numbers.map(|(number, _)| format!("({number})")).collect();
    match (tried, numbers.is_empty()) {
        (false, _) => "–".to_owned(),
        (true, true) => "ok".to_owned(),
        (true, false) => numbers.join(" "),
    }
}

/// What the numbers in the tables stand for.
fn legend() -> String {
    let line =
        |(number, known): (u8, &KnownFailure)| format!("{number}. Fails in part: {}.\n", known.why);
    (1..).zip(&KNOWN_FAILURES).map(line).collect()
}

#[test]
fn the_readme_has_the_tables() {
    let readme = include_str!("../../README.md");
    for part in [table("protocol", &PROTOCOLS), table("transport", &TRANSPORTS), legend()] {
        assert!(readme.contains(&part), "README.md should have\n\n{part}");
    }
}

#[test]
fn all_that_is_tried_is_in_one_row() {
    for combination in [clients_in_python(), servers_in_python()].concat() {
        let rows = PROTOCOLS.iter().chain(&TRANSPORTS);
        let count = rows.filter(|row| (row.holds)(combination.stack)).count();
        assert_eq!(count, 1, "{combination}");
    }
}
