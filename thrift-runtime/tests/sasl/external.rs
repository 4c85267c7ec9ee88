//! EXTERNAL: clients that TLS knows.

use thrift_runtime::{
    BlockingClient, Bytes, Client, Error, ErrorKind, Result,
    sasl::{External, ExternalServer, ServerSasl},
    tls::{ClientTls, ServerTls},
};
use tokio::task::spawn_blocking;

use crate::{
    Who as _, WhoBlocking as _, WhoBlockingClient, WhoClient, alice, certificates::Authority,
    decide, start, start_blocking,
};

/// Knows the certificate of alice, who may act as bob.
fn sasl() -> ServerSasl {
    let external = ExternalServer::new(|certificates: &[Bytes], acts_as: Option<&str>| {
        let is_named = certificates[0].windows(5).any(|name| name == b"alice");
        match (is_named, acts_as) {
            (true, None) => Ok("alice of the certificate"),
            (true, Some("bob")) => Ok("bob"),
            _ => Err("nobody is known by that"),
        }
    });
    ServerSasl::new(external).and(thrift_runtime::sasl::PlainServer::new(decide))
}

async fn name_of(
    host: &str,
    external: External,
    tls: Option<ClientTls>,
) -> [Result<String, Error>; 2] {
    let builder = Client::builder().sasl(external.clone());
    let connected = match &tls {
        Some(tls) => builder.connect_tls(host, tls).await,
        None => builder.connect(host).await,
    };
    let name = match connected {
        Ok(client) => WhoClient::new(client).name().await,
        Err(error) => Err(error),
    };
    let host = host.to_owned();
    let blocking = spawn_blocking(move || {
        let builder = BlockingClient::builder().sasl(external);
        let client = match &tls {
            Some(tls) => builder.connect_tls(&host, tls)?,
            None => builder.connect(&host)?,
        };
        WhoBlockingClient::new(client).name()
    });
    [name, blocking.await.unwrap()]
}

#[tokio::test]
async fn a_certificate_says_who_a_client_is() {
    let authority = Authority::new();
    let (server, client) = (authority.sign("localhost"), authority.sign("alice"));
    let stranger = authority.sign("stranger");
    let tls = || {
        let roots = authority.pem.as_slice();
        ServerTls::with_client_roots(&server.chain, &server.key, roots).unwrap()
    };
    let trust = |identity: &crate::certificates::Identity| {
        let trust = ClientTls::with_roots(&authority.pem).unwrap();
        Some(trust.certificate(&identity.chain, &identity.key).unwrap())
    };
    for address in [
        start(|it| it.sasl(sasl()).tls(tls())).await,
        start_blocking(|it| it.sasl(sasl()).tls(tls())),
    ] {
        let host = format!("localhost:{}", address.port());
        for name in name_of(&host, External::new(), trust(&client)).await {
            assert_eq!(name.unwrap(), "alice of the certificate");
        }
        for name in name_of(&host, External::new().acting_as("bob"), trust(&client)).await {
            assert_eq!(name.unwrap(), "bob");
        }
        let carol = name_of(&host, External::new().acting_as("carol"), trust(&client)).await;
        let other = name_of(&host, External::new(), trust(&stranger)).await;
        for error in carol.into_iter().chain(other).map(Result::unwrap_err) {
            assert_eq!(error.kind(), ErrorKind::Sasl);
            assert!(
                error.to_string().contains("\"nobody is known by that\"; check the"),
                "{error}"
            );
        }
        // Beside other mechanisms.
        let trust = trust(&client).unwrap();
        let client = Client::builder().sasl(alice()).connect_tls(&host, &trust);
        assert_eq!(WhoClient::new(client.await.unwrap()).name().await.unwrap(), "alice");
    }
}

#[tokio::test]
async fn without_a_certificate_nobody_is_known() {
    for address in [start(|it| it.sasl(sasl())).await, start_blocking(|it| it.sasl(sasl()))] {
        for name in name_of(&address.to_string(), External::new(), None).await {
            let error = name.unwrap_err();
            assert!(
                error.to_string().contains("\"EXTERNAL needs TLS with a client certificate"),
                "{error}"
            );
        }
    }
}
