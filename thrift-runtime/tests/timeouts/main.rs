//! How long a server waits for its peers, on every transport.

#[path = "../common/certificates.rs"]
mod certificates;
#[path = "../common/mod.rs"]
mod common;
mod messages;
mod parts;
#[path = "../common/raw_tls.rs"]
mod raw_tls;
mod rests;
mod transports;

use std::time::Duration;

use certificates::Authority;
use common::{DIALECTS, Service};
use thrift_runtime::{ConnectionOptions, Result, serve_connection, tls::ServerTls};
use tokio::{
    io::{DuplexStream, duplex},
    task::JoinHandle,
    time::{Instant, timeout},
};

const BUFFERED: common::Dialect = DIALECTS[0];
const FRAMED: common::Dialect = DIALECTS[1];

fn serve_with(
    service: &Service,
    options: ConnectionOptions,
) -> (DuplexStream, JoinHandle<Result<()>>) {
    let (ours, theirs) = duplex(4096);
    let service = service.clone();
    let serving = tokio::spawn(async move { serve_connection(theirs, service, &options).await });
    (ours, serving)
}

fn serve(options: ConnectionOptions) -> (DuplexStream, JoinHandle<Result<()>>) {
    serve_with(&Service::default(), options)
}

fn seconds(seconds: u64) -> Option<Duration> {
    Some(Duration::from_secs(seconds))
}

fn with_tls(plain: bool) -> ConnectionOptions {
    tls_of(&Authority::new(), plain)
}

fn tls_of(authority: &Authority, plain: bool) -> ConnectionOptions {
    let identity = authority.sign("localhost");
    let tls = ServerTls::new(&identity.chain, &identity.key).unwrap();
    let mut options = ConnectionOptions::default();
    options.tls = Some(if plain { tls.and_plain() } else { tls });
    options
}

/// Waits until the server has closed the connection, and says why and after how many seconds.
async fn closed(serving: JoinHandle<Result<()>>, start: Instant) -> (String, u64) {
    let served = timeout(Duration::from_secs(100_000), serving).await.expect("it ends");
    let error = served.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    (error.to_string(), start.elapsed().as_millis().div_ceil(1000) as u64)
}
