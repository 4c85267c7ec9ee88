//! Calls between dynamic and generated clients and servers.

use thrift_runtime::{
    ApplicationErrorKind, BlockingClient, Client, Error, Framing, Server, args,
    dynamic::{CallError, Invocation, Value},
};
use tokio::net::TcpListener;

use super::{library, typed, typed::Base as _, typed::Library as _, typed_book};

struct Handler;

impl typed::Base for Handler {
    async fn ping(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl typed::Library for Handler {
    async fn find(&self, title: String) -> Result<typed::Book, typed::LibraryFindError> {
        match title.as_str() {
            "Emma" => Ok(typed_book()),
            "panic" => panic!("as asked"),
            _ => Err(typed::NotFound { title, near: vec!["Emma".to_owned()] }.into()),
        }
    }

    async fn count(&self, kind: typed::Kind, least: i32) -> Result<i32, Error> {
        Ok(i32::from(kind) * 100 + least)
    }

    async fn forget(&self, _title: String) -> Result<(), Error> {
        Ok(())
    }
}

async fn listener() -> (TcpListener, std::net::SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// What a call failed with: the declared exception's name, or the application exception's kind.
fn failure(error: CallError) -> String {
    match error {
        CallError::Declared { name, value } => format!("{name}: {value:?}"),
        CallError::Other(error) => match error.as_application() {
            Some(exception) => format!("{:?}: {}", exception.kind(), exception.message()),
            None => error.to_string(),
        },
        _ => unreachable!(),
    }
}

#[tokio::test]
async fn a_dynamic_client_calls_a_typed_server() {
    let (listener, address) = listener().await;
    let server = Server::from_listener(listener);
    tokio::spawn(server.serve(typed::LibraryProcessor::new(Handler)));
    let channel = Client::builder().framing(Framing::Framed).connect(address).await.unwrap();
    let client = library().service("Library").unwrap().client(channel);
    assert_eq!(client.call("ping", args! {}).await.unwrap(), Value::Null);
    let book = client.call("find", args! { title: "Emma" }).await.unwrap();
    assert_eq!(book.get("pages").and_then(Value::as_i64), Some(474));
    let count = client.call("count", args! { kind: "ATLAS" }).await.unwrap();
    assert_eq!(count.as_i64(), Some(501));
    assert!(client.call("forget", args! { title: "Emma" }).await.unwrap().is_null());
    let error = client.call("find", args! { title: "Ema" }).await.unwrap_err();
    assert_eq!(failure(error), r#"missing: NotFound { title: "Ema", near: ["Emma"] }"#);
    let error = client.call("find", args! {}).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Library.find.title: the argument is missing (`null` leaves it out)"
    );
    let error = client.call("fnd", args! {}).await.unwrap_err();
    assert_eq!(error.to_string(), "`Library` has no method `fnd`; did you mean `find`?");
    let blocking = tokio::task::spawn_blocking(move || {
        let channel = BlockingClient::connect(address).unwrap();
        let client = library().service("Library").unwrap().client(channel);
        client.call_blocking("count", args! { kind: 1, least: 7 }).unwrap().as_i64()
    });
    assert_eq!(blocking.await.unwrap(), Some(107));
}

#[tokio::test]
async fn a_typed_client_calls_a_dynamic_server() {
    let (listener, address) = listener().await;
    let processor = library().service("Library").unwrap().processor(async |call: Invocation| {
        let title = call.arguments().get("title").and_then(Value::as_str).unwrap_or_default();
        match (call.method().name(), title) {
            ("find", "Emma") => Ok(super::book().into()),
            ("find", "wrong") => Ok(Value::from(5)),
            ("find", "null") => Ok(Value::Null),
            ("find", "panic") => panic!("as asked"),
            ("find", "broken") => {
                Err(Error::application(ApplicationErrorKind::INTERNAL_ERROR, "broken").into())
            }
            ("find", title) => Err(CallError::declared("NotFound", args! { title: title })),
            ("count", _) => Ok(call.arguments().get("kind").and_then(Value::as_i64).into()),
            _ => Ok(Value::Null),
        }
    });
    tokio::spawn(Server::from_listener(listener).serve(processor));
    let client = typed::LibraryClient::connect(address).await.unwrap();
    assert_eq!(client.find("Emma".to_owned()).await.unwrap(), typed_book());
    client.ping().await.unwrap();
    client.forget("Emma".to_owned()).await.unwrap();
    assert_eq!(client.count(typed::Kind::ATLAS, 1).await.unwrap(), 5);
    match client.find("Ema".to_owned()).await.unwrap_err() {
        typed::LibraryFindError::Missing(missing) => assert_eq!(missing.title, "Ema"),
        other => panic!("{other}"),
    }
    for (title, text) in [
        ("wrong", "Library.find.success: expected a Book, found 5"),
        ("null", "find"),
        ("panic", "the handler panicked"),
        ("broken", "broken"),
    ] {
        match client.find(title.to_owned()).await.unwrap_err() {
            typed::LibraryFindError::Other(error) => {
                assert!(error.is_application() && error.to_string().contains(text), "{error}");
            }
            other => panic!("{other}"),
        }
    }
}

/// Methods that the IDL does not have go to another processor.
#[tokio::test]
async fn a_gateway_forwards_what_it_does_not_know() {
    let (listener, address) = listener().await;
    let base = thrift_runtime::dynamic::parse("service Base { void ping() }").unwrap();
    let pings = base.service("Base").unwrap().processor(async |_: Invocation| {
        Err(Error::application(ApplicationErrorKind::INTERNAL_ERROR, "here").into())
    });
    let processor = pings.or(typed::LibraryProcessor::new(Handler));
    tokio::spawn(Server::from_listener(listener).serve(processor));
    let client = typed::LibraryClient::connect(address).await.unwrap();
    assert!(client.ping().await.unwrap_err().to_string().contains("here"));
    assert_eq!(client.count(typed::Kind::NOVEL, 2).await.unwrap(), 102);
}

#[tokio::test]
async fn results_are_no_arguments_and_exceptions_have_no_defaults() {
    let text =
        "exception E { 1: string why = 'x' } service S { i32 f(1: i32 a) throws (E e = {}) }";
    let idl = thrift_runtime::dynamic::parse(text).unwrap();
    let service = idl.service("S").unwrap();
    let (listener, address) = listener().await;
    let processor = service.processor(async |_: Invocation| Ok::<_, CallError>(Value::from(7)));
    tokio::spawn(Server::from_listener(listener).serve(processor));
    let client = service.client(Client::connect(address).await.unwrap());
    assert_eq!(client.call("f", args! { a: 1 }).await.unwrap(), Value::I32(7));
    let result = service.method("f").unwrap().result().value(args! { success: 1 }).unwrap();
    let error = client.call("f", result).await.unwrap_err().to_string();
    assert!(error.contains("has no field `success`"), "{error}");
}
