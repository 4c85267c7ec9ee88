//! The failures of commands, and their exit codes.

use std::{
    fmt::Display,
    io::{self, Write as _},
    process::ExitCode,
};

use serde_json::{Value as Json, json};
use thrift_runtime::{Error, ErrorKind, dynamic::CallError};

use crate::input;

/// The result of a command.
pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

/// The meaning of the exit codes, for the help.
pub(crate) const CODES: &str = "\
Exit codes:
  0  done
  1  the input is wrong: a file, the IDL, JSON, bytes
  2  the arguments of the command are wrong
  3  the server was not reached, or the call was lost
  4  the server answered with an exception";

/// A failure with its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    text: String,
    /// Whether it has been printed already, in a format that was asked for.
    silent: bool,
}

impl Failure {
    /// A file, an IDL, JSON or bytes are wrong.
    pub(crate) fn input(text: impl Display) -> Self {
        Failure { code: 1, text: text.to_string(), silent: false }
    }

    /// The arguments of the command are wrong.
    pub(crate) fn usage(text: impl Display) -> Self {
        Failure { code: 2, text: text.to_string(), silent: false }
    }

    /// The server was not reached, or the call was lost.
    pub(crate) fn lost(text: impl Display) -> Self {
        Failure { code: 3, text: text.to_string(), silent: false }
    }

    /// A failure that has nothing more to print.
    pub(crate) fn said(code: u8) -> Self {
        Failure { code, text: String::new(), silent: true }
    }

    /// A call failed.
    pub(crate) fn of_call(error: &CallError) -> Self {
        let code = match error {
            CallError::Other(error)
                if matches!(error.kind(), ErrorKind::Unwritable | ErrorKind::Unsupported) =>
            {
                1
            }
            CallError::Other(error) if !error.is_application() => 3,
            _ => 4,
        };
        Failure { code, text: error.to_string(), silent: false }
    }

    /// The same failure, with more text at the beginning of its message.
    pub(crate) fn before(self, words: impl Display) -> Self {
        Failure { text: format!("{words}{}", self.text), ..self }
    }

    /// Connecting failed.
    pub(crate) fn connecting(address: &str, error: &Error) -> Self {
        Failure::lost(format!("cannot connect to {address}: {error}"))
    }

    /// The same failure, printed as JSON.
    pub(crate) fn said_as(self, json: &Json) -> Self {
        // If nobody reads the output, the exit code still reports the failure.
        let _ = input::print(format!("{json}\n").as_bytes());
        Failure { silent: true, ..self }
    }

    /// The failure as JSON.
    pub(crate) fn json(&self) -> Json {
        json!({ "error": self.text, "code": self.code })
    }

    /// The message of the failure.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn report(&self) -> ExitCode {
        if !self.silent {
            // Written in one piece, as other programs may be writing to the same terminal.
            let line = format!("error: {}\n", self.text);
            let _ = io::stderr().write_all(line.as_bytes());
        }
        ExitCode::from(self.code)
    }
}
