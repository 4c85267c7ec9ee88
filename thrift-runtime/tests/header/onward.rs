//! What TTHeader tells the next hop: how long the caller waits, and what is passed on.

use std::time::Duration;

use thrift_runtime::{
    ApplicationErrorKind, Call, Client, ConnectionOptions, Framing, Processed, Processor, Protocol,
    middleware::Deadline, serve_connection, ttheader,
};
use tokio::time::Instant;

use crate::{
    common::{add, wait},
    recorder::Recorder,
};

/// A client of a processor.
fn client_of(processor: impl Processor) -> Client {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        serve_connection(theirs, processor, &ConnectionOptions::default()).await
    });
    Client::builder().framing(Framing::TtHeader).over(ours)
}

#[tokio::test(start_paused = true)]
async fn a_server_gives_a_call_up_when_its_caller_does() {
    let client = client_of(Deadline::new(Recorder::default())).with_timeout(None);
    let start = Instant::now();
    let error = wait(&client.with_header(ttheader::RPC_TIMEOUT, "250")).await.unwrap_err();
    assert_eq!(error.as_application().unwrap().kind(), ApplicationErrorKind::TIMEOUT, "{error}");
    assert_eq!(start.elapsed(), Duration::from_millis(250));
    // Kitex writes so that it waits for ever.
    let patient = client.with_header(ttheader::RPC_TIMEOUT, "0");
    assert_eq!(add(&patient, 1, 2).await.unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_client_tells_how_long_it_waits() {
    let recorder = Recorder::default();
    let client = client_of(recorder.clone());
    let told = |text: &str| {
        assert_eq!(recorder.last(ttheader::RPC_TIMEOUT).as_deref(), Some(text));
    };
    add(&client, 1, 2).await.unwrap();
    told("60000");
    let until = std::time::Instant::from(Instant::now() + Duration::from_millis(300));
    add(&Deadline::new(client.clone()).until(until), 1, 2).await.unwrap();
    let left: u64 = recorder.last(ttheader::RPC_TIMEOUT).unwrap().parse().unwrap();
    assert!((200..=300).contains(&left), "{left}");
    // That is not for ever.
    add(&client.with_timeout(Duration::from_micros(10)), 1, 2).await.unwrap();
    told("1");
    add(&client.with_timeout(None), 1, 2).await.unwrap();
    assert_eq!(recorder.last(ttheader::RPC_TIMEOUT), None);
}

/// A server that calls another before it answers.
struct Front {
    recorder: Recorder,
    back: Client,
}

impl Processor for Front {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        let headers = ttheader::passed_on(call.headers());
        let back = headers
            .iter()
            .fold(self.back.clone(), |client, (name, value)| client.with_header(name, value));
        add(&back, 3, 4).await.unwrap();
        self.recorder.process(call).await
    }
}

#[tokio::test(start_paused = true)]
async fn what_persists_is_passed_on_and_what_is_transient_is_not() {
    const TENANT: &str = "RPC_PERSIST_TENANT";
    const TRY: &str = "RPC_TRANSIT_TRY";

    let (front, back) = (Recorder::default(), Recorder::default());
    let client = client_of(Front { recorder: front.clone(), back: client_of(back.clone()) });
    let client = client.with_header(TENANT, "blue").with_header(TRY, "2").with_header("trace", "7");
    assert_eq!(add(&client, 1, 2).await.unwrap(), 3);
    let told = |recorder: &Recorder| [TENANT, TRY, "trace"].map(|name| recorder.last(name));
    assert_eq!(told(&front), ["blue", "2", "7"].map(|value| Some(value.to_owned())));
    assert_eq!(told(&back), [Some("blue".to_owned()), None, None]);
}
