//! A service that has all of Thrift, its server `conformance-server` and its client
//! `conformance-client`, which checks every answer.
//!
//! ```sh
//! cargo run --bin conformance-server -- --port=9090 --transport=framed
//! cargo run --bin conformance-client -- --port=9090 --transport=framed
//! ```
//!
//! The server prints the port that it listens on, or the path, alone on its first line, and serves
//! until it is killed. The client prints a line for each check and exits with status 0 if none
//! failed, else with 1; what lies beyond `conformance.thrift` it leaves out where the server does
//! not have it.
//!
//! Both take the flags of Apache's own test programs, as `--flag=value` or `--flag value`:
//!
//! | flag | value |
//! | --- | --- |
//! | `--port` | 9090 by default; a server takes a free port for 0 |
//! | `--host` | the address to listen at or connect to; `127.0.0.1` by default |
//! | `--domain-socket` | the path of a Unix socket, instead |
//! | `--protocol` | `binary`, the default, `compact` or `json`; `header` is binary in THeader's frames; `multi`, `multic`, `multij` and `multih` are these with calls that name the service `Conformance` |
//! | `--transport` | `buffered`, the default, `framed`, `http` or `zlib` |
//! | `--dynamic` | none; every call and reply goes through values of an IDL that is loaded |
//! | `--ssl` | none; speaks TLS over TCP |
//! | `--cert`, `--key` | the certificate to show and its key, files in PEM; with `--ssl`, a server needs them |
//! | `--ca` | the authorities to trust, a file in PEM; a server requires certificates of its clients then |
//! | `--string-limit` | the bytes that a string may have |
//! | `--container-limit` | the elements that a container may have |
//!
//! A server answers all of these protocols and transports on its port, whichever it is told; with
//! `--ssl`, only over TLS. THeader's frames are its own, so that `buffered` and `framed` are the same
//! for it.
//!
//! Unknown flags and values, and those that do not go together, end the programs with status 64 and
//! a line on standard error that says which they were.

mod checks;
mod client;
mod dynamic;
mod flags;
mod handler;
mod report;
mod server;

use std::{process::ExitCode, sync::Arc};

use thrift_runtime::{Multiplexed, Processor};

use self::{flags::Flags, handler::Handler, idl::BeyondProcessor};

/// What the files `conformance/*.thrift` become.
pub mod idl {
    thrift_runtime::thrift! {
        path: "conformance/beyond.thrift",
        // It has a list of bytes on purpose.
        warnings: off,
    }
}

/// The exit status for flags that are wrong or not built, `EX_USAGE`.
const USAGE: u8 = 64;

/// What a multiplexed call names.
const SERVICE: &str = "Conformance";

/// What answers the calls of the service, whether they name it or not.
pub fn processor() -> impl Processor {
    let processor = Arc::new(BeyondProcessor::new(Handler::default()));
    Multiplexed::new().service(SERVICE, Arc::clone(&processor)).default_service(processor)
}

/// As [`processor`], by values whose types are known only from an IDL that is loaded.
pub fn dynamic_processor() -> impl Processor {
    dynamic::before(processor())
}

/// Runs the server with the flags of the command line.
pub async fn server_main() -> ExitCode {
    match Flags::of_command_line() {
        Ok(flags) => server::run(flags).await,
        Err(wrong) => refuse(&wrong),
    }
}

/// Runs the client with the flags of the command line.
pub async fn client_main() -> ExitCode {
    match Flags::of_command_line() {
        Ok(flags) => client::run(flags).await,
        Err(wrong) => refuse(&wrong),
    }
}

fn refuse(wrong: &str) -> ExitCode {
    eprintln!("{wrong}");
    ExitCode::from(USAGE)
}
