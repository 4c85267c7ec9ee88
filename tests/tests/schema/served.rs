//! Servers that tell their IDL.

use thrift_runtime::{
    BlockingClient, BlockingServer, Client, Multiplexed, Processor, Result, Server, args,
    schema::{self, Definition, IDL_METHOD},
};

mod idl {
    thrift_runtime::thrift! {
        path: "tests/schema/idl/message.thrift",
        schema: on,
        services: [client, server, blocking],
        warnings: off,
    }
}

mod calculator {
    thrift_runtime::thrift! {
        idl: "service Calculator { i32 add(1: i32 a, 2: i32 b) }",
        schema: on,
    }
}

use calculator::{Calculator, CalculatorProcessor};
use idl::Mailbox;

struct Adding;

impl Calculator for Adding {
    async fn add(&self, a: i32, b: i32) -> Result<i32> {
        Ok(a + b)
    }
}

fn adding() -> impl Processor {
    CalculatorProcessor::new(Adding)
}

/// A server of a processor, while something asks it.
async fn served<T>(processor: impl Processor, ask: impl AsyncFnOnce(Client) -> T) -> T {
    let server = Server::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve_until(processor, async move {
        let _ = stopped.await;
    }));
    let told = ask(Client::connect(address).await.unwrap()).await;
    drop(stop);
    serving.await.unwrap();
    told
}

fn files(definition: Definition) -> Vec<schema::IdlFile> {
    definition.idl_files()
}

#[tokio::test]
async fn a_server_tells_its_idl_and_answers_calls() {
    served(schema::with_idl([Calculator], adding()), async |client| {
        let told = schema::ask(client.clone()).await.unwrap();
        assert_eq!(told.services(), ["Calculator"]);
        assert_eq!(told.files(), files(Calculator));
        let idl = told.load().unwrap();
        let calculator = idl.service("Calculator").unwrap().client(client);
        let sum = calculator.call("add", args! { a: 5, b: 3 }).await.unwrap();
        assert_eq!(sum.as_i64(), Some(8));
    })
    .await;
}

#[tokio::test]
async fn without_it_there_is_no_such_method() {
    let error = served(adding(), async |client| schema::ask(client).await.unwrap_err()).await;
    assert!(error.is_application() && error.to_string().contains(IDL_METHOD), "{error}");
}

#[tokio::test]
async fn several_services_of_several_files_are_told() {
    let both = Multiplexed::new().service("Calculator", adding()).default_service(adding());
    served(schema::with_idl([Calculator, Mailbox], both), async |client| {
        for client in [client.clone(), client.clone()] {
            let told = schema::ask(client).await.unwrap();
            assert_eq!(told.services(), ["Calculator", "Mailbox"]);
            let idl = told.load().unwrap();
            let names: Vec<_> = idl.services().map(|of| of.name().to_owned()).collect();
            assert_eq!(names, ["Calculator", "Mailbox", "Base"]);
        }
        let told = schema::ask(client.to_service("Calculator")).await.unwrap();
        assert_eq!(told.files().len(), 4);
    })
    .await;
}

#[test]
fn a_blocking_server_tells_it_too() {
    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let stop = server.shutdown_handle();
    let processor = schema::with_idl([Mailbox], adding());
    let serving = std::thread::spawn(move || server.serve(processor));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = runtime.block_on(async {
        let client = Client::connect(address).await.unwrap();
        schema::ask(client).await.unwrap()
    });
    let client = BlockingClient::connect(address).unwrap();
    assert_eq!(schema::ask_blocking(client).unwrap(), told);
    assert_eq!(told.files(), files(Mailbox));
    drop(runtime);
    stop.begin();
    serving.join().unwrap();
}
