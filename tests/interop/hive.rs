//! Clients of HiveServer2 in Python, by SASL: Apache's transport, that of `thrift_sasl`, PyHive and
//! impyla; and HiveServer2 of Spark, which is asked by ours.

use std::{
    ffi::OsStr,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use thrift_runtime::{
    BlockingClient, BlockingServer, Bytes, Client, Processor, Result, Server,
    sasl::{ClientMechanism, ClientSession, Login, Plain, ServerSasl},
};
use thrift_tests::program;
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    task::spawn_blocking,
    time::{Instant, sleep},
};

use self::idl::*;
use crate::{
    left_out,
    python::{interpreter_with, script},
    say,
};

mod idl {
    thrift_runtime::thrift! {
        path: "interop/hive/service.thrift",
        services: [client, server, blocking],
    }
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

/// HiveServer2 as Spark brings it.
struct Spark {
    port: u16,
    folder: PathBuf,
    _program: Child,
}

impl Drop for Spark {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Spark {
    /// Starts it with the authentication `NONE`, which takes any password, or with `CUSTOM`, which asks
    /// `hive/Directory.java`, and waits until it listens.
    async fn start(interpreter: &OsStr, authentication: &str) -> Result<Self, String> {
        let find = "import pyspark; print(pyspark.__path__[0])";
        let home = program::run(Command::new(interpreter).args(["-c", find])).await?;
        let home = Path::new(home.trim());
        let free =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| error.to_string())?;
        let port = free.local_addr().map_err(|error| error.to_string())?.port();
        drop(free);
        // It makes a database where it runs.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("spark-{port}"));
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        if authentication == "CUSTOM" {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/hive/Directory.java");
            let mut compiler = Command::new("javac");
            compiler.arg("-cp").arg(home.join("jars/*")).arg("-d").arg(&folder).arg(source);
            program::run(&mut compiler).await?;
        }
        let mut command = Command::new(home.join("bin/spark-submit"));
        command.current_dir(&folder).kill_on_drop(true).env("SPARK_HOME", home);
        command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        command.args(["--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"]);
        command.args(["--master", "local[1]", "--driver-memory", "600m"]);
        command.arg("--driver-class-path").arg(&folder);
        command.args(["--conf", "spark.ui.enabled=false", "spark-internal"]);
        command.args(["--hiveconf", "hive.server2.thrift.bind.host=127.0.0.1"]);
        command.args(["--hiveconf", &format!("hive.server2.thrift.port={port}")]);
        command.args(["--hiveconf", &format!("hive.server2.authentication={authentication}")]);
        command.args(["--hiveconf", "hive.server2.custom.authentication.class=Directory"]);
        let mut spark = command.spawn().map_err(|error| format!("spark-submit: {error}"))?;
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            if let Ok(Some(status)) = spark.try_wait() {
                return Err(format!("Spark ended with {status}"));
            }
            if start.elapsed() > SPARK {
                return Err(format!("Spark does not listen within {SPARK:?}"));
            }
            sleep(Duration::from_millis(200)).await;
        }
        Ok(Spark { port, folder, _program: spark })
    }
}

/// How long Spark may take to start.
const SPARK: Duration = Duration::from_secs(180);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hive_lets_clients_in() {
    let interpreter = match interpreter_with("pyspark").await {
        Ok(interpreter) => interpreter,
        Err(reason) => return left_out("HiveServer2", &reason),
    };
    let spark = Spark::start(&interpreter, "NONE").await.unwrap();
    asked_by_anybody((Ipv4Addr::LOCALHOST, spark.port)).await;
    drop(spark);
    let spark = Spark::start(&interpreter, "CUSTOM").await.unwrap();
    asked_by_those_it_knows((Ipv4Addr::LOCALHOST, spark.port)).await;
}

/// Where it asks its directory.
async fn asked_by_those_it_knows(address: (Ipv4Addr, u16)) {
    let opening = TOpenSessionReq { client_protocol: 5, ..TOpenSessionReq::default() };
    let client = Client::builder().sasl(Plain::new("alice", "rabbit hole"));
    let hive = TcliServiceClient::new(client.connect(address).await.unwrap());
    assert_eq!(hive.open_session(opening.clone()).await.unwrap().server_protocol_version, 5);
    for (user, password) in [("alice", "secret"), ("bob", "rabbit hole")] {
        let login = Plain::new(user, password);
        let error = Client::builder().sasl(login.clone()).connect(address).await.unwrap_err();
        say(&format!("interop: HiveServer2 with a wrong password: {error}"));
        assert!(error.to_string().contains("\"Error validating the login\""), "{error}");
        let connecting = spawn_blocking(move || {
            BlockingClient::builder().sasl(login).connect(address).unwrap_err()
        });
        let error = connecting.await.unwrap();
        assert!(error.to_string().contains("\"Error validating the login\""), "{error}");
    }
    let called = spawn_blocking(move || {
        let login = Plain::new("alice", "rabbit hole");
        let client = BlockingClient::builder().sasl(login).connect(address).unwrap();
        TcliServiceBlockingClient::new(client).open_session(opening).unwrap()
    });
    assert_eq!(called.await.unwrap().server_protocol_version, 5);
}

/// Where any password does.
async fn asked_by_anybody(address: (Ipv4Addr, u16)) {
    let login = || Plain::new("alice", "zażółć");

    let client = Client::builder().sasl(login()).connect(address).await.unwrap();
    let hive = TcliServiceClient::new(client);
    let opening = TOpenSessionReq { client_protocol: 5, ..TOpenSessionReq::default() };
    let opened = hive.open_session(opening.clone()).await.unwrap();
    let session_handle = opened.session_handle.unwrap();
    let statement = "SELECT concat(current_user(), repeat('x', 3000000))".to_owned();
    let query = TExecuteStatementReq { session_handle: session_handle.clone(), statement };
    let operation_handle = hive.execute_statement(query).await.unwrap().operation_handle.unwrap();
    let request = TFetchResultsReq { operation_handle, max_rows: 10 };
    let results = hive.fetch_results(request).await.unwrap().results.unwrap();
    let Some([TColumn::StringVal(column)]) = results.columns.as_deref() else {
        panic!("{:?}", results.columns)
    };
    let [row] = &*column.values else { panic!("{} rows", column.values.len()) };
    assert_eq!(row.len(), "alice".len() + 3_000_000);
    assert!(row.starts_with("alicexxx"), "{}", &row[..20]);
    hive.close_session(TCloseSessionReq { session_handle }).await.unwrap();

    let called = spawn_blocking(move || {
        let client = BlockingClient::builder().sasl(login()).connect(address).unwrap();
        TcliServiceBlockingClient::new(client).open_session(opening).unwrap()
    });
    assert_eq!(called.await.unwrap().server_protocol_version, 5);

    let builder = Client::builder().call_timeout(Duration::from_secs(20));
    for builder in [builder.clone(), builder.framed()] {
        let hive = TcliServiceClient::new(builder.connect(address).await.unwrap());
        let error = hive.open_session(TOpenSessionReq::default()).await.unwrap_err();
        say(&format!("interop: HiveServer2 without SASL: {error}"));
        assert!(error.to_string().contains("\"Invalid status "), "{error}");
    }
    let error = Client::builder().sasl(Unknown).connect(address).await.unwrap_err();
    say(&format!("interop: HiveServer2 by another mechanism: {error}"));
    assert!(error.to_string().contains("\"Unsupported mechanism type X-UNKNOWN\""), "{error}");
}

/// A mechanism that nobody knows.
#[derive(Debug)]
struct Unknown;

impl ClientMechanism for Unknown {
    fn name(&self) -> &str {
        "X-UNKNOWN"
    }

    fn begin(&self, _host: Option<&str>) -> Result<Box<dyn ClientSession>> {
        Ok(Box::new(Unknown))
    }
}

impl ClientSession for Unknown {
    fn first(&mut self) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn respond(&mut self, _challenge: &[u8]) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn is_complete(&self) -> bool {
        false
    }
}
