//! The server of the conformance service.

use std::{fs, process::ExitCode};

use thrift_runtime::{Event, Result, Server, tls::ServerTls};

use super::{dynamic_processor, flags::Flags, processor, refuse};

pub(super) async fn run(flags: Flags) -> ExitCode {
    if flags.ssl && flags.cert.is_none() {
        return refuse("--ssl needs --cert and --key");
    }
    match serve(flags).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(flags: Flags) -> Result<()> {
    let server = match &flags.domain_socket {
        Some(path) => Server::bind_unix(path)?,
        None => Server::bind((&*flags.host, flags.port)).await?,
    };
    let listening = match &flags.domain_socket {
        Some(path) => path.display().to_string(),
        None => server.local_addr()?.port().to_string(),
    };
    // Each connection's first bytes tell its protocol and transport.
    let server = server.limits(flags.limits.clone());
    let server = match tls(&flags)? {
        Some(tls) => server.tls(tls),
        None => server,
    };
    println!("{listening}");
    let server = server.observer(|event: &Event<'_>| {
        if event.is_failure() {
            eprintln!("{event}");
        }
    });
    match flags.dynamic {
        true => server.serve(dynamic_processor()).await,
        false => server.serve(processor()).await,
    }
    Ok(())
}

fn tls(flags: &Flags) -> Result<Option<ServerTls>> {
    let (Some(cert), Some(key)) = (&flags.cert, &flags.key) else { return Ok(None) };
    let (cert, key) = (fs::read(cert)?, fs::read(key)?);
    match &flags.ca {
        Some(ca) => ServerTls::with_client_roots(&cert, &key, &fs::read(ca)?).map(Some),
        None => ServerTls::new(&cert, &key).map(Some),
    }
}
