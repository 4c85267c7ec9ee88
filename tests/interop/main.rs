//! Services shared with peers in Python: Apache's `thrift`, with stubs of its own compiler, and
//! `thriftpy2`; and what Jaeger's client for Python reports.
//!
//! The interpreter is `THRIFT_PYTHON`, else `python3`; the compiler is the `thrift` on the path.
//! Without them the tests say so and pass, unless `THRIFT_INTEROP` is `required`.

mod blocking;
mod calculator;
mod cell;
#[path = "../tests/common/certificates.rs"]
mod certificates;
mod derived;
mod headers;
mod jaeger;
mod known;
mod matrix;
mod message;
mod ours;
mod party;
mod place;
mod python;
mod table;
mod way;

use std::io::{Write, stderr};

use cell::Cell;
use known::{KNOWN, Known};
use python::Python;
use way::{Socket, Way};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_in_python_are_answered() {
    run(matrix::clients_in_python()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_in_python_answer() {
    run(matrix::servers_in_python()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_without_a_certificate_are_refused_where_one_is_demanded() {
    let cells = matrix::with_client_certificates();
    let Some(python) = python(cells.len()).await else { return };
    for cell in cells {
        let without = Cell { way: Way { socket: Socket::Tls, ..cell.way }, ..cell };
        assert!(cell.called_by(without, python).await.is_err(), "{cell}");
    }
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
        Err(reason) => {
            left_out(&format!("{combinations} combinations"), &reason);
            None
        }
    }
}

/// Tells what is not tried for want of something, unless it has to be.
fn left_out(what: &str, reason: &str) {
    if std::env::var_os("THRIFT_INTEROP").is_some_and(|it| it == "required") {
        panic!("{what} cannot be tried: {reason}");
    }
    say(&format!("interop: left out {what}: {}", reason.lines().next().unwrap_or_default()));
}

/// Prints a line, of a test that passes too.
fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}
