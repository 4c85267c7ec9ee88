//! Services shared with peers in Python: Apache's `thrift`, with stubs of its own compiler, and
//! `thriftpy2`.
//!
//! The interpreter is `THRIFT_PYTHON`, else `python3`; the compiler is the `thrift` on the path.
//! Without them the tests say so and pass, unless `THRIFT_INTEROP` is `required`.

mod calculator;
mod cell;
mod derived;
mod known;
mod message;
mod party;
mod python;
mod table;

use std::io::{Write, stderr};

use cell::{Cell, Service};
use known::{KNOWN, Known};
use party::{Party, Protocol, PythonParty, Transport};
use python::Python;

const SERVICES: [Service; 4] =
    [Service::Message, Service::Derived, Service::Calculator, Service::Conformance];
const TRANSPORTS: [Transport; 2] = [Transport::Buffered, Transport::Framed];

const APACHE: PythonParty = PythonParty {
    library: "apache",
    server_type: "threaded",
    protocols: &[
        Protocol::BINARY,
        Protocol::BINARY_NON_STRICT,
        Protocol::BINARY_ACCELERATED,
        Protocol::COMPACT,
        Protocol::COMPACT_ACCELERATED,
        Protocol::JSON,
        Protocol::MULTI,
        Protocol::MULTIC,
        Protocol::MULTIJ,
    ],
};
const THRIFTPY2: PythonParty = PythonParty {
    library: "thriftpy",
    server_type: "threaded",
    protocols: &[
        Protocol::BINARY,
        Protocol::BINARY_NON_STRICT,
        Protocol::BINARY_PYTHON,
        Protocol::COMPACT,
        Protocol::JSON,
        Protocol::MULTI,
        Protocol::MULTIC,
        Protocol::MULTIJ,
    ],
};
/// Servers that serve one connection at a time.
const APACHE_SIMPLE: PythonParty =
    PythonParty { server_type: "simple", protocols: &[Protocol::BINARY], ..APACHE };
const THRIFTPY2_SIMPLE: PythonParty =
    PythonParty { server_type: "simple", protocols: &[Protocol::BINARY], ..THRIFTPY2 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_in_python_are_answered() {
    run(cells(&[APACHE, THRIFTPY2], |peer| (Party::Python(peer), Party::Ours))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_in_python_answer() {
    let peers = [APACHE, APACHE_SIMPLE, THRIFTPY2, THRIFTPY2_SIMPLE];
    run(cells(&peers, |peer| (Party::Ours, Party::Python(peer)))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_known_to_fail_fails_without_us() {
    let Some(python) = python(KNOWN.len()).await else { return };
    for known in KNOWN {
        let Known { why, between_others, .. } = known;
        let outcome = between_others.run(python).await;
        assert!(known.is(&outcome), "{between_others}: {outcome:?}, though {why}");
        say(&format!("interop: {between_others}: fails, as {why}"));
    }
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
    cells.retain(is_tried);
    cells
}

fn is_tried(cell: &Cell) -> bool {
    // It reads a byte at a time, and cannot write sets.
    let thriftpy2_json = cell.client.uses(THRIFTPY2) && cell.protocol.is_json();
    match cell.service {
        Service::Message | Service::Derived => !thriftpy2_json,
        Service::Calculator => true,
        Service::Conformance => !thriftpy2_json && cell.protocol.flag.is_some(),
    }
}

/// Runs the cells and tells of each; at the end, fails if one did that is not known to.
async fn run(cells: Vec<Cell>) {
    let Some(python) = python(cells.len()).await else { return };
    let mut failures = Vec::new();
    for cell in cells {
        let outcome = cell.run(python).await;
        let known = Known::of(&cell);
        let told = match (&outcome, known) {
            (Ok(()), None) => "ok".to_owned(),
            (outcome, Some(known)) if known.is(outcome) => format!("fails, as {}", known.why),
            (Ok(()), Some(known)) => {
                failures.push(format!("{cell}: ok, though {}", known.why));
                "FAILED to fail".to_owned()
            }
            (Err(failure), _) => {
                failures.push(format!("{cell}: {failure}"));
                "FAILED".to_owned()
            }
        };
        say(&format!("interop: {cell}: {told}"));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// What runs the peers; if they need not be there and are not, that is told.
async fn python(combinations: usize) -> Option<&'static Python> {
    match Python::find().await {
        Ok(python) => Some(python),
        Err(reason) if std::env::var_os("THRIFT_INTEROP").is_some_and(|it| it == "required") => {
            panic!("the peers in Python cannot be run: {reason}")
        }
        Err(reason) => {
            let reason = reason.lines().next().unwrap_or_default();
            say(&format!("interop: left out {combinations} combinations: {reason}"));
            None
        }
    }
}

/// Prints a line, of a test that passes too.
fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}
