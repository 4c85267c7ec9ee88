//! Whom clients and servers trust.

use std::net::SocketAddr;

use thrift_runtime::{
    Client, ErrorKind, Server,
    tls::{ClientTls, ServerTls},
};

use crate::{
    at,
    certificates::{Authority, Identity},
    common::{Service, add},
    recorder::Recorder,
    start, try_call,
};

const ALWAYS: std::ops::Range<i32> = 2000..2100;

fn tls_of(identity: &Identity) -> ServerTls {
    ServerTls::new(&identity.chain, &identity.key).unwrap()
}

/// Checks that a client does not accept a server.
async fn refused(host: &str, address: SocketAddr, trust: &ClientTls) {
    let error = try_call(&at(host, address), trust).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(error.to_string().starts_with("the peer's certificate is refused"), "{error}");
}

#[tokio::test]
async fn a_certificate_that_its_owner_signed_is_trusted_if_it_is_given() {
    let own = Identity::self_signed("localhost", ALWAYS);
    let address = start(Some(tls_of(&own))).await;
    let trust = ClientTls::with_roots(&own.chain).unwrap();
    assert_eq!(try_call(&at("localhost", address), &trust).await.unwrap(), 3);

    // For its own host, and while it is valid.
    refused("127.0.0.1", address, &trust).await;
    for years in [2000..2001, 2099..2100] {
        let own = Identity::self_signed("localhost", years);
        let address = start(Some(tls_of(&own))).await;
        refused("localhost", address, &ClientTls::with_roots(&own.chain).unwrap()).await;
    }
    // Another of the same name is another.
    let other = Identity::self_signed("localhost", ALWAYS);
    refused("localhost", start(Some(tls_of(&other))).await, &trust).await;
}

#[tokio::test]
async fn a_single_server_is_trusted_without_its_authority() {
    let identity = Authority::new().sign("localhost");
    let address = start(Some(tls_of(&identity))).await;
    let trust = ClientTls::with_roots(&identity.chain).unwrap();
    assert_eq!(try_call(&at("localhost", address), &trust).await.unwrap(), 3);
}

#[tokio::test]
async fn a_client_may_have_signed_its_own_certificate() {
    let (server, client) =
        (Authority::new().sign("localhost"), Identity::self_signed("client", ALWAYS));
    let recorder = Recorder::default();
    let tls = ServerTls::with_client_roots(&server.chain, &server.key, &client.chain).unwrap();
    let address = recorder.serve(|server| server.tls(tls)).await;
    let trust = ClientTls::with_roots(&server.chain).unwrap();
    let known = trust.clone().certificate(&client.chain, &client.key).unwrap();
    assert_eq!(try_call(&at("localhost", address), &known).await.unwrap(), 3);
    assert_eq!(recorder.certificates().len(), 1);
    for years in [ALWAYS, 2000..2001] {
        let other = Identity::self_signed("client", years);
        let other = trust.clone().certificate(&other.chain, &other.key).unwrap();
        let error = try_call(&at("localhost", address), &other).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Tls | ErrorKind::Closed), "{error:?}");
    }
}

#[tokio::test]
async fn a_certificate_is_replaced_while_the_server_serves() {
    let (one, two) = (Authority::new(), Authority::new());
    let (first, second) = (one.sign("localhost"), two.sign("localhost"));
    let roots = [&one, &two].map(|authority| ClientTls::with_roots(&authority.pem).unwrap());
    let tls = tls_of(&first);
    let server = Server::bind("127.0.0.1:0").await.unwrap().tls(tls.clone());
    let host = at("localhost", server.local_addr().unwrap());
    tokio::spawn(server.serve(Service::default()));
    let open = Client::builder().connect_tls(&host, &roots[0]).await.unwrap();
    assert_eq!(add(&open, 1, 2).await.unwrap(), 3);
    assert_eq!(try_call(&host, &roots[1]).await.unwrap_err().kind(), ErrorKind::Tls);

    tls.set_certificate(&second.chain, &second.key).unwrap();
    assert_eq!(try_call(&host, &roots[1]).await.unwrap(), 3);
    assert_eq!(try_call(&host, &roots[0]).await.unwrap_err().kind(), ErrorKind::Tls);
    assert_eq!(add(&open, 1, 2).await.unwrap(), 3);

    // What cannot be used changes nothing.
    assert!(tls.set_certificate(&first.chain, &second.key).is_err());
    assert_eq!(try_call(&host, &roots[1]).await.unwrap(), 3);
}
