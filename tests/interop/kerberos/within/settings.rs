//! Principals, keytabs, decisions, and kinds of sockets.

use std::{net::Ipv4Addr, sync::Arc};

use thrift_runtime::{
    BlockingClient, Client, Server,
    sasl::{Gssapi, GssapiServer, KerberosPeer, Quality, ServerSasl},
    tls::{ClientTls, ServerTls},
};
use tokio::task::spawn_blocking;

use super::{Realm, alice, blocking_caller, caller, hive, processor, refusals, serve};
use crate::{certificates::Certificates, kerberos::host};

#[tokio::test]
async fn services_are_named_in_several_ways() {
    let Some(realm) = Realm::here() else { return };
    let keytab = realm.path("hive.keytab");
    let ticket = |service: &str| Gssapi::new(service).ticket_cache(realm.text("tickets"));
    for (server, login) in [
        (GssapiServer::any(), ticket("hive/localhost@EXAMPLE.COM")),
        (GssapiServer::any(), ticket("hive/localhost")),
        (GssapiServer::new("hive"), ticket("hive/_HOST").host("localhost")),
        (GssapiServer::new("hive"), ticket("hive/_HOST@EXAMPLE.COM").host("LOCALHOST")),
        (GssapiServer::new("hive/_HOST@EXAMPLE.COM"), ticket("hive").host(host())),
        (GssapiServer::new("hive/_HOST"), ticket("hive").host(host())),
        (
            GssapiServer::new("hive/_HOST@EXAMPLE.COM").host("localhost"),
            ticket("hive").host("localhost"),
        ),
        (GssapiServer::new("hive").host("localhost"), ticket("hive").host("localhost")),
    ] {
        let server = server.keytab(&keytab);
        server.check().unwrap();
        let shown = format!("{server:?} {login:?}");
        let [port, _] = serve(server).await;
        let client = Client::builder().sasl(login).connect((Ipv4Addr::LOCALHOST, port)).await;
        assert_eq!(caller(client.expect(&shown)).await, "alice@EXAMPLE.COM");
    }
}

#[tokio::test]
async fn qualities_that_contradict_one_another_are_errors() {
    let Some(realm) = Realm::here() else { return };
    let none = hive(&realm).at_least(Quality::Confidentiality).at_most(Quality::Integrity);
    let error = none.check().unwrap_err().to_string();
    assert!(error.ends_with("`at_least` must not be better than `at_most`"), "{error}");
    let [port, _] = serve(none).await;
    for error in refusals(port, &alice(&realm)).await {
        assert!(error.contains("the server cannot use Kerberos: it lacks a quality"), "{error}");
    }
    let none = alice(&realm).at_least(Quality::Integrity).at_most(Quality::Authentication);
    for error in refusals(port, &none).await {
        assert!(error.contains("no quality is allowed; `at_least` must not be better"), "{error}");
    }
}

#[tokio::test]
async fn a_client_may_get_tickets_by_a_key() {
    let Some(realm) = Realm::here() else { return };
    let [port, _] = serve(hive(&realm)).await;
    let by_key = Gssapi::new("hive").host("localhost").keytab(realm.path("alice.keytab"));
    for login in [by_key.clone(), by_key.clone(), by_key.user("alice@EXAMPLE.COM")] {
        let client = Client::builder().sasl(login).connect((Ipv4Addr::LOCALHOST, port));
        assert_eq!(caller(client.await.unwrap()).await, "alice@EXAMPLE.COM");
    }
}

#[tokio::test]
async fn a_function_decides_who_is_let_in() {
    let Some(realm) = Realm::here() else { return };
    let decide = |peer: &KerberosPeer| match (peer.name(), peer.realm(), peer.acts_as()) {
        ("alice", "EXAMPLE.COM", None) => Ok("just alice".to_owned()),
        ("alice", "EXAMPLE.COM", Some("bob")) => Ok("bob".to_owned()),
        _ => Err("not as that one"),
    };
    let asking = hive(&realm).authorize_async(move |peer| async move {
        tokio::task::yield_now().await;
        decide(&peer)
    });
    for server in [hive(&realm).authorize(decide), asking] {
        for port in serve(server.clone()).await {
            let client = Client::builder().sasl(alice(&realm));
            let client = client.connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
            assert_eq!(caller(client).await, "just alice");
            for error in refusals(port, &alice(&realm).acting_as("bob")).await {
                assert!(
                    error.contains("\"this server does not let users act as others\""),
                    "{error}"
                );
            }
        }
        for port in serve(server.allow_acting_as()).await {
            let client = Client::builder().sasl(alice(&realm).acting_as("bob"));
            let client = client.connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
            assert_eq!(caller(client).await, "bob");
            for error in refusals(port, &alice(&realm).acting_as("carol")).await {
                assert!(error.contains("\"not as that one\""), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn within_tls_the_host_is_known() {
    let Some(realm) = Realm::here() else { return };
    let certificates = Certificates::new("kerberos");
    let read = |file| certificates.read(file);
    let server_tls = ServerTls::new(&read("server.pem"), &read("server.key")).unwrap();
    let client_tls = ClientTls::with_roots(&read("authority.pem")).unwrap();
    let server = Server::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = format!("localhost:{}", server.local_addr().unwrap().port());
    let sasl = ServerSasl::new(hive(&realm).at_least(Quality::Integrity));
    tokio::spawn(server.tls(server_tls).sasl(sasl).serve(processor()));
    let login = || Gssapi::new("hive/_HOST@EXAMPLE.COM").ticket_cache(realm.text("tickets"));
    let client = Client::builder().sasl(login()).connect_tls(address.as_str(), &client_tls);
    assert_eq!(caller(client.await.unwrap()).await, "alice@EXAMPLE.COM");
    let login = login();
    let called = spawn_blocking(move || {
        let client = BlockingClient::builder().sasl(login);
        blocking_caller(client.connect_tls(address.as_str(), &client_tls).unwrap())
    });
    assert_eq!(called.await.unwrap(), "alice@EXAMPLE.COM");
}

#[tokio::test]
async fn the_host_of_one_of_several_servers_is_known() {
    let Some(realm) = Realm::here() else { return };
    for port in serve(hive(&realm)).await {
        let login = || Gssapi::new("hive/_HOST@EXAMPLE.COM").ticket_cache(realm.text("tickets"));
        // Nobody listens at the first.
        let servers = ["localhost:1".to_owned(), format!("thrift://localhost:{port}")];
        let client = Client::builder().sasl(login()).connect_any(&servers).await.unwrap();
        assert_eq!(caller(client).await, "alice@EXAMPLE.COM");
        let login = login();
        let called = spawn_blocking(move || {
            blocking_caller(BlockingClient::builder().sasl(login).connect_any(&servers).unwrap())
        });
        assert_eq!(called.await.unwrap(), "alice@EXAMPLE.COM");
    }
}

#[tokio::test]
async fn unix_sockets_take_kerberos_too() {
    let Some(realm) = Realm::here() else { return };
    let path = Arc::new(realm.path("socket"));
    let server = Server::bind_unix(&*path).unwrap().sasl(ServerSasl::new(hive(&realm)));
    tokio::spawn(server.serve(processor()));
    let client = Client::builder().sasl(alice(&realm)).connect_unix(&*path).await.unwrap();
    assert_eq!(caller(client).await, "alice@EXAMPLE.COM");
    let login = alice(&realm);
    let called = spawn_blocking(move || {
        let client = BlockingClient::builder().sasl(login).connect_unix(&*path).unwrap();
        blocking_caller(client)
    });
    assert_eq!(called.await.unwrap(), "alice@EXAMPLE.COM");
}
