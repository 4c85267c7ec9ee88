//! What errors say of whether the server may have processed a call.

use std::time::Duration;

use crate::{
    BUFFERED, FRAMED, adding, client_and_peer, client_of,
    common::{Blob, Nothing, Service, Text, add, call, call_oneway, settle},
    error_for,
};
use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, Bytes, Client, Delivery, Error, ErrorKind,
    Reconnecting, protocol::MessageType,
};
use tokio::io::duplex;

const SECOND: Duration = Duration::from_secs(1);

/// The error of a oneway call that is larger than the stream takes.
async fn large_note(client: &Client) -> Error {
    let blob = Blob { bytes: Bytes::from(vec![7; 2 << 20]) };
    call_oneway(client, "note", &blob).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn exceptions_tell_whether_the_call_was_processed() {
    use ApplicationErrorKind as Kind;
    for (kind, delivery) in [
        (Kind::UNKNOWN, Delivery::Possible),
        (Kind::UNKNOWN_METHOD, Delivery::Refused),
        (Kind::INVALID_MESSAGE_TYPE, Delivery::Refused),
        (Kind::WRONG_METHOD_NAME, Delivery::Possible),
        (Kind::BAD_SEQUENCE_ID, Delivery::Possible),
        (Kind::MISSING_RESULT, Delivery::Possible),
        (Kind::INTERNAL_ERROR, Delivery::Possible),
        (Kind::PROTOCOL_ERROR, Delivery::Possible),
        (Kind::INVALID_TRANSFORM, Delivery::Refused),
        (Kind::INVALID_PROTOCOL, Delivery::Refused),
        (Kind::UNSUPPORTED_CLIENT_TYPE, Delivery::Refused),
        (ApplicationErrorKind(42), Delivery::Possible),
    ] {
        let exception = ApplicationException::new(kind, "no");
        let reply = BUFFERED.message(MessageType::Exception, b"add", 0, &exception);
        let (error, _) = error_for(BUFFERED, &reply).await;
        assert_eq!(error.delivery(), delivery, "{error}");
    }
    let client = client_of(&Service::default(), FRAMED);
    let unknown = call::<Nothing>(&client, "unknown", &Nothing {}).await.unwrap_err();
    assert_eq!(unknown.delivery(), Delivery::Refused);
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_not_sent_say_so() {
    let mut errors = Vec::new();
    let (client, peer) = client_and_peer(FRAMED);
    errors.push(add(&client.with_header("a", "b"), 1, 1).await.unwrap_err());
    drop(peer);
    settle().await;
    errors.push(add(&client, 1, 1).await.unwrap_err());
    errors.push(call_oneway(&client, "note", &Nothing {}).await.unwrap_err());

    // One that waits for its place in flight, and one that waits for room.
    let (ours, peer) = duplex(1 << 16);
    let client = Client::builder().max_in_flight(1).over(ours);
    let _first = adding(&client, 1, 1);
    settle().await;
    errors.push(add(&client.with_timeout(SECOND), 1, 1).await.unwrap_err());
    let waiting = adding(&client, 1, 1);
    settle().await;
    drop(peer);
    errors.push(waiting.await.unwrap().unwrap_err());

    let (ours, peer) = duplex(64);
    let client = Client::from_stream(ours);
    let hasty = client.with_timeout(SECOND);
    // The first is being sent, and the second fills the queue.
    for _ in 0..2 {
        assert_eq!(large_note(&hasty).await.delivery(), Delivery::Possible);
    }
    errors.push(large_note(&hasty).await);
    let queued = tokio::spawn({
        let client = client.clone();
        async move { large_note(&client).await }
    });
    settle().await;
    drop(peer);
    errors.push(queued.await.unwrap());

    // One that was accepted, but that the connection's task has not taken to send it.
    let (ours, peer) = duplex(64);
    let client = Client::from_stream(ours);
    let sending = tokio::spawn({
        let client = client.clone();
        async move { large_note(&client).await }
    });
    settle().await;
    let accepted = adding(&client, 1, 1);
    settle().await;
    drop(peer);
    assert_eq!(sending.await.unwrap().delivery(), Delivery::Possible);
    errors.push(accepted.await.unwrap().unwrap_err());

    let (client, _peer) = client_and_peer(FRAMED);
    client.close().await.unwrap();
    errors.push(add(&client, 1, 1).await.unwrap_err());

    let channel = Reconnecting::new(|| Client::connect("no port"));
    errors.push(add(&channel, 1, 1).await.unwrap_err());
    errors.push(add(&channel.with_timeout(Duration::ZERO), 1, 1).await.unwrap_err());
    channel.close().await.unwrap();
    errors.push(add(&channel, 1, 1).await.unwrap_err());
    let channel = Reconnecting::new(std::future::pending::<thrift_runtime::Result<Client>>);
    errors.push(add(&channel.with_timeout(SECOND), 1, 1).await.unwrap_err());
    for error in errors {
        assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_were_sent_may_have_been_processed() {
    let mut errors = Vec::new();
    let (client, peer) = client_and_peer(FRAMED);
    errors.push(add(&client.with_timeout(SECOND), 1, 1).await.unwrap_err());
    let call = adding(&client, 1, 1);
    settle().await;
    drop(peer);
    errors.push(call.await.unwrap().unwrap_err());

    errors.push(error_for(FRAMED, &FRAMED.sum(7, 1)).await.0);
    errors.push(error_for(FRAMED, b"HTTP/1.1 400 Bad Request").await.0);
    let (client, _peer) = client_and_peer(FRAMED);
    let call = adding(&client, 1, 1);
    settle().await;
    client.close().await.unwrap();
    errors.push(call.await.unwrap().unwrap_err());

    let (ours, _peer) = duplex(16);
    let client = Client::from_stream(ours).with_timeout(SECOND);
    let note = Text { text: "more than the stream takes".into() };
    errors.push(call_oneway(&client, "note", &note).await.unwrap_err());
    errors.push(Error::new(ErrorKind::Closed, "something else"));
    for error in errors {
        assert_eq!(error.delivery(), Delivery::Possible, "{error}");
    }
}
