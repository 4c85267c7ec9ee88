//! What is tried within the realm. Outside of one, these tests do nothing.

mod failures;
mod hostile;
pub(super) mod ours;
mod python;
mod settings;

use std::{net::Ipv4Addr, thread};

use thrift_runtime::{
    BlockingClient, BlockingServer, Channel, Client, ErrorKind, Server,
    sasl::{Gssapi, GssapiServer, Quality, ServerSasl},
};
use tokio::task::spawn_blocking;

use super::realm::Realm;
use crate::hive::{idl::*, processor};

const QUALITIES: [Quality; 3] =
    [Quality::Authentication, Quality::Integrity, Quality::Confidentiality];

/// The service, with its key.
pub(super) fn hive(realm: &Realm) -> GssapiServer {
    GssapiServer::new("hive/localhost@EXAMPLE.COM").keytab(realm.path("hive.keytab"))
}

/// alice, with a ticket.
pub(super) fn alice(realm: &Realm) -> Gssapi {
    Gssapi::new("hive").host("localhost").ticket_cache(realm.text("tickets"))
}

/// Servers on tokio and with threads, and their ports.
pub(super) async fn serve(mechanism: GssapiServer) -> [u16; 2] {
    let server = Server::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let blocking = BlockingServer::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let ports = [server.local_addr(), blocking.local_addr()].map(|it| it.unwrap().port());
    let sasl = ServerSasl::new(mechanism);
    tokio::spawn(server.sasl(sasl.clone()).serve(processor()));
    thread::spawn(move || blocking.sasl(sasl).serve(processor()));
    ports
}

/// What clients on tokio and without async are told when they connect.
pub(super) async fn refusals(port: u16, mechanism: &Gssapi) -> [String; 2] {
    let address = (Ipv4Addr::LOCALHOST, port);
    let error = Client::builder().sasl(mechanism.clone()).connect(address).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sasl, "{error}");
    let mechanism = mechanism.clone();
    let refused = spawn_blocking(move || {
        BlockingClient::builder().sasl(mechanism).connect(address).unwrap_err().to_string()
    });
    [error.to_string(), refused.await.unwrap()]
}

/// Who the server says is calling, after it has echoed a large text.
async fn caller(client: Client) -> String {
    let hive = TcliServiceClient::new(client);
    let (opened, others) = tokio::join!(open(&hive, 300_000), open(&hive, 10));
    assert_eq!(others.status, opened.status);
    ask(&hive, opened).await
}

/// Who the server says is calling.
pub(super) async fn current_user(client: Client) -> String {
    let hive = TcliServiceClient::new(client);
    let request = TOpenSessionReq { client_protocol: 5, ..Default::default() };
    let opened = hive.open_session(request).await.unwrap();
    ask(&hive, opened).await
}

async fn open<C: Channel>(hive: &TcliServiceClient<C>, size: usize) -> TOpenSessionResp {
    let text = "x".repeat(size);
    let configuration = Some([("text".to_owned(), text.clone())].into());
    let request = TOpenSessionReq { client_protocol: 5, configuration, ..Default::default() };
    let opened = hive.open_session(request).await.unwrap();
    assert!(opened.configuration.as_ref().is_some_and(|it| it.get("text") == Some(&text)));
    opened
}

async fn ask<C: Channel>(hive: &TcliServiceClient<C>, opened: TOpenSessionResp) -> String {
    let session_handle = opened.session_handle.unwrap();
    let statement = "SELECT current_user()".to_owned();
    let request = TExecuteStatementReq { session_handle, statement };
    let operation_handle = hive.execute_statement(request).await.unwrap().operation_handle.unwrap();
    let fetch = TFetchResultsReq { operation_handle, max_rows: 10 };
    row(hive.fetch_results(fetch).await.unwrap())
}

fn row(fetched: TFetchResultsResp) -> String {
    match fetched.results.unwrap().columns.as_deref() {
        Some([TColumn::StringVal(column)]) => column.values[0].to_string(),
        other => panic!("{other:?}"),
    }
}

/// The same by a client without async.
fn blocking_caller(client: BlockingClient) -> String {
    let hive = TcliServiceBlockingClient::new(client);
    let text = "x".repeat(300_000);
    let configuration = Some([("text".to_owned(), text.clone())].into());
    let request = TOpenSessionReq { client_protocol: 5, configuration, ..Default::default() };
    let opened = hive.open_session(request).unwrap();
    assert!(opened.configuration.is_some_and(|it| it.get("text") == Some(&text)));
    let session_handle = opened.session_handle.unwrap();
    let statement = "SELECT current_user()".to_owned();
    let request = TExecuteStatementReq { session_handle, statement };
    let operation_handle = hive.execute_statement(request).unwrap().operation_handle.unwrap();
    let fetch = TFetchResultsReq { operation_handle, max_rows: 10 };
    row(hive.fetch_results(fetch).unwrap())
}
