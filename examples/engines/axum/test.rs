//! The calculator in axum, as clients of this library and in Python call it.

mod app;

use std::{
    env,
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Mutex,
};

use app::calculator::{CalculatorService, CalculatorServiceClient};
use thrift_runtime::{
    AnyProtocol, BinaryProtocol, CompactProtocol, ContentType, ErrorKind, HttpClient, Inspect,
    JsonProtocol,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    process::Command,
};

/// Serves the router, and gives its address.
async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = app::app().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
    address
}

#[tokio::test]
async fn the_calculator_answers_over_both_versions_of_http_and_in_every_protocol() {
    let address = serve().await;
    let client = HttpClient::new(&format!("http://{address}/calculator")).unwrap();
    for client in [client.clone(), client.http2()] {
        for protocol in
            [AnyProtocol::from(BinaryProtocol::STRICT), CompactProtocol.into(), JsonProtocol.into()]
        {
            for content_type in
                [ContentType::Thrift, ContentType::Protocol, ContentType::Registered]
            {
                let client = client.clone().protocol(protocol).content_type(content_type);
                let headers = Mutex::new(None);
                let client = Inspect::new(client.with_header("trace", "7f3a"), |_, sent| {
                    *headers.lock().unwrap() = sent.as_ref().ok().map(|it| it.headers().clone());
                });
                let calculator = CalculatorServiceClient::new(client);
                assert_eq!(calculator.add(5, 3).await.unwrap(), 8);
                let error = calculator.add(i32::MAX, 1).await.unwrap_err();
                assert!(error.as_application().is_some(), "{error}");
                let headers = headers.lock().unwrap().take().unwrap();
                assert_eq!(headers.get("trace"), Some("7f3a"));
            }
        }
    }
}

#[tokio::test]
async fn other_routes_are_beside_it() {
    let address = serve().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = b"GET /methods HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with(r#"["add","subtract"]"#), "{answer}");

    let elsewhere = HttpClient::new(&format!("http://{address}/elsewhere")).unwrap();
    let error = CalculatorServiceClient::new(elsewhere).add(5, 3).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status, "{error}");
}

/// The interpreter is `THRIFT_PYTHON`, else `python3`, and the compiler the `thrift` on the path, as in
/// the tests with other implementations. Without them this says so and passes, unless
/// `THRIFT_INTEROP` is `required`.
#[tokio::test]
async fn both_libraries_in_python_call_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let idl = folder.join("../../calculator/calculator.thrift");
    let stubs = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let python = env::var_os("THRIFT_PYTHON").unwrap_or_else(|| OsString::from("python3"));
    let mut compiler = Command::new("thrift");
    compiler.args(["--gen", "py", "-out"]).arg(&stubs).arg(&idl);
    let mut check = Command::new(&python);
    check.args(["-c", "import thrift.Thrift, thriftpy2"]);
    for mut needed in [compiler, check] {
        if let Err(reason) = run(&mut needed).await {
            let required = env::var_os("THRIFT_INTEROP").is_some_and(|it| it == "required");
            assert!(!required, "{reason}");
            eprintln!("left out the clients in Python: {reason}");
            return;
        }
    }
    let url = format!("http://{}/calculator", serve().await);
    for peer in ["apache.py", "thriftpy.py"] {
        let mut command = Command::new(&python);
        // No bytecode is to be left beside the sources.
        command.arg("-B").arg(folder.join("peers").join(peer)).arg(&url);
        let printed = run(command.env("PYTHONPATH", &stubs)).await.unwrap();
        assert_eq!(printed, "binary: 8\ncompact: 8\njson: 8\n", "{peer}");
        eprintln!("{peer}: {}", printed.trim().replace('\n', ", "));
    }
}

/// What a program prints, or why it failed.
async fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().await.map_err(|error| format!("{command:?}: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}
