//! What is told where something is not as it should be: the time, or the KDC.

use std::{
    net::{Ipv4Addr, TcpListener},
    time::Duration,
};

use thrift_runtime::{
    BlockingClient, Client, ErrorKind,
    sasl::{Gssapi, GssapiServer, Plain},
};
use tokio::task::spawn_blocking;

use super::{
    realm::Realm,
    within::{alice, hive, ours::work_between_all_ends, refusals, serve},
};
use crate::say;

/// Checks what clients with the tickets of a cache are told. The server is not asked.
async fn told(cache: &str, texts: &[&str]) {
    let Some(realm) = Realm::here() else { return };
    let [port, _] = serve(hive(&realm)).await;
    for error in refusals(port, &alice(&realm).ticket_cache(realm.text(cache))).await {
        assert!(texts.iter().all(|text| error.contains(text)), "{error}");
    }
}

#[tokio::test]
async fn skewed() {
    told("skewed", &["Clock skew too great", "clocks differ by more than five minutes"]).await;
}

#[tokio::test]
async fn expired() {
    told("expired", &["expired", "the ticket has expired: get a new one with `kinit`"]).await;
}

#[tokio::test]
async fn alone() {
    told("alone", &["Cannot contact any KDC", "the KDC does not answer: check the network"]).await;
    // One that has a ticket for the service already needs no KDC.
    let Some(realm) = Realm::here() else { return };
    let [port, _] = serve(hive(&realm)).await;
    Client::builder().sasl(alice(&realm)).connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
}

#[tokio::test]
async fn silent() {
    let Some(realm) = Realm::here() else { return };
    let [port, _] = serve(hive(&realm)).await;
    let address = (Ipv4Addr::LOCALHOST, port);
    let kdc = TcpListener::bind((Ipv4Addr::LOCALHOST, realm.port())).unwrap();
    let login = alice(&realm).ticket_cache(realm.text("alone"));
    let patience = Duration::from_millis(100);
    let builder = Client::builder().connect_timeout(patience).sasl(login.clone());
    let error = builder.connect(address).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{error}");
    let connecting = spawn_blocking(move || {
        let builder = BlockingClient::builder().connect_timeout(patience).sasl(login);
        builder.connect(address).unwrap_err()
    });
    let error = connecting.await.unwrap();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{error}");
    // The library goes on, until nobody listens.
    drop(kdc);
}

#[tokio::test]
async fn missing() {
    let Some(realm) = Realm::here() else { return };
    let text = "there is no GSSAPI library, which Kerberos needs: install ";
    let error = hive(&realm).check().unwrap_err().to_string();
    assert!(error.contains(text), "{error}");
    let login = Plain::new("alice", "rabbit hole");
    let ports = serve(hive(&realm)).await;
    for port in ports {
        for error in refusals(port, &alice(&realm)).await {
            assert!(error.starts_with(text), "{error}");
        }
        let error = Client::builder().sasl(login.clone()).connect((Ipv4Addr::LOCALHOST, port));
        let error = error.await.unwrap_err().to_string();
        assert!(error.contains("this server supports GSSAPI"), "{error}");
    }
}

#[tokio::test]
async fn heimdal() {
    let Some(realm) = Realm::here() else { return };
    let server = || GssapiServer::new("hive/localhost@EXAMPLE.COM");
    let login = || Gssapi::new("hive/_HOST@EXAMPLE.COM").host("localhost");
    work_between_all_ends(server(), login()).await;
    say("interop: by Heimdal's library: ok");
    let [port, _] = serve(server()).await;
    for (login, text) in [
        (login().ticket_cache(realm.text("tickets")), "set `KRB5CCNAME` in the environment"),
        (login().host("elsewhere"), "the realm does not know the service"),
    ] {
        for error in refusals(port, &login).await {
            assert!(error.contains(text), "{error}");
        }
    }
}
