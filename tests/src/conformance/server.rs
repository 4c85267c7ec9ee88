//! The server of the conformance service.

use std::process::ExitCode;

use thrift_runtime::{Result, Server};

use super::{flags::Flags, processor};

pub(super) async fn run(flags: Flags) -> ExitCode {
    match serve(flags).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(flags: Flags) -> Result<()> {
    // Each connection's first bytes tell its protocol and transport.
    let Flags { host, port, protocol: _, transport: _, limits } = flags;
    let server = Server::bind((host, port))
        .await?
        .limits(limits)
        .on_error(|peer, error| eprintln!("{peer}: {error}"));
    println!("{}", server.local_addr()?.port());
    server.serve(processor()).await;
    Ok(())
}
