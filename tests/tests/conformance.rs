//! The conformance programs against one another, and what they say to flags.

#[path = "common/certificates.rs"]
mod certificates;

use std::{path::PathBuf, process::Command as Program};

use certificates::Certificates;
use thrift_tests::program::{self, ServerProgram};
use tokio::process::Command;

const SERVER: &str = env!("CARGO_BIN_EXE_conformance-server");
const CLIENT: &str = env!("CARGO_BIN_EXE_conformance-client");

const PROTOCOLS: [&str; 8] =
    ["binary", "compact", "json", "header", "multi", "multic", "multij", "multih"];
const TRANSPORTS: [&str; 4] = ["buffered", "framed", "http", "zlib"];

async fn server(flags: &[String]) -> ServerProgram {
    ServerProgram::start(Command::new(SERVER).arg("--port=0").args(flags)).await.unwrap()
}

async fn client(flags: &[String]) -> Result<String, String> {
    program::run(Command::new(CLIENT).args(flags)).await
}

/// Has a client speak everything that goes over a kind of socket, with flags that say where.
async fn speaks_everything(server: &ServerProgram, place: &[String], over_http: bool) {
    for protocol in PROTOCOLS {
        for transport in TRANSPORTS {
            let no_frames = transport == "http" && protocol.ends_with('h') | (protocol == "header");
            if no_frames || (transport == "http" && !over_http) {
                continue;
            }
            let flags = [format!("--protocol={protocol}"), format!("--transport={transport}")];
            let printed = client(&[place, &flags].concat()).await;
            let printed =
                printed.unwrap_or_else(|error| panic!("{error}\n{}", server.complaints()));
            assert!(printed.contains(" 0 left out"), "{protocol} {transport}: {printed}");
        }
    }
}

fn flags<const N: usize>(flags: [&str; N]) -> Vec<String> {
    flags.map(str::to_owned).into()
}

fn port_of(server: &ServerProgram) -> Vec<String> {
    vec![format!("--port={}", server.port())]
}

#[tokio::test]
async fn every_check_passes_over_tcp() {
    let server = server(&[]).await;
    speaks_everything(&server, &port_of(&server), true).await;
}

#[tokio::test]
async fn every_check_passes_over_a_unix_socket() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("conformance.sock");
    let place = [format!("--domain-socket={}", path.display())];
    let server = server(&place).await;
    speaks_everything(&server, &place, false).await;
}

#[tokio::test]
async fn every_check_passes_over_tls() {
    let certificates = Certificates::new("every-check");
    let server = server(&certificates.flags(Some("server"), None)).await;
    let place = [port_of(&server), certificates.flags(None, Some("authority"))].concat();
    let place = [place, flags(["--host=localhost"])].concat();
    speaks_everything(&server, &place, true).await;
}

#[tokio::test]
async fn certificates_are_looked_at_on_both_sides() {
    let certificates = Certificates::new("both-sides");
    let server = server(&certificates.flags(Some("server"), Some("authority"))).await;
    let localhost = [port_of(&server), flags(["--host=localhost"])].concat();
    for (host, own, trusted, good) in [
        ("localhost", Some("client"), "authority", true),
        ("localhost", None, "authority", false),
        ("localhost", Some("client"), "stranger", false),
        ("127.0.0.1", Some("client"), "authority", false),
    ] {
        let place = [port_of(&server), vec![format!("--host={host}")]].concat();
        let called = client(&[place, certificates.flags(own, Some(trusted))].concat()).await;
        assert_eq!(called.is_ok(), good, "{host} {own:?} {trusted}: {called:?}");
    }
    client(&localhost).await.expect_err("a client without TLS is refused");
}

#[tokio::test]
async fn limits_are_those_of_the_flags() {
    for limit in ["--string-limit=1000", "--container-limit=100"] {
        let limit = flags([limit]);
        for (of_server, of_client) in [(&limit, &vec![]), (&vec![], &limit)] {
            let server = server(of_server).await;
            let failed = client(&[&port_of(&server), &**of_client].concat()).await.unwrap_err();
            assert!(failed.contains("FAIL echo"), "{failed}");
            assert!(failed.contains("limit"), "{failed}");
        }
    }
}

#[test]
fn flags_that_are_wrong_or_do_not_go_together_are_told() {
    for (arguments, told) in [
        ("--what", "there is no flag --what"),
        ("what", "there is no flag what"),
        ("--port=x", "--port=x"),
        ("--port=65536", "--port=65536"),
        ("--port", "--port has no value"),
        ("--protocol=what", "--protocol=what is none of binary, "),
        ("--protocol what", "--protocol=what is none of binary, "),
        ("--transport=what", "--transport=what is none of buffered, framed, "),
        ("--string-limit=-1", "--string-limit=-1"),
        ("--ssl=yes", "--ssl takes no value"),
        ("--ca=what", "are for --ssl"),
        ("--cert=what --key=what", "are for --ssl"),
        ("--ssl --cert=what", "belong together"),
        ("--ssl --domain-socket=what", "is not built over"),
        ("--transport=http --domain-socket=what", "is not built over"),
        ("--transport=http --protocol=header", "has no frames"),
        ("--transport=http --protocol=multih", "has no frames"),
    ] {
        for program in [SERVER, CLIENT] {
            is_usage(program, arguments, told);
        }
    }
    is_usage(SERVER, "--ssl", "--ssl needs --cert and --key");
}

fn is_usage(program: &str, arguments: &str, told: &str) {
    let output = Program::new(program).args(arguments.split(' ')).output().unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(64), "{arguments}: {printed}");
    assert!(printed.contains(told), "{arguments}: {printed}");
}

#[test]
fn a_client_without_a_server_fails() {
    let output = Program::new(CLIENT).arg("--port=1").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no connection"));
}
