//! Services of an IDL that are extended in Rust, and pointers to what extends another.

use std::{sync::Arc, thread};

use thrift_runtime::{
    BlockingClient, BlockingServer, Method, Processor, Result, schema::Item, service,
};
use thrift_tests::server::serve;

mod shared {
    thrift_runtime::thrift! {
        idl: "
            exception Busy { 1: string why }
            service Root { i32 root(1: i32 number) }
            service Base extends Root {
                i32 twice(1: i32 number) throws (1: Busy busy)
                oneway void forget(1: string channel, 2: list<string> twin)
            }
        ",
        schema: on,
        services: [client, server, blocking, dyn, extended],
    }
}

/// In Rust, below two services of an IDL.
#[service(schema, services = [client, server, blocking, dyn])]
trait Mine: shared::Base {
    async fn thrice(&self, number: i32) -> Result<i32>;
}

/// Below that, once more.
#[service(services = [client, server, blocking, dyn])]
trait Below: Mine {
    async fn halves(&self, numbers: Vec<i32>) -> Result<Vec<i32>>;
}

struct Handler;

impl shared::Root for Handler {
    async fn root(&self, number: i32) -> Result<i32> {
        Ok(number)
    }
}

impl shared::Base for Handler {
    async fn twice(&self, number: i32) -> Result<i32, shared::BaseTwiceError> {
        match number.checked_mul(2) {
            Some(twice) => Ok(twice),
            None => Err(shared::Busy { why: "too large".to_owned() }.into()),
        }
    }

    async fn forget(&self, _channel: String, _twin: Vec<String>) -> Result<()> {
        Ok(())
    }
}

impl Mine for Handler {
    async fn thrice(&self, number: i32) -> Result<i32> {
        Ok(number * 3)
    }
}

impl Below for Handler {
    async fn halves(&self, numbers: Vec<i32>) -> Result<Vec<i32>> {
        Ok(numbers.into_iter().map(|number| number / 2).collect())
    }
}

/// Whoever takes the first takes them all.
async fn check(root: &impl shared::Root, base: &impl shared::Base, below: &impl Below) {
    assert_eq!(root.root(1).await.unwrap(), 1);
    assert_eq!(base.twice(2).await.unwrap(), 4);
    assert!(matches!(base.twice(i32::MAX).await, Err(shared::BaseTwiceError::Busy(_))));
    base.forget(String::new(), Vec::new()).await.unwrap();
    assert_eq!(below.thrice(2).await.unwrap(), 6);
    assert_eq!(below.halves(vec![4, 6]).await.unwrap(), [2, 3]);
}

#[tokio::test]
async fn a_client_is_one_of_all_services_above() {
    let client = BelowClient::connect(serve(BelowProcessor::new(Handler)).await).await.unwrap();
    check(&client, &client, &client).await;
    let base = shared::BaseClient::new(BelowClient::channel(&client).clone());
    check(&base, &base, &client).await;
    let mine = MineClient::new(BelowClient::channel(&client).clone());
    check(&mine, &mine, &client).await;
}

/// Calls of services above go through the pointer, and not through a connection.
#[tokio::test]
async fn pointers_stand_for_all_services_above() {
    let handler: Arc<dyn BelowDyn> = Arc::new(Handler);
    check(&handler, &handler, &handler).await;
    let client = BelowClient::connect(serve(BelowProcessor::new(handler)).await).await.unwrap();
    let client: Box<dyn BelowDyn> = Box::new(client);
    check(&client, &client, &client).await;
    let mine: Box<dyn MineDyn> = Box::new(Handler);
    check(&mine, &mine, &client).await;
    let client = MineClient::connect(serve(MineProcessor::new(mine)).await).await.unwrap();
    assert_eq!(shared::Root::root(&client, 7).await.unwrap(), 7);
}

struct Blocks;

impl shared::RootBlocking for Blocks {
    fn root(&self, number: i32) -> Result<i32> {
        Ok(number)
    }
}

impl shared::BaseBlocking for Blocks {
    fn twice(&self, number: i32) -> Result<i32, shared::BaseTwiceError> {
        Ok(number * 2)
    }

    fn forget(&self, _channel: String, _twin: Vec<String>) -> Result<()> {
        Ok(())
    }
}

impl MineBlocking for Blocks {
    fn thrice(&self, number: i32) -> Result<i32> {
        Ok(number * 3)
    }
}

impl BelowBlocking for Blocks {
    fn halves(&self, numbers: Vec<i32>) -> Result<Vec<i32>> {
        Ok(numbers.into_iter().map(|number| number / 2).collect())
    }
}

#[test]
fn those_that_block_do_so_too() {
    fn check(
        root: &impl shared::RootBlocking,
        base: &impl shared::BaseBlocking,
        below: &impl BelowBlocking,
    ) {
        assert_eq!((root.root(1).unwrap(), base.twice(2).unwrap()), (1, 4));
        base.forget(String::new(), Vec::new()).unwrap();
        assert_eq!(below.thrice(2).unwrap(), 6);
        assert_eq!(below.halves(vec![4, 6]).unwrap(), [2, 3]);
    }
    let pointer: Arc<dyn BelowBlocking> = Arc::new(Blocks);
    check(&pointer, &pointer, &pointer);
    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    thread::spawn(move || server.serve(BelowProcessor::blocking(pointer)));
    let client = BelowBlockingClient::new(BlockingClient::connect(address).unwrap());
    check(&client, &client, &client);
}

#[test]
fn a_processor_knows_the_methods_of_all() {
    let processor = BelowProcessor::new(Handler);
    let name = |name: &str| processor.method(name.as_bytes()).map(Method::name);
    assert_eq!([name("root"), name("twice")], [Some("root"), Some("twice")]);
    assert_eq!([name("halves"), name("other")], [Some("halves"), None]);
}

#[test]
fn its_idl_includes_the_file_that_it_extends() {
    let Item::Service(service) = Mine.item() else { panic!("{:?}", Mine.item()) };
    assert_eq!(service.parent, Some(shared::Base));
    let files = Mine.idl_files();
    let text = String::from_utf8(files[0].text.clone()).unwrap();
    assert!(text.contains("service Mine extends "), "{text}");
    assert_eq!(files.len(), 2);
    thrift_tests::schema::reloaded(&Mine.program()).unwrap();
}
