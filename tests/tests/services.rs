//! Services: inheritance over files, contexts, oneway, declared exceptions.

/// Calls of child.thrift go up to the services of the files that it includes.
mod generated {
    thrift_runtime::thrift!("idl/services/child.thrift");
}

/// The same service, whose ancestors are those of the other invocation.
mod again {
    thrift_runtime::thrift! {
        path: "idl/services/child.thrift",
        with: { "parent.thrift": crate::generated::parent, "grand.thrift": crate::generated::grand },
    }
}

use std::sync::{Arc, Mutex};

use generated::{
    Child, ChildClient, ChildProcessor,
    grand::{Denied, Empty, EmptyProcessor, Grand, GrandClient, GrandVisitError, Visit},
    parent::{Busy, Middle, MiddleClient, Parent, ParentAddError, ParentFailError},
};
use thrift_runtime::{
    ApplicationErrorKind, Channel, Client, Context, Error, Method, Processor, Request, Result,
    value::{Any, AnyStruct},
};
use thrift_tests::server::serve;

/// What a call is answered with depends on who calls.
#[derive(Debug, Clone, Default)]
struct Handler {
    context: Option<Context>,
    notes: Arc<Mutex<Vec<String>>>,
}

impl Grand for Handler {
    async fn ping(&self, text: String) -> Result<String> {
        match &self.context {
            Some(cx) => Ok(format!("{text} {} {}", cx.method(), cx.peer().is_some())),
            None => Ok(text),
        }
    }

    async fn visit(&self, mut visit: Visit) -> Result<Visit, GrandVisitError> {
        if visit.by.is_empty() {
            return Err(Denied { reason: "nobody".to_owned() }.into());
        }
        visit.path.push("grand".to_owned());
        Ok(visit)
    }

    async fn note(&self, text: String) -> Result<()> {
        self.notes.lock().unwrap().push(text.clone());
        match &text[..] {
            "fail" => Err(Error::application(ApplicationErrorKind::UNKNOWN, "unheard")),
            "panic" => panic!("unheard"),
            _ => Ok(()),
        }
    }
}

impl Parent for Handler {
    async fn add(&self, a: i32, b: i32) -> Result<i32, ParentAddError> {
        match (a, b) {
            (0, _) => Err(Busy { seconds: 3 }.into()),
            (_, 0) => Err(ParentAddError::Again(Denied { reason: "again".to_owned() })),
            (-1, _) => {
                Err(Error::application(ApplicationErrorKind(40), "of its own accord").into())
            }
            (-2, _) => panic!("in the handler"),
            _ => Ok(a + b),
        }
    }

    async fn nothing(&self) -> Result<()> {
        Ok(())
    }

    async fn fail(&self) -> Result<(), ParentFailError> {
        Err(Busy { seconds: 1 })?
    }
}

impl Middle for Handler {}

impl Child for Handler {
    async fn add_more(&self, numbers: Vec<i32>) -> Result<i32> {
        Ok(numbers.into_iter().sum())
    }

    async fn r#match(&self, r#fn: i32, self_: i32) -> Result<i32> {
        Ok(r#fn - self_)
    }

    async fn seqid(&self) -> Result<i32> {
        Ok(self.context.as_ref().map_or(-1, Context::seqid))
    }
}

impl again::Child for Handler {
    async fn add_more(&self, numbers: Vec<i32>) -> Result<i32> {
        Ok(-numbers.into_iter().sum::<i32>())
    }

    async fn r#match(&self, _: i32, _: i32) -> Result<i32> {
        Ok(0)
    }

    async fn seqid(&self) -> Result<i32> {
        Ok(0)
    }
}

impl Empty for Handler {}

/// A client of a server that has the processor.
async fn connect(processor: impl Processor) -> Client {
    Client::connect(serve(processor).await).await.unwrap()
}

#[tokio::test]
async fn methods_are_inherited_over_files() {
    let handler = Handler::default();
    let channel = connect(ChildProcessor::new(handler.clone())).await;
    let client = ChildClient::new(channel.clone());
    assert_eq!(client.add_more(vec![1, 2, 3]).await.unwrap(), 6);
    assert_eq!(client.r#match(5, 3).await.unwrap(), 2);
    assert_eq!(client.add(4, 5).await.unwrap(), 9);
    client.nothing().await.unwrap();
    assert_eq!(client.ping("a".to_owned()).await.unwrap(), "a");
    let visit = Visit { by: "ann".to_owned(), path: vec![] };
    assert_eq!(client.visit(visit.clone()).await.unwrap().path, ["grand"]);
    // An ancestor's client speaks to a descendant's server.
    let client = GrandClient::new(channel.clone());
    assert_eq!(client.visit(visit).await.unwrap().path, ["grand"]);
    assert_eq!(MiddleClient::new(channel.clone()).add(1, 1).await.unwrap(), 2);
    // Whoever takes a Grand takes any of them.
    async fn ping(grand: &impl Grand) -> String {
        grand.ping("x".to_owned()).await.unwrap()
    }
    assert_eq!(ping(&ChildClient::new(&channel)).await, ping(&handler).await);
}

#[tokio::test]
async fn ancestors_may_be_of_another_invocation() {
    let channel = connect(again::ChildProcessor::new(Handler::default())).await;
    let client = again::ChildClient::new(channel);
    assert_eq!(again::Child::add_more(&client, vec![1]).await.unwrap(), -1);
    assert_eq!(client.ping("a".to_owned()).await.unwrap(), "a");
    let error: ParentAddError = client.add(0, 0).await.unwrap_err();
    assert!(matches!(error, ParentAddError::Busy(Busy { seconds: 3 })));
}

#[tokio::test]
async fn declared_exceptions_are_values_and_others_are_errors() {
    let client = ChildClient::new(connect(ChildProcessor::new(Handler::default())).await);
    let error = client.add(0, 1).await.unwrap_err();
    assert!(matches!(&error, ParentAddError::Busy(busy) if busy.seconds == 3));
    let error = client.add(1, 0).await.unwrap_err();
    assert!(matches!(&error, ParentAddError::Again(denied) if denied.reason == "again"));
    assert_eq!(error.to_string(), "Denied: again");
    let told = |error: ParentAddError| match error {
        ParentAddError::Other(error) => error.as_application().unwrap().clone(),
        other => panic!("{other:?}"),
    };
    let exception = told(client.add(-1, 1).await.unwrap_err());
    assert_eq!((exception.kind().0, exception.message()), (40, "of its own accord"));
    let exception = told(client.add(-2, 1).await.unwrap_err());
    assert_eq!(exception.kind(), ApplicationErrorKind::INTERNAL_ERROR);
    assert!(matches!(client.fail().await, Err(ParentFailError::Busy(Busy { seconds: 1 }))));
    let error = client.visit(Visit::default()).await.unwrap_err();
    assert!(matches!(error, GrandVisitError::Denied(denied) if denied.reason == "nobody"));
}

#[tokio::test]
async fn absent_arguments_are_their_defaults_even_where_optional() {
    let channel = connect(ChildProcessor::new(Handler::default())).await;
    let call = async |arguments: &AnyStruct| {
        channel.send(Request::new(&Method::new("add"), arguments)).await?.read::<AnyStruct>()
    };
    let none = AnyStruct(vec![]);
    assert_eq!(call(&none).await.unwrap().0, [(0, Any::I32(3))]);
    let only_b = AnyStruct(vec![(2, Any::I32(10)), (7, Any::Bool(true))]);
    assert_eq!(call(&only_b).await.unwrap().0, [(0, Any::I32(11))]);
}

#[tokio::test]
async fn a_handler_may_be_made_for_each_call() {
    let processor = ChildProcessor::per_call(|cx: &Context| Handler {
        context: Some(cx.clone()),
        ..Default::default()
    });
    let client = ChildClient::new(connect(processor).await);
    assert_eq!(client.ping("a".to_owned()).await.unwrap(), "a ping true");
    let first = client.seqid().await.unwrap();
    assert_ne!(client.seqid().await.unwrap(), first);
}

#[tokio::test]
async fn oneway_is_done_in_order_and_never_answered() {
    let handler = Handler::default();
    let client = ChildClient::new(connect(ChildProcessor::new(handler.clone())).await);
    for text in ["one", "fail", "panic", "two"] {
        client.note(text.to_owned()).await.unwrap();
    }
    // The next call is answered after them, with its own answer.
    assert_eq!(client.ping("p".to_owned()).await.unwrap(), "p");
    assert_eq!(*handler.notes.lock().unwrap(), ["one", "fail", "panic", "two"]);
}

#[tokio::test]
async fn a_service_without_methods_knows_none() {
    let client = GrandClient::new(connect(EmptyProcessor::new(Handler::default())).await);
    let error = client.ping("a".to_owned()).await.unwrap_err();
    let exception = error.as_application().unwrap();
    assert_eq!(exception.kind(), ApplicationErrorKind::UNKNOWN_METHOD);
}

/// A service is a trait: what stands between a caller and a handler is another that implements it.
#[tokio::test]
async fn conversions_serve_both_sides() {
    struct Relay<T>(T);

    impl<T: Grand> Grand for Relay<T> {
        async fn ping(&self, text: String) -> Result<String> {
            self.0.ping(text + "!").await
        }

        async fn visit(&self, visit: Visit) -> Result<Visit, GrandVisitError> {
            self.0.visit(visit).await
        }

        async fn note(&self, text: String) -> Result<()> {
            self.0.note(text).await
        }
    }

    let relay = Relay(GrandClient::new(connect(ChildProcessor::new(Handler::default())).await));
    let client = GrandClient::new(connect(generated::grand::GrandProcessor::new(relay)).await);
    assert_eq!(client.ping("a".to_owned()).await.unwrap(), "a!");
    let error = client.visit(Visit::default()).await.unwrap_err();
    assert!(matches!(error, GrandVisitError::Denied(_)));
}
