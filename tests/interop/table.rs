//! The README's tables of what was tried with which peer.

use std::fmt::Write as _;

use crate::{
    cell::Cell,
    known::{KNOWN, Known},
    matrix::{APACHE, THRIFTPY2, clients_in_python, servers_in_python},
    party::PythonParty,
    way::{Protocol, Socket, Transport, Way},
};

/// What a row of a table is about.
struct Row {
    name: &'static str,
    holds: fn(Way) -> bool,
}

/// Over TCP, with and without frames.
const PROTOCOLS: [Row; 7] = [
    Row { name: "binary, strict", holds: |way| speaks(way, Protocol::BINARY) },
    Row { name: "binary, non-strict", holds: |way| speaks(way, Protocol::BINARY_NON_STRICT) },
    Row { name: "compact", holds: |way| speaks(way, Protocol::COMPACT) },
    Row { name: "JSON", holds: |way| speaks(way, Protocol::JSON) },
    Row { name: "binary, multiplexed", holds: |way| speaks(way, Protocol::MULTI) },
    Row { name: "compact, multiplexed", holds: |way| speaks(way, Protocol::MULTIC) },
    Row { name: "JSON, multiplexed", holds: |way| speaks(way, Protocol::MULTIJ) },
];

const WAYS: [Row; 9] = [
    Row { name: "Unix sockets", holds: |way| goes(way, Socket::Unix, PLAIN) },
    Row { name: "TLS", holds: |way| goes(way, Socket::Tls, PLAIN) },
    Row { name: "HTTP", holds: |way| goes(way, Socket::Tcp, &[Transport::Http]) },
    Row { name: "HTTP over TLS", holds: |way| goes(way, Socket::Tls, &[Transport::Http]) },
    Row { name: "zlib", holds: |way| goes(way, Socket::Tcp, &[Transport::Zlib]) },
    Row { name: "zlib over TLS", holds: |way| goes(way, Socket::Tls, &[Transport::Zlib]) },
    Row { name: "THeader", holds: |way| goes(way, Socket::Tcp, &[Transport::Header]) },
    Row {
        name: "THeader, compressed",
        holds: |way| goes(way, Socket::Tcp, &[Transport::HeaderZlib]),
    },
    Row { name: "THeader over TLS", holds: |way| goes(way, Socket::Tls, &[Transport::Header]) },
];

const PLAIN: &[Transport] = &[Transport::Buffered, Transport::Framed];

fn speaks(way: Way, protocol: Protocol) -> bool {
    goes(way, Socket::Tcp, PLAIN) && way.protocol.is_as(protocol)
}

fn goes(way: Way, socket: Socket, transports: &[Transport]) -> bool {
    way.socket == socket && transports.contains(&way.transport)
}

fn table(of: &str, rows: &[Row]) -> String {
    let mut table = format!(
        "| {of} | Apache's client | Apache's server | thriftpy2's client | thriftpy2's server |
| --- | --- | --- | --- | --- |
"
    );
    let (clients, servers) = (clients_in_python(), servers_in_python());
    for Row { name, holds } in rows {
        let client = |peer: PythonParty| {
            entry(clients.iter().filter(|cell| cell.client.uses(peer) && holds(cell.way)))
        };
        let server = |peer: PythonParty| {
            entry(servers.iter().filter(|cell| cell.server.uses(peer) && holds(cell.way)))
        };
        let entries = [client(APACHE), server(APACHE), client(THRIFTPY2), server(THRIFTPY2)];
        writeln!(table, "| {name} | {} |", entries.join(" | ")).unwrap();
    }
    table
}

/// Whether all that was tried works, or the numbers of what is known not to.
fn entry<'a>(cells: impl Iterator<Item = &'a Cell>) -> String {
    let mut tried = false;
    let mut failing = [false; KNOWN.len()];
    for cell in cells {
        tried = true;
        for (failing, known) in failing.iter_mut().zip(&KNOWN) {
            *failing |= Known::of(cell).is_some_and(|it| it.why == known.why);
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
    let line = |(number, known): (u8, &Known)| format!("{number}. Fails in part: {}.\n", known.why);
    (1..).zip(&KNOWN).map(line).collect()
}

#[test]
fn the_readme_has_the_tables() {
    let readme = include_str!("../../README.md");
    for part in [table("protocol", &PROTOCOLS), table("transport", &WAYS), legend()] {
        assert!(readme.contains(&part), "the README should have\n\n{part}");
    }
}

#[test]
fn all_that_is_tried_is_in_one_row() {
    for cell in [clients_in_python(), servers_in_python()].concat() {
        let rows = PROTOCOLS.iter().chain(&WAYS);
        let count = rows.filter(|row| (row.holds)(cell.way)).count();
        assert_eq!(count, 1, "{cell}");
    }
}
