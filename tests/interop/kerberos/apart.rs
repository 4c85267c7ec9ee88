//! What is told where something is not as it should be: the time, or the KDC.

use std::net::Ipv4Addr;

use thrift_runtime::{
    Client,
    sasl::{Gssapi, GssapiServer},
};

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
