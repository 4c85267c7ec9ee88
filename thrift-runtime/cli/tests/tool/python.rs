//! The tool with thriftpy2's client and server. The interpreter is `THRIFT_PYTHON`, or else `python3`.
//! Without thriftpy2, the tests print that and pass, unless `THRIFT_INTEROP` is `required`.

use std::{env, ffi::OsString, process::Command};

use super::{CALCULATOR, Folder, Serving, check, tool};

/// A command that runs the peer.
fn peer(role: &str) -> Command {
    let mut command = Command::new(interpreter());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tool/peers/calculator.py");
    command.args(["-B", script, role, CALCULATOR]);
    command
}

fn interpreter() -> OsString {
    env::var_os("THRIFT_PYTHON").unwrap_or_else(|| "python3".into())
}

fn is_there() -> bool {
    let output = Command::new(interpreter()).args(["-c", "import thriftpy2"]).output();
    let there = output.as_ref().is_ok_and(|output| output.status.success());
    let required = env::var_os("THRIFT_INTEROP").is_some_and(|it| it == "required");
    assert!(there || !required, "there is no thriftpy2: {output:?}");
    if !there {
        println!("left out: there is no thriftpy2");
    }
    there
}

/// Runs a client in Python, and returns what it prints.
fn client(address: &str) -> String {
    let (host, port) = address.rsplit_once(':').unwrap();
    let output = peer("client").args([host, port]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

#[test]
fn a_server_in_python_is_called_and_watched() {
    if !is_there() {
        return;
    }
    let server = Serving::start(&mut peer("server"));
    let watch = ["proxy", "127.0.0.1:0", &server.address, "--idl", CALCULATOR];
    let proxy = Serving::start(tool().args(watch));
    for address in [&server.address, &proxy.address] {
        let arguments = ["call", address, CALCULATOR, "add", r#"{"a": 5, "b": 3}"#];
        check(&tool().args(arguments).output().unwrap(), 0, "8", "");
    }
    let line = proxy.line();
    assert!(line.starts_with(r#"add({"a":5,"b":3}) -> returned: {"success":8}"#), "{line}");
    assert_eq!(client(&proxy.address), "8 6");
    assert!(proxy.line().starts_with(r#"add({"a":5,"b":3}) -> returned"#));
    assert!(proxy.line().starts_with(r#"subtract({"a":10,"b":4}) -> returned"#));
}

#[test]
fn a_client_in_python_is_answered_from_a_file() {
    if !is_there() {
        return;
    }
    let folder = Folder::with("python", &[("answers.json", r#"{"add": 8, "subtract": 6}"#)]);
    let answers = folder.path("answers.json");
    let serve = ["serve", CALCULATOR, "--answers", &answers, "--listen", "127.0.0.1:0"];
    let server = Serving::start(tool().args(serve));
    assert_eq!(client(&server.address), "8 6");
}
