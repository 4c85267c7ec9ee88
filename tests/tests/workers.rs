//! The deepest values in calls, whose arguments and results are read, written and used in tokio's threads.

use thrift_runtime::{
    Client, ConnectionOptions, Limits, Result, protocol::CompactProtocol, serve_connection,
};
use tokio::{io::duplex, runtime::Builder};

mod generated {
    thrift_runtime::thrift! {
        idl: "struct Chain { 1: optional Chain next } service Echo { Chain echo(1: Chain chain) }",
    }
}

use generated::{Chain, Echo, EchoClient, EchoProcessor};

struct Handler;

impl Echo for Handler {
    async fn echo(&self, chain: Chain) -> Result<Chain> {
        let copy = chain.clone();
        assert!(copy == chain && copy.cmp(&chain).is_eq());
        assert!(format!("{copy:?} {copy:#?}").len() > Limits::MAX_DEPTH as usize);
        Ok(copy)
    }
}

/// As many levels as a limit allows; the arguments and the result are one.
fn deepest() -> Chain {
    (2..Limits::MAX_DEPTH).fold(Chain::default(), |inner, _| Chain { next: Some(Box::new(inner)) })
}

#[test]
fn the_deepest_values_fit_on_the_stack_of_a_worker() {
    let mut limits = Limits::default();
    limits.depth = Limits::MAX_DEPTH;
    let mut options = ConnectionOptions::default();
    options.limits = limits.clone();
    // What it is by default, whatever the environment says.
    let runtime = Builder::new_multi_thread().thread_stack_size(2 << 20).enable_all().build();
    let calls = async move {
        let (ours, theirs) = duplex(1 << 20);
        tokio::spawn(async move {
            serve_connection(theirs, EchoProcessor::new(Handler), &options).await
        });
        let builder = Client::builder().protocol(CompactProtocol).framed().limits(limits);
        let client = EchoClient::new(builder.over(ours));
        assert_eq!(client.echo(deepest()).await.unwrap(), deepest());
    };
    let runtime = runtime.unwrap();
    runtime.block_on(async { tokio::spawn(calls).await.unwrap() });
}
