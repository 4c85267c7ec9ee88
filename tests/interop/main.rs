//! Services shared with peers in Python: Apache's `thrift`, with stubs of its own compiler, and
//! `thriftpy2`.
//!
//! The interpreter is `THRIFT_PYTHON`, else `python3`; the compiler is the `thrift` on the path.
//! Without them the tests say so and pass, unless `THRIFT_INTEROP` is `required`.

mod calculator;
mod cell;
mod derived;
mod message;
mod party;
mod python;

use std::io::{Write, stderr};

use cell::{Cell, Service};
use party::{Party, Protocol, PythonParty, Transport};
use python::Python;

const SERVICES: [Service; 4] =
    [Service::Message, Service::Derived, Service::Calculator, Service::Conformance];
const TRANSPORTS: [Transport; 2] = [Transport::Buffered, Transport::Framed];

const APACHE: PythonParty = PythonParty {
    library: "apache",
    server_type: "threaded",
    protocols: &[Protocol::Binary, Protocol::BinaryNonStrict, Protocol::BinaryAccelerated],
};
const THRIFTPY2: PythonParty = PythonParty {
    library: "thriftpy",
    server_type: "threaded",
    protocols: &[Protocol::Binary, Protocol::BinaryNonStrict, Protocol::BinaryPython],
};
const PEERS: [PythonParty; 4] = [
    APACHE,
    PythonParty { server_type: "simple", ..APACHE },
    THRIFTPY2,
    PythonParty { server_type: "simple", ..THRIFTPY2 },
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_in_python_are_answered() {
    run(cells(&[APACHE, THRIFTPY2], |peer| (Party::Python(peer), Party::Ours))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_in_python_answer() {
    run(cells(&PEERS, |peer| (Party::Ours, Party::Python(peer)))).await;
}

/// Everything that there is to try with each of the peers; `ends` gives the client and the server.
fn cells(peers: &[PythonParty], ends: fn(PythonParty) -> (Party, Party)) -> Vec<Cell> {
    let mut cells = Vec::new();
    for &peer in peers {
        let (client, server) = ends(peer);
        for &protocol in peer.protocols {
            for transport in TRANSPORTS {
                for service in SERVICES {
                    cells.push(Cell { service, client, server, protocol, transport });
                }
            }
        }
    }
    // The conformance programs have no flag for it.
    cells.retain(|cell| {
        !matches!((cell.service, cell.protocol), (Service::Conformance, Protocol::BinaryNonStrict))
    });
    cells
}

/// Runs the cells and tells of each; at the end, fails if one did.
async fn run(cells: Vec<Cell>) {
    let python = match Python::find().await {
        Ok(python) => python,
        Err(reason) if std::env::var_os("THRIFT_INTEROP").is_some_and(|it| it == "required") => {
            panic!("the peers in Python cannot be run: {reason}")
        }
        Err(reason) => {
            let reason = reason.lines().next().unwrap_or_default();
            return say(&format!("interop: left out {} combinations: {reason}", cells.len()));
        }
    };
    let mut failures = Vec::new();
    for cell in cells {
        match cell.run(python).await {
            Ok(()) => say(&format!("interop: {cell}: ok")),
            Err(failure) => {
                say(&format!("interop: {cell}: FAILED"));
                failures.push(format!("{cell}: {failure}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Prints a line, of a test that passes too.
fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}
