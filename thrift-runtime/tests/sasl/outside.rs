//! Peers without SASL, where it is required and where it is not.

use thrift_runtime::{
    BlockingClient, Client, CloseReason, ErrorKind, Event, Framing, HttpClient, sasl::ServerSasl,
};
use tokio::{sync::mpsc, task::spawn_blocking};

use crate::{
    Who as _, WhoBlocking as _, WhoBlockingClient, WhoClient, alice, decide, start, start_blocking,
};

const ONLY: &str = "this server takes SASL only";

#[tokio::test]
async fn where_sasl_is_required_others_are_told_in_their_own_dialect() {
    let (sender, mut events) = mpsc::unbounded_channel();
    let address = start(|server| {
        server.sasl(ServerSasl::plain(decide)).observer(move |event: &Event<'_>| {
            if let Event::Closed { why: CloseReason::Failed(error), .. } = event {
                let _ = sender.send((error.kind(), error.to_string()));
            }
        })
    })
    .await;
    let builders = [
        Client::builder(),
        Client::builder().framed(),
        Client::builder().zlib(),
        Client::builder().header(),
    ];
    for builder in builders {
        let who = WhoClient::new(builder.connect(address).await.unwrap());
        let error = who.name().await.unwrap_err();
        assert_eq!(error.as_application().unwrap().message(), ONLY, "{error}");
        // In THeader, it is the client that closes.
        drop(who);
        assert_eq!(events.recv().await.unwrap(), (ErrorKind::Dialect, ONLY.to_owned()));
    }
    let client = HttpClient::new(&format!("http://{address}/")).unwrap();
    let error = WhoClient::new(client).name().await.unwrap_err();
    assert_eq!(error.as_application().unwrap().message(), ONLY, "{error}");

    let address = start_blocking(|server| server.sasl(ServerSasl::plain(decide)));
    for framed in [false, true] {
        let builder = Client::builder();
        let builder = if framed { builder.framed() } else { builder };
        let who = WhoClient::new(builder.connect(address).await.unwrap());
        let error = who.name().await.unwrap_err();
        assert_eq!(error.as_application().unwrap().message(), ONLY, "{error}");
    }
}

#[tokio::test]
async fn where_sasl_is_optional_others_call_as_nobody() {
    let sasl = || ServerSasl::plain(decide).optional();
    for address in
        [start(|server| server.sasl(sasl())).await, start_blocking(|server| server.sasl(sasl()))]
    {
        let who = WhoClient::new(Client::builder().framed().connect(address).await.unwrap());
        assert_eq!(who.name().await.unwrap(), "nobody");
        let who = WhoClient::new(Client::builder().sasl(alice()).connect(address).await.unwrap());
        assert_eq!(who.name().await.unwrap(), "alice");
        let calling = spawn_blocking(move || {
            let who = WhoBlockingClient::new(BlockingClient::connect(address).unwrap());
            who.name().unwrap()
        });
        assert_eq!(calling.await.unwrap(), "nobody");
    }
}

#[tokio::test]
async fn a_framing_that_is_required_is_for_peers_without_sasl() {
    let sasl = || ServerSasl::plain(decide).optional();
    for address in [
        start(|server| server.sasl(sasl()).framing(Framing::Framed)).await,
        start_blocking(|server| server.sasl(sasl()).framing(Framing::Framed)),
    ] {
        let who = WhoClient::new(Client::builder().sasl(alice()).connect(address).await.unwrap());
        assert_eq!(who.name().await.unwrap(), "alice");
        let who = WhoClient::new(Client::builder().framed().connect(address).await.unwrap());
        assert_eq!(who.name().await.unwrap(), "nobody");
        let who = WhoClient::new(Client::builder().connect(address).await.unwrap());
        who.name().await.unwrap_err();
    }
}
