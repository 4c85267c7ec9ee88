//! Clients of HiveServer2 in Python, by SASL: Apache's transport, that of `thrift_sasl`, PyHive and
//! impyla.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use thrift_runtime::{
    BlockingServer, Bytes, Processor, Result, Server,
    sasl::{Login, ServerSasl},
};
use thrift_tests::program;

use self::idl::*;
use crate::{
    left_out,
    python::{interpreter_with, script},
    say,
};

mod idl {
    thrift_runtime::thrift!("interop/hive/service.thrift");
}

/// Each query has one row: who asks.
struct Hive {
    caller: String,
    /// Whether the row of the connection's query was fetched.
    fetched: Arc<AtomicBool>,
}

fn processor() -> impl Processor {
    TcliServiceProcessor::per_call(|cx| Hive {
        caller: cx.identity().unwrap_or("nobody").to_owned(),
        fetched: cx.connection().get_or_insert_with(AtomicBool::default),
    })
}

const FINE: TStatus = TStatus { status_code: TStatusCode::SUCCESS_STATUS };

fn identifier() -> THandleIdentifier {
    let bytes = Bytes::from_static(&[7; 16]);
    THandleIdentifier { guid: bytes.clone(), secret: bytes }
}

impl TcliService for Hive {
    async fn open_session(&self, request: TOpenSessionReq) -> Result<TOpenSessionResp> {
        Ok(TOpenSessionResp {
            status: FINE,
            server_protocol_version: request.client_protocol,
            session_handle: Some(TSessionHandle { session_id: identifier() }),
            configuration: request.configuration,
        })
    }

    async fn close_session(&self, _: TCloseSessionReq) -> Result<TCloseSessionResp> {
        Ok(TCloseSessionResp { status: FINE })
    }

    async fn execute_statement(
        &self,
        request: TExecuteStatementReq,
    ) -> Result<TExecuteStatementResp> {
        self.fetched.store(false, Ordering::SeqCst);
        let handle = TOperationHandle {
            operation_id: identifier(),
            operation_type: TOperationType::EXECUTE_STATEMENT,
            has_result_set: request.statement.starts_with("SELECT"),
        };
        Ok(TExecuteStatementResp { status: FINE, operation_handle: Some(handle) })
    }

    async fn get_operation_status(
        &self,
        request: TGetOperationStatusReq,
    ) -> Result<TGetOperationStatusResp> {
        Ok(TGetOperationStatusResp {
            status: FINE,
            operation_state: Some(TOperationState::FINISHED_STATE),
            has_result_set: Some(request.operation_handle.has_result_set),
        })
    }

    async fn close_operation(&self, _: TCloseOperationReq) -> Result<TCloseOperationResp> {
        Ok(TCloseOperationResp { status: FINE })
    }

    async fn get_result_set_metadata(
        &self,
        _: TGetResultSetMetadataReq,
    ) -> Result<TGetResultSetMetadataResp> {
        let text = TTypeEntry::PrimitiveEntry(TPrimitiveTypeEntry { r#type: TTypeId::STRING_TYPE });
        let column = TColumnDesc {
            column_name: "caller".into(),
            type_desc: TTypeDesc { types: vec![text] },
            position: 1,
        };
        let schema = Some(TTableSchema { columns: vec![column] });
        Ok(TGetResultSetMetadataResp { status: FINE, schema })
    }

    async fn fetch_results(&self, _: TFetchResultsReq) -> Result<TFetchResultsResp> {
        let row = (!self.fetched.swap(true, Ordering::SeqCst)).then(|| self.caller.as_str().into());
        let column = TStringColumn { values: row.into_iter().collect(), nulls: Bytes::new() };
        let results =
            TRowSet { columns: Some(vec![TColumn::StringVal(column)]), ..TRowSet::default() };
        Ok(TFetchResultsResp { status: FINE, has_more_rows: Some(false), results: Some(results) })
    }
}

/// As HiveServer2 with the authentication CUSTOM, but that any password does for a stranger, as PyHive
/// sends one where it was given none.
fn decide(login: &Login) -> Result<String, &'static str> {
    match (login.user(), login.password()) {
        ("alice", "zażółć") => Ok("alice".to_owned()),
        ("alice", _) => Err("wrong password"),
        _ => Ok("a stranger".to_owned()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_hive_in_python_are_let_in() {
    let interpreter = match interpreter_with("pyhive.hive, thrift_sasl, impala.dbapi").await {
        Ok(interpreter) => interpreter,
        Err(reason) => return left_out("clients of Hive", &reason),
    };
    let server = Server::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let blocking = BlockingServer::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let without = Server::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let ports = [server.local_addr(), blocking.local_addr(), without.local_addr()]
        .map(|address| address.unwrap().port());
    tokio::spawn(server.sasl(ServerSasl::plain(decide)).serve(processor()));
    let shutdown = blocking.shutdown_handle();
    let serving =
        thread::spawn(move || blocking.sasl(ServerSasl::plain(decide)).serve(processor()));
    tokio::spawn(without.serve(processor()));

    let [server, blocking, without] = ports;
    let ask = async |way: &str, port: u16, login: Option<[&str; 2]>| {
        let mut command = script(&interpreter, "hive.py");
        command.arg(way).arg(port.to_string());
        if let Some([user, password]) = login {
            command.args(["--user", user, "--password", password]);
        }
        let printed = program::run(&mut command).await.unwrap();
        let told = printed.lines().last().unwrap_or_default().to_owned();
        say(&format!("interop: Hive's client {way}, {login:?}: {told}"));
        told
    };
    for way in ["apache", "thrift_sasl", "pyhive", "impyla"] {
        for port in [server, blocking] {
            let told = ask(way, port, Some(["alice", "zażółć"])).await;
            assert_eq!(told, "rows: [('alice',)]", "{way}");
        }
        let told = ask(way, server, Some(["alice", "secret"])).await;
        assert!(told.starts_with("refused: ") && told.contains("wrong password"), "{way}: {told}");
        let told = ask(way, without, Some(["alice", "secret"])).await;
        assert!(told.contains("this server takes no SASL"), "{way}: {told}");
    }
    assert_eq!(ask("pyhive", server, None).await, "rows: [('a stranger',)]");
    assert_eq!(ask("pyhive", blocking, None).await, "rows: [('a stranger',)]");
    shutdown.begin();
    serving.join().unwrap();
}
