//! Services behind pointers, and doubles of them.

mod generated {
    thrift_runtime::thrift! {
        path: "idl/options/choices.thrift",
        services: [client, server, blocking, dyn],
        partial: true,
    }
}

use std::sync::Arc;

// The twin is in scope, too, as it is in the module of `thrift!`.
use generated::*;
use thrift_runtime::{Client, Result};
use thrift_tests::server::serve;

struct First;

impl TcliBase for First {
    async fn who_am_i(&self, session_id: String) -> Result<String> {
        Ok(format!("first {session_id}"))
    }
}

impl TcliService for First {
    async fn drop(&self, name: String) -> Result<()> {
        tokio::task::yield_now().await;
        assert_eq!(name, "x");
        Ok(())
    }
}

struct Second;

impl TcliBase for Second {
    async fn who_am_i(&self, session_id: String) -> Result<String> {
        Ok(format!("second {session_id}"))
    }
}

impl TcliService for Second {}

#[tokio::test]
async fn handlers_are_chosen_at_run_time() {
    for (handler, expected) in
        [(Arc::new(First) as Arc<dyn TcliServiceDyn>, "first me"), (Arc::new(Second), "second me")]
    {
        assert_eq!(handler.who_am_i("me".to_owned()).await.unwrap(), expected);
        let address = serve(TcliServiceProcessor::new(handler)).await;
        let client = TcliServiceClient::new(Client::connect(address).await.unwrap());
        // A client, too, is one of those.
        let client: Box<dyn TcliServiceDyn> = Box::new(client);
        assert_eq!(client.who_am_i("me".to_owned()).await.unwrap(), expected);
        assert_eq!(client.drop("x".to_owned()).await.is_ok(), expected == "first me");
    }
    let base: Arc<dyn TcliBaseDyn> = Arc::new(First);
    assert_eq!(base.who_am_i("me".to_owned()).await.unwrap(), "first me");
}

struct Blocking;

impl TcliBaseBlocking for Blocking {
    fn who_am_i(&self, session_id: String) -> Result<String> {
        Ok(session_id)
    }
}

impl TcliServiceBlocking for Blocking {}

#[tokio::test]
async fn blocking_handlers_are_too() {
    let handler: Arc<dyn TcliServiceBlocking> = Arc::new(Blocking);
    let address = serve(TcliServiceProcessor::blocking(handler)).await;
    let client = TcliServiceClient::new(Client::connect(address).await.unwrap());
    assert_eq!(client.who_am_i("me".to_owned()).await.unwrap(), "me");
}

mod mocked {
    thrift_runtime::thrift! {
        path: "idl/options/choices.thrift",
        services: [server],
        attr: { "TCLIBase": #[cfg_attr(test, mockall::automock)] },
    }
}

// Of a service that extends another, the macro has to be told all methods.
mockall::mock! {
    Service {}

    impl mocked::TcliBase for Service {
        fn who_am_i(&self, session_id: String) -> impl Future<Output = Result<String>> + Send;
    }

    impl mocked::TcliService for Service {
        fn describe(
            &self,
            line: mocked::Line,
            note: String,
            limit: i32,
            size: i32,
        ) -> impl Future<Output = Result<String>> + Send;
        fn get_communication_ids(
            &self,
            prefix: String,
        ) -> impl Future<
            Output = Result<Vec<String>, mocked::TcliServiceGetCommunicationIdsError>,
        > + Send;
        fn drop(&self, name: String) -> impl Future<Output = Result<()>> + Send;
        fn hint(&self, name: String) -> impl Future<Output = Result<()>> + Send;
    }
}

/// What the guide shows.
mod clock {
    thrift_runtime::thrift! {
        idl: "service Clock { i64 now() }",
        attr: { "Clock": #[cfg_attr(test, mockall::automock)] },
    }
}
use clock::{Clock as _, MockClock};

#[tokio::test]
async fn doubles_by_mockall() {
    let mut clock = MockClock::new();
    clock.expect_now().returning(|| Box::pin(async { Ok(7) }));

    assert_eq!(clock.now().await.unwrap(), 7);
    let mut base = mocked::MockTcliBase::new();
    base.expect_who_am_i()
        .withf(|session| session == "me")
        .times(1)
        .returning(|session| Box::pin(async move { Ok(format!("mock {session}")) }));
    let address = serve(mocked::TcliBaseProcessor::new(base)).await;
    let client = TcliBaseClient::new(Client::connect(address).await.unwrap());
    assert_eq!(client.who_am_i("me".to_owned()).await.unwrap(), "mock me");

    let mut service = MockService::new();
    service.expect_drop().times(1).returning(|_| Box::pin(async { Ok(()) }));
    mocked::TcliService::drop(&service, "x".to_owned()).await.unwrap();
}
