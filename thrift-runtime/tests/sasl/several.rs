//! Several servers, of which clients take the first that lets them in.

use std::net::TcpListener;

use thrift_runtime::{
    BlockingClient, BlockingReconnecting, Client, ErrorKind, Reconnecting,
    sasl::{Login, ServerSasl},
    tls::{ClientTls, ServerTls},
};
use tokio::task::spawn_blocking;

use crate::{
    Who as _, WhoBlocking as _, WhoBlockingClient, WhoClient, alice, certificates::Authority,
    decide, start, start_blocking,
};

/// A server that lets nobody in.
fn closed() -> ServerSasl {
    ServerSasl::plain(|_: &Login| Err::<String, _>("closed today"))
}

/// Where nobody listens.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[tokio::test]
async fn the_first_server_that_lets_a_client_in_is_taken() {
    let closed = start(|server| server.sasl(closed())).await;
    for open in [
        start(|server| server.sasl(ServerSasl::plain(decide))).await,
        start_blocking(|server| server.sasl(ServerSasl::plain(decide))),
    ] {
        // As in hive.metastore.uris.
        let uris =
            format!("thrift://{},thrift://{closed},thrift://{open},{}", nowhere(), nowhere());
        let builder = Client::builder().sasl(alice());
        let who = WhoClient::new(builder.connect_any(uris.split(',')).await.unwrap());
        assert_eq!(who.name().await.unwrap(), "alice");

        let again = uris.clone();
        let reconnecting = Reconnecting::new(move || {
            let uris: Vec<_> = again.split(',').map(str::to_owned).collect();
            Client::builder().sasl(alice()).connect_any(uris)
        });
        assert_eq!(WhoClient::new(reconnecting).name().await.unwrap(), "alice");

        let called = spawn_blocking(move || {
            let connect =
                move || BlockingClient::builder().sasl(alice()).connect_any(uris.split(','));
            let who = WhoBlockingClient::new(connect().unwrap());
            assert_eq!(who.name().unwrap(), "alice");
            let who = WhoBlockingClient::new(BlockingReconnecting::new(connect));
            assert_eq!(who.name().unwrap(), "alice");
        });
        called.await.unwrap();
    }
}

#[tokio::test]
async fn the_error_names_each_server_with_its_cause() {
    let closed = start(|server| server.sasl(closed())).await;
    let nowhere = nowhere();
    let addresses = [nowhere.clone(), closed.to_string()];
    let error = Client::builder().sasl(alice()).connect_any(&addresses).await.unwrap_err();
    let theirs = addresses.clone();
    let connecting = spawn_blocking(move || {
        BlockingClient::builder().sasl(alice()).connect_any(&theirs).unwrap_err()
    });
    for error in [error, connecting.await.unwrap()] {
        let text = error.to_string();
        let start =
            format!("no server lets this client in: {nowhere}: cannot connect to {nowhere}");
        assert!(text.starts_with(&start), "{text}");
        let refused = format!("; {closed}: the server refused the SASL mechanism PLAIN: \"closed");
        assert!(text.contains(&refused), "{text}");
        assert_eq!(error.kind(), ErrorKind::Io);
    }
    let error = Client::builder().sasl(alice()).connect_any(&addresses[1..]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sasl);
    Client::builder().connect_any::<&str>([]).await.unwrap_err();
}

#[tokio::test]
async fn a_server_whose_handshake_fails_is_passed() {
    let authority = Authority::new();
    let (good, other) = (authority.sign("localhost"), authority.sign("elsewhere"));
    let tls = |identity: &crate::certificates::Identity| {
        ServerTls::new(&identity.chain, &identity.key).unwrap()
    };
    let sasl = || ServerSasl::plain(decide);
    let wrong = start(|server| server.sasl(sasl()).tls(tls(&other))).await;
    let plain = start(|server| server.sasl(sasl())).await;
    let right = start(|server| server.sasl(sasl()).tls(tls(&good))).await;
    let addresses =
        [wrong, plain, right].map(|address| format!("thrift://localhost:{}", address.port()));
    let trust = ClientTls::with_roots(&authority.pem).unwrap();
    let client = Client::builder().sasl(alice()).connect_any_tls(&addresses, &trust);
    assert_eq!(WhoClient::new(client.await.unwrap()).name().await.unwrap(), "alice");
    let called = spawn_blocking(move || {
        let client = BlockingClient::builder().sasl(alice()).connect_any_tls(&addresses, &trust);
        assert_eq!(WhoBlockingClient::new(client.unwrap()).name().unwrap(), "alice");
    });
    called.await.unwrap();
}
