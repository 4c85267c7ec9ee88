//! The conformance programs against one another, and what they say to flags.

use std::process::Command as Program;

use thrift_tests::program::{self, ServerProgram};
use tokio::process::Command;

const SERVER: &str = env!("CARGO_BIN_EXE_conformance-server");
const CLIENT: &str = env!("CARGO_BIN_EXE_conformance-client");

async fn server(flag: &str) -> ServerProgram {
    ServerProgram::start(Command::new(SERVER).args(["--port=0", flag])).await.unwrap()
}

async fn client(server: &ServerProgram, flags: &[String]) -> Result<String, String> {
    let port = server.port().to_string();
    program::run(Command::new(CLIENT).args(["--port", &port]).args(flags)).await
}

#[tokio::test]
async fn every_check_passes_whatever_is_spoken() {
    let server = server("--protocol=binary").await;
    for protocol in ["binary", "compact", "json", "multi", "multic", "multij"] {
        for transport in ["buffered", "framed"] {
            let flags = [format!("--protocol={protocol}"), format!("--transport={transport}")];
            let printed = client(&server, &flags).await;
            let printed =
                printed.unwrap_or_else(|error| panic!("{error}\n{}", server.complaints()));
            assert!(printed.contains(" 0 left out"), "{protocol} {transport}: {printed}");
        }
    }
}

#[tokio::test]
async fn limits_are_those_of_the_flags() {
    for limit in ["--string-limit=1000", "--container-limit=100"] {
        for (server_limit, client_limit) in
            [(limit, "--protocol=binary"), ("--host=127.0.0.1", limit)]
        {
            let server = server(server_limit).await;
            let failed = client(&server, &[client_limit.to_owned()]).await.unwrap_err();
            assert!(failed.contains("FAIL echo"), "{failed}");
            assert!(failed.contains("limit"), "{failed}");
        }
    }
}

#[test]
fn flags_that_are_wrong_or_not_built_are_told() {
    for (arguments, told) in [
        ("--what", "there is no flag --what"),
        ("what", "there is no flag what"),
        ("--port=x", "--port=x"),
        ("--port=65536", "--port=65536"),
        ("--port", "--port has no value"),
        ("--protocol=what", "--protocol=what is none of binary, "),
        ("--protocol multih", "--protocol=multih is not built"),
        ("--protocol=header", "not built"),
        ("--transport=what", "--transport=what is none of buffered, framed, "),
        ("--transport=http", "not built"),
        ("--transport=zlib", "not built"),
        ("--domain-socket=what", "--domain-socket is not built"),
        ("--ssl", "--ssl is not built"),
        ("--cert=what", "--cert is not built"),
        ("--key=what", "--key is not built"),
        ("--ca=what", "--ca is not built"),
        ("--string-limit=-1", "--string-limit=-1"),
    ] {
        for program in [SERVER, CLIENT] {
            let output = Program::new(program).args(arguments.split(' ')).output().unwrap();
            let printed = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(64), "{arguments}: {printed}");
            assert!(printed.contains(told), "{arguments}: {printed}");
        }
    }
}

#[test]
fn a_client_without_a_server_fails() {
    let output = Program::new(CLIENT).arg("--port=1").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no connection"));
}
