//! What came of the checks.

use std::{fmt::Debug, future::Future};

use thrift_runtime::Error;

/// How many checks came out how.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) passed: u32,
    pub(super) failed: u32,
    pub(super) left_out: u32,
}

/// What came of a check.
pub(super) type Outcome = Result<(), Failure>;

/// Why a check failed.
pub(super) enum Failure {
    /// An answer other than expected.
    Wrong(String),
    /// No answer.
    Error(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

impl Report {
    /// Runs one check and prints what came of it.
    pub(super) async fn check(&mut self, name: &str, outcome: impl Future<Output = Outcome>) {
        match outcome.await {
            Ok(()) => {
                println!("ok   {name}");
                self.passed += 1;
            }
            Err(Failure::Wrong(what)) => self.fail(name, &what),
            Err(Failure::Error(error)) => self.fail(name, &error.to_string()),
        }
    }

    fn fail(&mut self, name: &str, what: &str) {
        println!("FAIL {name}: {what}");
        self.failed += 1;
    }
}

/// Checks that a value is the one expected.
pub(super) fn same<T: PartialEq + Debug>(expected: T, got: T) -> Outcome {
    match expected == got {
        true => Ok(()),
        false => wrong(expected, got),
    }
}

/// The outcome of a check that got another answer than expected.
pub(super) fn wrong(expected: impl Debug, got: impl Debug) -> Outcome {
    Err(Failure::Wrong(format!("{got:?} and not {expected:?}")))
}
