//! The client of the conformance service.

use std::{fs, process::ExitCode};

use thrift_runtime::{Client, Framing, HttpClient, Result, tls::ClientTls};

use super::{
    SERVICE, checks, dynamic,
    flags::{Flags, Transport},
    idl::BeyondClient,
    report::Report,
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
    let tls = if flags.ssl { Some(tls(&flags)?) } else { None };
    match flags.transport {
        Transport::Http => over_http(flags, tls).await,
        _ => over_connection(flags, tls).await,
    }
}

fn tls(flags: &Flags) -> Result<ClientTls> {
    let tls = match &flags.ca {
        Some(ca) => ClientTls::with_roots(&fs::read(ca)?)?,
        None => ClientTls::new()?,
    };
    match (&flags.cert, &flags.key) {
        (Some(cert), Some(key)) => tls.certificate(&fs::read(cert)?, &fs::read(key)?),
        _ => Ok(tls),
    }
}

async fn over_http(flags: Flags, tls: Option<ClientTls>) -> Result<Report> {
    let Flags { host, port, protocol, limits, dynamic, .. } = flags;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let client = HttpClient::new(&format!("{scheme}://{host}:{port}/"))?;
    let client = client.protocol(protocol.encoding).limits(limits);
    let client = match tls {
        Some(tls) => client.tls(tls),
        None => client,
    };
    let client = if protocol.multiplexed { client.to_service(SERVICE) } else { client };
    Ok(match dynamic {
        true => checks::run(BeyondClient::new(dynamic::through(client))).await,
        false => checks::run(BeyondClient::new(client)).await,
    })
}

async fn over_connection(flags: Flags, tls: Option<ClientTls>) -> Result<Report> {
    let Flags { host, port, domain_socket, protocol, transport, limits, dynamic, .. } = flags;
    let framing = match transport {
        _ if protocol.header => Framing::Header,
        Transport::Framed => Framing::Framed,
        _ => Framing::Buffered,
    };
    let builder = Client::builder().protocol(protocol.encoding).framing(framing).limits(limits);
    let builder = if transport == Transport::Zlib { builder.zlib() } else { builder };
    let client = match (domain_socket, tls) {
        (Some(path), _) => builder.connect_unix(path).await?,
        (None, Some(tls)) => builder.connect_tls(&format!("{host}:{port}"), &tls).await?,
        (None, None) => builder.connect((host, port)).await?,
    };
    let client = if protocol.multiplexed { client.to_service(SERVICE) } else { client };
    Ok(match dynamic {
        true => checks::run(BeyondClient::new(dynamic::through(client))).await,
        false => checks::run(BeyondClient::new(client)).await,
    })
}
