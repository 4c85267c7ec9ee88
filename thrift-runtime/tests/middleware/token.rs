//! A token is asked for, and tells the handler who calls.

use thrift_runtime::{Channel, Method, Protocol, Request};

use crate::{
    desk::{Desk, DeskClient, DeskProcessor},
    handler::Handler,
    headers::WithHeader,
    layers::{Authorised, nothing},
    ways::{Host, Way, ways},
};

const TOKEN: &str = "Bearer 7f3a";

/// The address of a server that asks for a token.
async fn serve(way: Way) -> std::net::SocketAddr {
    let runtime = tokio::runtime::Handle::current();
    if way.host == Host::Blocking {
        let inner = DeskProcessor::blocking_per_call(move |cx| Handler::of(&runtime, cx));
        return way.serve(Authorised { inner, token: TOKEN }).await;
    }
    let inner = DeskProcessor::per_call(move |cx| Handler::of(&runtime, cx));
    way.serve(Authorised { inner, token: TOKEN }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_without_a_token_read_why_they_are_refused_and_others_are_known() {
    for way in ways() {
        let channel = way.connect(serve(way).await).await;
        let desk = DeskClient::new(&channel);
        let refusal = |error: thrift_runtime::Error| {
            let exception = error.as_application().expect("an application exception");
            (exception.kind().0, exception.message().to_owned())
        };
        let nobody = refusal(desk.who().await.unwrap_err());
        if !way.carries_headers() {
            let text = "this transport carries no headers, and so no token";
            assert_eq!(nobody, (401, text.into()), "{way:?}");
            // The connection goes on.
            assert_eq!(refusal(desk.who().await.unwrap_err()), nobody, "{way:?}");
            continue;
        }
        assert_eq!(nobody, (401, "who are you?".into()), "{way:?}");
        let wrong = WithHeader(&channel, "authorization", "Bearer 0000");
        let error = DeskClient::new(wrong).who().await.unwrap_err();
        assert_eq!(refusal(error), (401, "who: this token is not known".into()), "{way:?}");
        let right = DeskClient::new(WithHeader(&channel, "Authorization", TOKEN));
        assert_eq!(right.who().await.unwrap(), "alice of blue", "{way:?}");
        assert_eq!(right.half(8).await.unwrap(), 4, "{way:?}");
    }
}

/// What is refused is refused before its arguments are read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_does_not_look_at_the_arguments() {
    for way in ways() {
        let channel = way.connect(serve(way).await).await;
        let method = Method::named("need");
        let arguments = nothing();
        let response = channel.send(Request::new(&method, &arguments)).await.unwrap();
        assert_eq!(response.protocol().encoding(), way.protocol.encoding());
        let error = response.read::<crate::desk::Odd>().unwrap_err();
        assert_eq!(error.as_application().unwrap().kind().0, 401, "{way:?}");
    }
}
