//! The client of the conformance service.

use std::process::ExitCode;

use thrift_runtime::{Client, Result};

use super::{
    SERVICE,
    checks::{self, Report},
    flags::Flags,
    idl::BeyondClient,
};

pub(super) async fn run(flags: Flags) -> ExitCode {
    match check(flags).await {
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

async fn check(flags: Flags) -> Result<Report> {
    let Flags { host, port, protocol, transport, limits } = flags;
    let client = Client::builder().protocol(protocol.encoding).framing(transport).limits(limits);
    let client = client.connect((host, port)).await?;
    let client = if protocol.multiplexed { client.to_service(SERVICE) } else { client };
    Ok(checks::run(BeyondClient::new(client)).await)
}
