//! Channels around channels hand on all that is set for a call.

use std::time::Duration;

use thrift_runtime::{
    BoxChannel, BoxProcessor, Call, Channel, Client, Multiplexed, Processed, Processor, Protocol,
    Reconnecting, Request, Response, Result, Server,
};

use crate::{
    desk::{Desk, DeskClient, DeskProcessor},
    handler::Handler,
    headers::WithHeader,
};

/// Answers with the headers of the call.
struct Mirror<T>(T);

impl<T: Processor> Processor for Mirror<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let headers = call.headers();
        *call.reply_headers_mut() = headers.clone();
        self.0.process(call).await
    }
}

async fn serve() -> std::net::SocketAddr {
    let service = |name: &str| Mirror(DeskProcessor::new(Handler::named(name)));
    let services = Multiplexed::new().service("one", service("one")).service("two", service("two"));
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.concurrent_calls(8).serve(BoxProcessor::new(services)));
    address
}

/// Sets all for each request.
struct Setting<C>(C);

impl<C: Channel> Channel for Setting<C> {
    type Protocol = C::Protocol;

    async fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        request.set_service("two");
        request.set_timeout(Duration::from_secs(20));
        request.headers_mut().set("trace", "of the request");
        self.0.send(request).await
    }
}

/// The headers that a call of `who` carried there and back, and who answered.
async fn who(channel: impl Channel) -> (String, [Option<String>; 2]) {
    let seen = std::sync::Mutex::new(Default::default());
    let channel = thrift_runtime::Inspect::new(channel, |_request, sent| {
        let headers = sent.as_ref().unwrap().headers();
        let some = ["trace", "tenant"].map(|name| headers.get(name).map(str::to_owned));
        *seen.lock().unwrap() = some;
    });
    let who = DeskClient::new(&channel).who().await.unwrap();
    drop(channel);
    (who, seen.into_inner().unwrap())
}

#[tokio::test]
async fn service_timeout_and_headers_go_through_every_channel() {
    let address = serve().await;
    let header = move || Client::builder().header().connect(address);
    let some = |text: &str| Some(text.to_owned());

    // What is set on the outer channel counts before what is set on the inner one.
    let connect = move || async move {
        let client = header().await?;
        Ok(client.to_service("two").with_header("trace", "inner").with_header("tenant", "blue"))
    };
    let channel = Reconnecting::new(connect);
    let expected = ("two".to_owned(), [some("inner"), some("blue")]);
    assert_eq!(who(channel.clone()).await, expected);
    let outer = channel.to_service("one").with_header("trace", "outer");
    let expected = ("one".to_owned(), [some("outer"), some("blue")]);
    assert_eq!(who(outer.clone()).await, expected);
    assert_eq!(who(BoxChannel::new(BoxChannel::new(outer.clone()))).await, expected);

    // And what a request has, before either.
    let outer = outer.with_timeout(Duration::from_millis(50));
    let expected = ("two".to_owned(), [some("of the request"), some("blue")]);
    assert_eq!(who(Setting(BoxChannel::new(outer.clone()))).await, expected);
    let patient = DeskClient::new(Setting(BoxChannel::new(outer.clone())));
    assert_eq!(patient.wait(200).await.unwrap(), 200);
    let hasty = DeskClient::new(BoxChannel::new(outer));
    let error = hasty.wait(20_000).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("50ms"), "{error}");
    assert_eq!(hasty.half(8).await.unwrap(), 4);

    // The blocking client's service and timeout are set in the same way.
    let client = header().await.unwrap().to_service("one");
    let channel = BoxChannel::new(WithHeader(client, "trace", "7f3a"));
    assert_eq!(who(channel).await, ("one".to_owned(), [some("7f3a"), None]));
}
