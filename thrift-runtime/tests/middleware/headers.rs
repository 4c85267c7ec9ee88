//! Headers, there and back.

use std::sync::{Arc, Mutex};

use thrift_runtime::{
    BlockingChannel, BlockingClient, Bytes, Channel, Client, ErrorKind, Headers, Inspect, Method,
    Request, Response, Result, UdpClient,
};
use tokio::runtime::Handle;

use crate::{
    desk::{Desk, DeskBlocking as _, DeskBlockingClient, DeskClient, DeskProcessor},
    handler::Handler,
    layers::{Authorised, Passed, nothing},
    ways::{Host, Way, ways},
};

/// Adds a header to each request.
#[derive(Clone)]
pub(crate) struct WithHeader<C>(pub(crate) C, pub(crate) &'static str, pub(crate) &'static str);

impl<C: Channel> Channel for WithHeader<C> {
    type Protocol = C::Protocol;

    async fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        request.headers_mut().set(self.1, self.2);
        self.0.send(request).await
    }
}

impl<C: BlockingChannel> BlockingChannel for WithHeader<C> {
    type Protocol = C::Protocol;

    fn send(&self, mut request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        request.headers_mut().set(self.1, self.2);
        self.0.send(request)
    }
}

fn some(headers: &Headers) -> [Option<&str>; 3] {
    ["first", "last", "handled"].map(|name| headers.get(name))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_of_a_reply_arrive_from_the_handler_and_from_each_layer() {
    for way in ways().filter(|way| way.carries_headers()) {
        let runtime = Handle::current();
        let inner = DeskProcessor::per_call(move |cx| Handler::of(&runtime, cx));
        let steps = Arc::default();
        let inner = Passed { inner, name: "inner", steps: Arc::clone(&steps) };
        let address = way.serve(Passed { inner, name: "outer", steps }).await;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let channel = Inspect::new(way.connect(address).await, {
            let seen = Arc::clone(&seen);
            move |_request, sent| {
                let headers = sent.as_ref().unwrap().headers();
                seen.lock().unwrap().push(some(headers).map(|value| value.map(str::to_owned)));
            }
        });
        let desk = DeskClient::new(channel);
        desk.half(8).await.unwrap();
        assert!(desk.half(7).await.is_err() && desk.panic().await.is_err());
        desk.note(Bytes::new(), String::new()).await.unwrap();
        let seen = seen.lock().unwrap();
        for (headers, method) in seen.iter().zip(["half", "half", "panic"]) {
            // The outermost has the last word.
            let handled = format!("{method}, inner, outer");
            let headers = headers.each_ref().map(Option::as_deref);
            assert_eq!(headers, [Some("inner"), Some("outer"), Some(&*handled)], "{way:?}");
        }
        assert_eq!(seen[3], [None, None, None], "{way:?}");
    }
}

#[tokio::test]
async fn headers_of_a_reply_arrive_with_a_refusal_too() {
    for way in ways().filter(|way| way.carries_headers()) {
        let inner = Authorised { inner: DeskProcessor::new(Handler::new()), token: "none" };
        let passed = Passed { inner, name: "outer", steps: Arc::default() };
        let channel = way.connect(way.serve(passed).await).await;
        let (method, arguments) = (Method::new("who"), nothing());
        let response = channel.send(Request::new(&method, &arguments)).await.unwrap();
        let expected = [Some("outer"), Some("outer"), Some("nothing, outer")];
        assert_eq!(some(response.headers()), expected, "{way:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_header_that_the_transport_does_not_carry_is_an_error() {
    let plain = |way: &Way| way.host == Host::Concurrent && !way.carries_headers();
    for way in ways().filter(plain) {
        let address = way.serve(DeskProcessor::new(Handler::new())).await;
        let channel = way.connect(address).await;
        let desk = DeskClient::new(WithHeader(&channel, "trace", "7f3a"));
        let refused = desk.who().await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unsupported, "{way:?}");
        assert!(refused.to_string().contains("the call of who has headers"), "{refused}");
        let refused = desk.note(Bytes::new(), String::new()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unsupported, "{way:?}");
        // Nothing was sent, and the connection goes on.
        assert_eq!(DeskClient::new(&channel).who().await.unwrap(), "nobody", "{way:?}");
    }
    let transport = crate::ways::Transport::Blocking(thrift_runtime::Framing::Framed);
    let way = Way { host: Host::Blocking, transport, protocol: Default::default() };
    let address = way.serve(DeskProcessor::blocking(Handler::new())).await;
    for builder in [Client::builder(), Client::builder().framed()] {
        let client = builder.connect(address).await.unwrap();
        let desk = DeskClient::new(client.with_header("trace", "7f3a"));
        assert_eq!(desk.who().await.unwrap_err().kind(), ErrorKind::Unsupported);
        assert_eq!(DeskClient::new(client).who().await.unwrap(), "nobody");
    }
    let client = BlockingClient::connect(address).unwrap();
    let desk = DeskBlockingClient::new(client.with_header("trace", "7f3a"));
    assert_eq!(desk.who().unwrap_err().kind(), ErrorKind::Unsupported);
    let desk = DeskBlockingClient::new(WithHeader(client.clone(), "trace", "7f3a"));
    assert_eq!(desk.who().unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(DeskBlockingClient::new(client).who().unwrap(), "nobody");
    let client = UdpClient::connect(address).await.unwrap();
    let note = |channel: DeskClient<_>| async move {
        channel.note(Bytes::new(), String::new()).await.unwrap_err().kind()
    };
    assert_eq!(note(DeskClient::new(client.with_header("a", "b"))).await, ErrorKind::Unsupported);
    let desk = DeskClient::new(WithHeader(client, "a", "b"));
    let error = desk.note(Bytes::new(), String::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
