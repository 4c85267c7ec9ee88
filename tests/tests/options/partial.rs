//! Handlers that leave methods out.

mod generated {
    thrift_runtime::thrift! {
        path: "idl/options/choices.thrift",
        partial: true,
        services: [client, server, blocking],
    }
}

/// Only one service is partial: of the other, every method is demanded.
mod one {
    thrift_runtime::thrift! {
        path: "idl/options/choices.thrift",
        partial: ["TCLIService"],
    }
}

use generated::{
    Line, TcliBase, TcliBaseBlocking, TcliBaseBlockingClient, TcliBaseClient, TcliService,
    TcliServiceBlocking, TcliServiceBlockingClient, TcliServiceClient,
    TcliServiceGetCommunicationIdsError, TcliServiceProcessor,
};
use thrift_runtime::{ApplicationErrorKind, BlockingClient, Client, Error, Result};
use thrift_tests::server::serve;

struct Some;

impl TcliBase for Some {}

impl TcliService for Some {
    async fn describe(&self, line: Line, note: String, limit: i32, size: i32) -> Result<String> {
        Ok(format!("{} {note} {limit} {size}", line.text))
    }
}

fn is_unknown(error: &Error, method: &str) {
    let exception = error.as_application().expect("an application exception");
    assert_eq!(exception.kind(), ApplicationErrorKind::UNKNOWN_METHOD);
    assert!(exception.message().contains(method), "{exception}");
}

#[tokio::test]
async fn a_method_that_is_left_out_is_unknown_to_callers() {
    let address = serve(TcliServiceProcessor::new(Some)).await;
    let client = TcliServiceClient::new(Client::connect(address).await.unwrap());
    let line = Line { text: "a".to_owned(), ..Default::default() };
    assert_eq!(client.describe(line, "b".to_owned(), 1, 2).await.unwrap(), "a b 1 2");
    is_unknown(&client.drop("x".to_owned()).await.unwrap_err(), "drop");
    match client.get_communication_ids("x".to_owned()).await.unwrap_err() {
        TcliServiceGetCommunicationIdsError::Other(error) => {
            is_unknown(&error, "getCommunicationIDs");
        }
        error => panic!("{error}"),
    }
    // Inherited, and oneway, to which nothing is answered.
    is_unknown(&client.who_am_i("x".to_owned()).await.unwrap_err(), "whoAmI");
    client.hint("x".to_owned()).await.unwrap();
    let base = TcliBaseClient::new(Client::connect(address).await.unwrap());
    is_unknown(&base.who_am_i("x".to_owned()).await.unwrap_err(), "whoAmI");
}

struct Blocking;

impl TcliBaseBlocking for Blocking {}

impl TcliServiceBlocking for Blocking {
    fn drop(&self, name: String) -> Result<()> {
        assert_eq!(name, "here");
        Ok(())
    }
}

#[tokio::test]
async fn blocking_handlers_may_leave_methods_out_too() {
    let address = serve(TcliServiceProcessor::blocking(Blocking)).await;
    tokio::task::spawn_blocking(move || {
        let client = TcliServiceBlockingClient::new(BlockingClient::connect(address).unwrap());
        TcliServiceBlocking::drop(&client, "here".to_owned()).unwrap();
        let error = client.describe(Line::default(), String::new(), 1, 2).unwrap_err();
        is_unknown(&error, "describe");
        let base = TcliBaseBlockingClient::new(BlockingClient::connect(address).unwrap());
        is_unknown(&base.who_am_i(String::new()).unwrap_err(), "whoAmI");
    })
    .await
    .unwrap();
}

struct One;

impl one::TcliBase for One {
    async fn who_am_i(&self, session_id: String) -> Result<String> {
        Ok(session_id)
    }
}

impl one::TcliService for One {}

#[tokio::test]
async fn a_service_may_be_partial_alone() {
    let address = serve(one::TcliServiceProcessor::new(One)).await;
    let client = TcliServiceClient::new(Client::connect(address).await.unwrap());
    assert_eq!(client.who_am_i("me".to_owned()).await.unwrap(), "me");
    is_unknown(&client.drop("x".to_owned()).await.unwrap_err(), "drop");
}
