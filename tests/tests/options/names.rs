//! Names that are chosen from outside the IDL.

mod renamed {
    thrift_runtime::thrift! {
        path: "idl/options/choices.thrift",
        rename: {
            "TCLIService": TCLIService,
            "TCLIBase.whoAmI": whoami,
            "TCLIService.getCommunicationIDs": all,
            "TCLIService.getCommunicationIDs.failure": Refused,
            "TCLIService.drop.name": r#type,
            "Line.text": body,
            "Level.HIGH": Highest,
            "Either.text": Words,
            "WORDS": TheWords,
            "Tag": Label,
            "shared.Stamp": Moment,
            "shared.thrift": common,
            "deep.thrift": type,
        },
    }
}

mod as_in_the_idl {
    thrift_runtime::thrift! {
        path: "idl/options/choices.thrift",
        names: idl,
    }
}

/// Keywords, whatever is made of their names.
mod keywords {
    #![allow(dead_code)]

    thrift_runtime::thrift! {
        path: "idl/options/choices.thrift",
        rename: { "TCLIService": r#type, "TCLIBase": r#match },
        services: [client, server, blocking],
    }
}

/// What exists already is called as it was named there.
mod beside {
    thrift_runtime::thrift! {
        path: "idl/options/main.thrift",
        with: {
            "shared.thrift": crate::names::renamed::common,
            "deep.thrift": crate::names::renamed::r#type,
        },
        rename: { "shared.Stamp": Moment },
        services: none,
    }
}

use renamed::{
    Label, Level, Line, TCLIService, TCLIServiceAllError, TCLIServiceClient, TCLIServiceProcessor,
    TcliBase, TcliError,
};
use thrift_runtime::{Client, Result, value::EncodeStruct as _};
use thrift_tests::server::serve;

struct Handler;

impl TcliBase for Handler {
    async fn whoami(&self, session_id: String) -> Result<String> {
        Ok(session_id)
    }
}

impl TCLIService for Handler {
    async fn describe(&self, line: Line, _: String, _: i32, _: i32) -> Result<String> {
        let tags: Vec<Label> = line.tags;
        Ok(format!("{} {} {}", line.body, line.level == Level::Highest, tags.len()))
    }

    async fn all(&self, prefix: String) -> Result<Vec<String>, TCLIServiceAllError> {
        Err(TCLIServiceAllError::Refused(TcliError { reason: prefix }))
    }

    async fn drop(&self, r#type: String) -> Result<()> {
        let _ = r#type;
        Ok(())
    }

    async fn hint(&self, _: String) -> Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn renamed_items_have_their_names_on_the_wire_all_the_same() {
    assert_eq!(Line::FIELDS[0].name, "text");
    assert_eq!(Level::Highest.name(), Some("HIGH"));
    assert_eq!(renamed::common::Moment::NAME, "Stamp");
    assert_eq!(renamed::TheWords.len(), 2);
    let _ = renamed::r#type::Zone::default();
    let _ = renamed::Either::Words(String::new());
    let address = serve(TCLIServiceProcessor::new(Handler)).await;
    let client = TCLIServiceClient::new(Client::connect(address).await.unwrap());
    assert_eq!(client.whoami("me".to_owned()).await.unwrap(), "me");
    match client.all("x".to_owned()).await.unwrap_err() {
        TCLIServiceAllError::Refused(error) => assert_eq!(error.reason, "x"),
        error => panic!("{error}"),
    }
    // A peer with other names.
    let client = as_in_the_idl::TCLIServiceClient::new(Client::connect(address).await.unwrap());
    let line = as_in_the_idl::Line { text: "a".to_owned(), ..Default::default() };
    let described = as_in_the_idl::TCLIService::describe(&client, line, String::new(), 1, 1);
    assert_eq!(described.await.unwrap(), "a false 0");
}

#[test]
fn types_as_in_the_idl() {
    let error =
        as_in_the_idl::TCLIServiceGetCommunicationIdsError::from(as_in_the_idl::TCLIError {
            reason: "r".to_owned(),
        });
    assert_eq!(error.to_string(), "TCLIError: r");
    let _: as_in_the_idl::shared::Stamp = Default::default();
}

#[test]
fn an_invocation_beside_follows() {
    let message = beside::Message::default();
    let _: renamed::common::Moment = message.stamp;
}
