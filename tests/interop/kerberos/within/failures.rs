//! What clients and operators are told when something is missing or wrong.

use std::thread;

use thrift_runtime::{
    BlockingServer, Event, Server,
    sasl::{Gssapi, GssapiServer, Quality, ServerSasl},
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Realm, alice, hive, processor, refusals, serve};

#[tokio::test]
async fn what_a_client_lacks_is_told() {
    let Some(realm) = Realm::here() else { return };
    let [port, _] = serve(hive(&realm)).await;
    let tickets = |name: &str| alice(&realm).ticket_cache(realm.text(name));
    let keytab = |name: &str| Gssapi::new("hive").host("localhost").keytab(realm.path(name));
    for (login, texts) in [
        (
            tickets("none"),
            ["No credentials cache found", "there is no ticket: get one with `kinit`"],
        ),
        (
            Gssapi::new("hive").host("localhost"),
            ["/no-tickets)", "there is no ticket: get one with"],
        ),
        (
            alice(&realm).host("elsewhere"),
            ["hive/elsewhere", "the realm does not know the service"],
        ),
        (alice(&realm).user("bob"), ["does not match desired name", "there is no ticket"]),
        (keytab("none"), ["cannot read the keytab ", "/none: No such file"]),
        (keytab("hive.keytab").user("bob"), ["No credentials cache found", "no key for the user"]),
        (
            alice(&realm).host(""),
            ["the name of the server's host is not known", "set `Gssapi::host`"],
        ),
    ] {
        for error in refusals(port, &login).await {
            assert!(texts.iter().all(|text| error.contains(text)), "{error}");
        }
    }
}

#[tokio::test]
async fn what_a_server_lacks_is_told_to_its_operator() {
    let Some(realm) = Realm::here() else { return };
    let old = GssapiServer::any().keytab(realm.path("old.keytab"));
    let [mine, theirs] =
        ["hive/localhost@EXAMPLE.COM", "hive/old@EXAMPLE.COM"].map(GssapiServer::new);
    let lost = "the server cannot use Kerberos: it lacks its key";
    for (server, host, told, texts) in [
        (
            mine.clone().keytab(realm.path("none")),
            "localhost",
            lost,
            ["/none' not found", "the keytab is missing"],
        ),
        (
            mine.keytab(realm.path("old.keytab")),
            "localhost",
            lost,
            ["hive/localhost@", "no key for the service"],
        ),
        (old.clone(), "old", "kvno 3 not found in keytab", ["kvno 3", "export it again"]),
        (old, "localhost", "not found in keytab", ["hive/localhost@", "check the principals"]),
        (
            theirs.keytab(realm.path("old.keytab")),
            "localhost",
            "Cannot decrypt",
            ["using keytab key", "check the principals"],
        ),
    ] {
        if told == lost {
            let error = server.check().unwrap_err().to_string();
            assert!(texts.iter().all(|text| error.contains(text)), "{error}");
        } else {
            server.check().unwrap();
        }
        for (port, mut closed) in observed(server).await {
            for error in refusals(port, &alice(&realm).host(host)).await {
                assert!(error.contains(told), "{error}");
                assert!(!error.contains(texts[1]), "{error}");
                let event = closed.recv().await.unwrap();
                assert!(texts.iter().all(|text| event.contains(text)), "{event}");
            }
        }
    }
}

/// Servers, and what their operators hear of connections that end.
async fn observed(mechanism: GssapiServer) -> [(u16, UnboundedReceiver<String>); 2] {
    let sasl = ServerSasl::new(mechanism);
    let observer = |sender: UnboundedSender<String>| {
        move |event: &Event<'_>| {
            if let Event::Closed { .. } = event {
                let _ = sender.send(event.to_string());
            }
        }
    };
    let (sender, closed) = unbounded_channel();
    let server = Server::bind(("127.0.0.1", 0)).await.unwrap().sasl(sasl.clone());
    let port = server.local_addr().unwrap().port();
    tokio::spawn(server.observer(observer(sender)).serve(processor()));
    let (sender, blocking_closed) = unbounded_channel();
    let server = BlockingServer::bind(("127.0.0.1", 0)).unwrap().sasl(sasl);
    let blocking_port = server.local_addr().unwrap().port();
    let server = server.observer(observer(sender));
    thread::spawn(move || server.serve(processor()));
    [(port, closed), (blocking_port, blocking_closed)]
}

#[tokio::test]
async fn a_client_that_takes_too_little_is_refused() {
    let Some(realm) = Realm::here() else { return };
    for port in serve(hive(&realm).at_least(Quality::Confidentiality)).await {
        for error in refusals(port, &alice(&realm).at_most(Quality::Integrity)).await {
            let text =
                "the server offers auth-conf, but this client takes auth, auth-int; set `at_least`";
            assert!(error.contains(text), "{error}");
        }
    }
}
