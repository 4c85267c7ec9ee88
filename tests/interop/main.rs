//! Services shared with peers in Python: Apache's `thrift`, with stubs of its own compiler, and
//! `thriftpy2`; what Jaeger's client for Python reports; what clients of Hive ask; and what is asked of a
//! server's health.
//!
//! The interpreter is `THRIFT_PYTHON`, else `python3`; the compiler is the `thrift` on the path.
//! Without them the tests say so and pass, unless `THRIFT_INTEROP` is `required`.

mod address;
mod blocking;
mod calculator;
#[path = "../tests/common/certificates.rs"]
mod certificates;
mod code_first;
mod combination;
mod derived;
mod dynamic;
mod headers;
mod health;
mod hive;
mod jaeger;
mod kerberos;
mod known_failures;
mod matrix;
mod message;
mod ours;
mod peer;
mod python;
mod stack;
mod table;

use std::io::{Write, stderr};

use combination::Combination;
use known_failures::{KNOWN_FAILURES, KnownFailure};
use python::Python;
use stack::{Socket, Stack};

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
    let combinations = matrix::with_client_certificates();
    let Some(python) = python(combinations.len()).await else { return };
    for combination in combinations {
        let without = Combination {
            stack: Stack { socket: Socket::Tls, ..combination.stack },
            ..combination
        };
        assert!(combination.called_by(without, python).await.is_err(), "{combination}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_known_to_fail_fails_without_us() {
    let Some(python) = python(KNOWN_FAILURES.len()).await else { return };
    for known in KNOWN_FAILURES {
        let KnownFailure { why, between_others, .. } = known;
        let outcome = between_others.run(python).await;
        assert!(known.is(&outcome), "{between_others}: {outcome:?}, though {why}");
        say(&format!("interop: {between_others}: fails, as {why}"));
    }
}

/// Runs the combinations and tells of each; at the end, fails if one did that is not known to.
async fn run(combinations: Vec<Combination>) {
    let Some(python) = python(combinations.len()).await else { return };
    let mut failures = Vec::new();
    for combination in combinations {
        let outcome = combination.run(python).await;
        let known = KnownFailure::of(&combination);
        let told = match (&outcome, known) {
            (Ok(()), None) => "ok".to_owned(),
            (outcome, Some(known)) if known.is(outcome) => format!("fails, as {}", known.why),
            (Ok(()), Some(known)) => {
                failures.push(format!("{combination}: ok, though {}", known.why));
                "FAILED to fail".to_owned()
            }
            (Err(failure), _) => {
                failures.push(format!("{combination}: {failure}"));
                "FAILED".to_owned()
            }
        };
        say(&format!("interop: {combination}: {told}"));
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
