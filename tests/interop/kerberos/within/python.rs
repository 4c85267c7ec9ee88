//! Clients and a server in Python.

use std::net::Ipv4Addr;

use thrift_runtime::{BlockingClient, Client, sasl::Quality};
use thrift_tests::program::{self, ServerProgram};
use tokio::task::spawn_blocking;

use super::{QUALITIES, Realm, TcliServiceBlockingClient, TcliServiceClient, alice, hive, serve};
use crate::{
    hive::idl::{TOpenSessionReq, TOpenSessionResp, TcliService as _, TcliServiceBlocking as _},
    left_out,
    python::{interpreter_with, script},
    say,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_hive_in_python_are_let_in() {
    let Some(realm) = Realm::here() else { return };
    let modules = "pyhive.hive, thrift_sasl, impala.dbapi, kerberos";
    let interpreter = match interpreter_with(modules).await {
        Ok(interpreter) => interpreter,
        Err(reason) => return left_out("clients of Hive with Kerberos", &reason),
    };
    for quality in QUALITIES {
        let ports = serve(hive(&realm).at_least(quality).at_most(quality)).await;
        // The others cannot wrap with pure-sasl: its methods are called the wrong way round.
        let ways = match quality {
            Quality::Authentication => &["apache", "thrift_sasl", "pyhive", "impyla"][..],
            _ => &["apache", "thrift_sasl"],
        };
        for (way, port) in ways.iter().flat_map(|way| ports.map(|port| (way, port))) {
            let mut command = script(&interpreter, "hive.py");
            command.arg(way).arg(port.to_string()).args(["--host", "localhost"]);
            command.env("KRB5CCNAME", realm.path("tickets"));
            command.args(["--kerberos", &quality.to_string()]);
            let printed = program::run(&mut command).await.unwrap();
            let told = printed.lines().last().unwrap_or_default();
            say(&format!("interop: Hive's client {way} with Kerberos, {quality}: {told}"));
            assert_eq!(told, "rows: [('alice@EXAMPLE.COM',)]", "{printed}");
        }
    }
    // One that takes too little, and one that takes more than it can.
    let little = hive(&realm).at_least(Quality::Integrity);
    let much = hive(&realm);
    for (server, way) in [(little, "apache"), (much.clone(), "pyhive"), (much, "impyla")] {
        let [port, _] = serve(server).await;
        let mut command = script(&interpreter, "hive.py");
        command.args([way, &port.to_string(), "--host", "localhost", "--kerberos", "auth"]);
        command.env("KRB5CCNAME", realm.path("tickets"));
        let printed = program::run(&mut command).await.unwrap();
        let told = printed.lines().last().unwrap_or_default();
        say(&format!("interop: Hive's client {way} with Kerberos, and another quality: {told}"));
        assert!(told.starts_with("refused: "), "{printed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_in_python_lets_clients_in() {
    let Some(realm) = Realm::here() else { return };
    let interpreter = match interpreter_with("gssapi, TCLIService.TCLIService").await {
        Ok(interpreter) => interpreter,
        Err(reason) => return left_out("a server with Kerberos in Python", &reason),
    };
    let text = "x".repeat(300_000);
    let configuration = Some([("text".to_owned(), text.clone())].into());
    let request = TOpenSessionReq { client_protocol: 5, configuration, ..Default::default() };
    let check = |opened: TOpenSessionResp, caller: &str| {
        let told = opened.configuration.unwrap();
        assert_eq!(told["caller"], caller);
        assert!(told["text"] == text);
    };
    for (quality, bit) in QUALITIES.into_iter().zip(["1", "2", "4"]) {
        let mut command = script(&interpreter, "kerberos_server.py");
        command.arg(bit).env("KRB5_KTNAME", realm.path("hive.keytab"));
        let server = ServerProgram::start(&mut command).await.unwrap();
        let address = (Ipv4Addr::LOCALHOST, server.port());
        let client = Client::builder().sasl(alice(&realm)).connect(address).await.unwrap();
        let opened = TcliServiceClient::new(client).open_session(request.clone()).await.unwrap();
        check(opened, "alice@EXAMPLE.COM");
        let (login, request) = (alice(&realm).acting_as("bob"), request.clone());
        let called = spawn_blocking(move || {
            let client = BlockingClient::builder().sasl(login).connect(address).unwrap();
            TcliServiceBlockingClient::new(client).open_session(request).unwrap()
        });
        check(called.await.unwrap(), "alice@EXAMPLE.COM as bob");
        say(&format!("interop: a server with Kerberos in Python, {quality}: ok"));
        let worse = alice(&realm).at_most(Quality::Authentication);
        if quality > Quality::Authentication {
            let error = Client::builder().sasl(worse).connect(address).await.unwrap_err();
            let text = format!("the server offers {quality}, but this client takes auth;");
            assert!(error.to_string().contains(&text), "{error}");
        }
    }
}
