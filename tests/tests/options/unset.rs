//! Fields and arguments that are told from empty ones when they are absent.

mod everything {
    thrift_runtime::thrift! {
        path: "idl/options/choices.thrift",
        unset: option,
    }
}

mod some {
    thrift_runtime::thrift! {
        path: "idl/options/choices.thrift",
        unset: {
            structs: option,
            "Line.level": plain,
            "TCLIService.describe": option,
            "TCLIService.describe.limit": plain,
            "TCLIService.drop.name": option,
        },
    }
}

mod plain {
    thrift_runtime::thrift!("idl/options/choices.thrift");
}

use everything::{Line, TcliBase, TcliService, TcliServiceClient, TcliServiceProcessor};
use thrift_runtime::{BinaryProtocol, Client, Protocol as _, Result};
use thrift_tests::server::serve;

/// Says what has come.
struct Handler;

impl TcliBase for Handler {
    async fn who_am_i(&self, session_id: Option<String>) -> Result<String> {
        Ok(format!("{session_id:?}"))
    }
}

impl TcliService for Handler {
    async fn describe(
        &self,
        line: Option<Line>,
        note: Option<String>,
        limit: Option<i32>,
        size: i32,
    ) -> Result<String> {
        Ok(format!("{:?} {note:?} {limit:?} {size}", line.map(|line| line.text)))
    }

    async fn get_communication_ids(
        &self,
        prefix: Option<String>,
    ) -> Result<Vec<String>, everything::TcliServiceGetCommunicationIdsError> {
        Ok(prefix.into_iter().collect())
    }

    async fn drop(&self, _: Option<String>) -> Result<()> {
        Ok(())
    }

    async fn hint(&self, _: Option<String>) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn null_arguments_are_told_from_empty_ones() {
    let address = serve(TcliServiceProcessor::new(Handler)).await;
    let client = TcliServiceClient::new(Client::connect(address).await.unwrap());
    assert_eq!(client.describe(None, None, None, 1).await.unwrap(), "None None Some(7) 1");
    let line = Some(Line { text: Some(String::new()), ..Default::default() });
    let described = client.describe(line, Some(String::new()), Some(0), 1).await.unwrap();
    assert_eq!(described, r#"Some(Some("")) Some("") Some(0) 1"#);
    assert_eq!(client.who_am_i(None).await.unwrap(), "None");
    assert_eq!(client.who_am_i(Some("me".to_owned())).await.unwrap(), r#"Some("me")"#);
    // A peer that knows of no null, and one that sends none of them.
    let peer = plain::TcliServiceClient::new(Client::connect(address).await.unwrap());
    let line = plain::Line::default();
    let described = plain::TcliService::describe(&peer, line, String::new(), 7, 1).await.unwrap();
    assert_eq!(described, r#"Some(Some("")) Some("") Some(7) 1"#);
}

/// Has the types that the keys ask for, or would not compile.
struct Some_;

impl some::TcliBase for Some_ {
    async fn who_am_i(&self, session_id: String) -> Result<String> {
        Ok(session_id)
    }
}

impl some::TcliService for Some_ {
    async fn describe(
        &self,
        line: Option<some::Line>,
        note: Option<String>,
        limit: i32,
        size: i32,
    ) -> Result<String> {
        Ok(format!("{} {note:?} {limit} {size}", line.is_some()))
    }

    async fn get_communication_ids(
        &self,
        _: String,
    ) -> Result<Vec<String>, some::TcliServiceGetCommunicationIdsError> {
        Err(some::TcliError { reason: "plain".to_owned() }.into())
    }

    async fn drop(&self, name: Option<String>) -> Result<()> {
        drop(name);
        Ok(())
    }

    async fn hint(&self, _: String) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn keys_choose_the_narrower_before_the_wider() {
    let address = serve(some::TcliServiceProcessor::new(Some_)).await;
    let client = TcliServiceClient::new(Client::connect(address).await.unwrap());
    // What is absent and plain is its default.
    assert_eq!(client.describe(None, None, None, 1).await.unwrap(), "false None 7 1");
    let value = some::Line {
        text: None,
        tags: Some(vec!["a".to_owned()]),
        level: some::Level::HIGH,
        number: None,
        // What is absent and has a default is that.
        count: Some(3),
    };
    let bytes = BinaryProtocol::STRICT.encode(&value).unwrap();
    assert_eq!(BinaryProtocol::STRICT.decode::<some::Line>(&bytes).unwrap(), value);
    // Exceptions are no structs here.
    let _: String = some::TcliError::default().reason;
    assert_eq!(some::Big { text: None, size: 1 }.size, 1);
}
