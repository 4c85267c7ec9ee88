//! The client of the conformance service.

use std::process::ExitCode;

use thrift_runtime::{BinaryProtocol, Client, Protocol as Codec, Result};

use super::{
    checks::{self, Report},
    flags::{Flags, Protocol},
    idl::BeyondClient,
};

pub(super) async fn run(flags: Flags) -> ExitCode {
    let checked = match flags.protocol {
        Protocol::Binary => check(flags, BinaryProtocol::STRICT).await,
    };
    match checked {
        Ok(Report { passed, failed: 0, left_out }) => {
            println!("{passed} passed, {left_out} left out");
            ExitCode::SUCCESS
        }
        Ok(Report { passed, failed, left_out }) => {
            println!("{passed} passed, {left_out} left out, {failed} FAILED");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("there is no connection: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn check(flags: Flags, protocol: impl Codec) -> Result<Report> {
    let Flags { host, port, protocol: _, transport, limits } = flags;
    let client = Client::builder().protocol(protocol).framing(transport).limits(limits);
    let client = client.connect((host, port)).await?;
    Ok(checks::run(BeyondClient::new(client)).await)
}
