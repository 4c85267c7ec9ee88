//! Our clients and servers with one another.

use std::net::Ipv4Addr;

use thrift_runtime::{
    BlockingClient, Client,
    sasl::{Gssapi, GssapiServer, Quality},
};
use tokio::task::spawn_blocking;

use super::{QUALITIES, Realm, alice, blocking_caller, caller, hive, refusals, serve};
use crate::say;

#[tokio::test]
async fn all_qualities_work_between_all_ends() {
    let Some(realm) = Realm::here() else { return };
    work_between_all_ends(hive(&realm), alice(&realm)).await;
}

pub(crate) async fn work_between_all_ends(server: GssapiServer, login: Gssapi) {
    for quality in QUALITIES {
        for port in serve(server.clone().at_least(quality).at_most(quality)).await {
            let (address, login) = ((Ipv4Addr::LOCALHOST, port), login.clone());
            let client = Client::builder().sasl(login.clone()).connect(address).await.unwrap();
            assert_eq!(caller(client).await, "alice@EXAMPLE.COM");
            let called = spawn_blocking(move || {
                let client = BlockingClient::builder().sasl(login).connect(address).unwrap();
                blocking_caller(client)
            });
            assert_eq!(called.await.unwrap(), "alice@EXAMPLE.COM");
        }
        say(&format!("interop: Kerberos between our ends, {quality}: ok"));
    }
}

#[tokio::test]
async fn the_best_quality_that_both_take_is_taken() {
    let Some(realm) = Realm::here() else { return };
    let told = hive(&realm).authorize(|peer| Ok::<_, String>(peer.quality().to_string()));
    let [port, _] = serve(told).await;
    for (login, expected) in [
        (alice(&realm), "auth-conf"),
        (alice(&realm).at_most(Quality::Integrity), "auth-int"),
        (alice(&realm).at_most(Quality::Authentication), "auth"),
    ] {
        let client = Client::builder().sasl(login).connect((Ipv4Addr::LOCALHOST, port));
        assert_eq!(caller(client.await.unwrap()).await, expected);
    }
    for port in serve(hive(&realm).at_least(Quality::Integrity)).await {
        for error in refusals(port, &alice(&realm).at_most(Quality::Authentication)).await {
            let text =
                "the server offers auth-int, auth-conf, but this client takes auth; set `at_least`";
            assert!(error.contains(text), "{error}");
        }
    }
}
