//! `thrift-rs`: a tool for the shell that speaks Thrift.
//!
//! Each command is a file in `commands`; what connects to a server is in `connect.rs`. No command needs
//! generated code: types come from the IDL when it runs.

mod commands;
mod connect;
mod failure;
mod input;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use commands::{call, check, codec, compat, describe, fmt, proxy, serve};
use failure::Result;

/// Checks, formats and compares IDL files, calls services, shows messages, and answers and watches
/// calls
#[derive(Debug, Parser)]
#[command(version, about, after_help = failure::CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Fmt(fmt::Fmt),
    Compat(compat::Compat),
    Call(call::Call),
    Decode(codec::Decode),
    Encode(codec::Encode),
    Describe(describe::Describe),
    Serve(serve::Serve),
    Proxy(proxy::Proxy),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(command: Command) -> Result {
    match command {
        Command::Check(check) => check.run(),
        Command::Fmt(fmt) => fmt.run(),
        Command::Compat(compat) => compat.run(),
        Command::Decode(decode) => decode.run(),
        Command::Encode(encode) => encode.run(),
        Command::Describe(describe) => on_tokio(describe.run()),
        Command::Call(call) => on_tokio(call.run()),
        Command::Serve(serve) => on_tokio(serve.run()),
        Command::Proxy(proxy) => on_tokio(proxy.run()),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            let name = env!("CARGO_BIN_NAME");
            clap_complete::generate(shell, &mut Arguments::command(), name, &mut script);
            input::print(&script)
        }
    }
}

fn on_tokio(work: impl Future<Output = Result>) -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime
        .map_err(|error| failure::Failure::input(format!("cannot start: {error}")))?
        .block_on(work)
}
