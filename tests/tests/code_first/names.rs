//! What is chosen about names, ids and what is generated.

use thrift_runtime::{Error, Processor, Result, ThriftError, ThriftException, service};

/// Another name of the crate.
mod renamed {
    pub(crate) use thrift_runtime as thrift;
}

#[service(crate = renamed::thrift, rename = "Store.v1", services = [server], partial)]
trait Shelf {
    /// Puts something there.
    async fn put_there(&self, #[thrift(id = 7)] what: i64, where_to: i16) -> Result<()>;
    #[thrift(rename = "look", idempotent)]
    async fn look_up(&self, what: i64) -> Result<String, thrift_runtime::Error>;
}

#[derive(Debug, Clone, Default, PartialEq, ThriftException)]
struct Full {
    #[thrift(id = 1)]
    message: String,
}

/// Two exceptions of one type, of which none is meant by itself.
#[derive(Debug, ThriftError)]
#[thrift(crate = renamed::thrift)]
enum PutError {
    #[thrift(id = 2)]
    Above(Full),
    #[thrift(id = -1, rename = "under")]
    Below(Full),
    #[thrift(other)]
    Rest(Error),
}

#[service(services = [client, server, blocking, dyn])]
trait Puts {
    async fn put(&self, what: String) -> Result<(), PutError>;
    #[deprecated = "put it"]
    async fn lay(&self, what: Option<String>) -> Result<String>;
}

struct Nothing;

impl Shelf for Nothing {}

#[test]
fn what_is_chosen_is_told_of_methods() {
    let shelf = ShelfProcessor::new(Nothing);
    let told = |name: &str| {
        let method = shelf.method(name.as_bytes()).unwrap();
        let names = [method.service().unwrap(), method.name()].map(str::to_owned);
        (names, method.is_idempotent(), method.is_oneway())
    };
    assert_eq!(told("put_there"), (["Store.v1", "put_there"].map(str::to_owned), false, false));
    assert_eq!(told("look"), (["Store.v1", "look"].map(str::to_owned), true, false));
    assert!(shelf.method(b"look_up").is_none());
}

struct Wall;

impl Puts for Wall {
    async fn put(&self, what: String) -> Result<(), PutError> {
        let full = Full { message: what.clone() };
        match &what[..] {
            "above" => Err(PutError::Above(full)),
            "below" => Err(PutError::Below(full)),
            _ => Ok(()),
        }
    }

    async fn lay(&self, what: Option<String>) -> Result<String> {
        Ok(format!("{what:?}"))
    }
}

#[tokio::test]
async fn exceptions_of_one_type_are_told_apart() {
    let address = thrift_tests::server::serve(PutsProcessor::new(Wall)).await;
    let client = PutsClient::connect(address).await.unwrap();
    client.put("in".to_owned()).await.unwrap();
    assert!(matches!(client.put("above".to_owned()).await, Err(PutError::Above(_))));
    match client.put("below".to_owned()).await {
        Err(error @ PutError::Below(_)) => assert_eq!(error.to_string(), "Full: below"),
        other => panic!("{other:?}"),
    }
    #[allow(deprecated)]
    let laid = client.lay(None).await.unwrap();
    assert_eq!(laid, "None");
}

#[tokio::test]
async fn a_partial_handler_knows_no_other_methods() {
    #[service]
    trait Store {
        async fn look(&self, what: i64) -> Result<String>;
    }

    let address = thrift_tests::server::serve(ShelfProcessor::new(Nothing)).await;
    let client = StoreClient::connect(address).await.unwrap();
    let error = client.look(1).await.unwrap_err();
    assert!(error.to_string().contains("look"), "{error}");
    let unknown = error.as_application().unwrap().kind();
    assert_eq!(unknown, thrift_runtime::ApplicationErrorKind::UNKNOWN_METHOD);
}
