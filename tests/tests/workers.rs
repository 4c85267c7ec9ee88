//! The deepest values in calls, whose arguments and results are read, skipped, written and used in tokio's
//! threads.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use thrift_runtime::{
    Client, ConnectionOptions, Framing, Limits, Result,
    protocol::{AnyProtocol, BinaryProtocol, CompactProtocol, JsonProtocol},
    serve_connection,
};
use tokio::{io::duplex, runtime::Builder};

mod generated {
    thrift_runtime::thrift!("idl/workers.thrift");
}

use generated::{
    Echo, EchoClient, EchoProcessor, Newer as _, NewerClient,
    depth::{Chain, Expression, Wide},
};

const PROTOCOLS: [AnyProtocol; 3] = [
    AnyProtocol::Binary(BinaryProtocol::STRICT),
    AnyProtocol::Compact(CompactProtocol),
    AnyProtocol::Json(JsonProtocol),
];

/// Whose ends are known at once, and have to be looked for.
const FRAMINGS: [Framing; 2] = [Framing::Framed, Framing::Buffered];

/// As many levels as a limit allows; the arguments and the result are one.
const MOST: u32 = Limits::MAX_DEPTH - 1;

struct Handler;

/// All that a handler may do.
fn used<T: Clone + Ord + Debug>(value: T) -> T {
    let copy = value.clone();
    assert!(copy == value && copy.cmp(&value).is_eq());
    assert!(format!("{copy:?}").len() > MOST as usize);
    copy
}

impl Echo for Handler {
    async fn chain(&self, value: Chain) -> Result<Chain> {
        assert!(format!("{value:#?}").len() > MOST as usize);
        Ok(used(value))
    }

    async fn expression(&self, value: Expression) -> Result<Expression> {
        Ok(used(value))
    }

    async fn wide(&self, value: Wide) -> Result<Wide> {
        Ok(used(value))
    }
}

fn chain() -> Chain {
    (1..MOST).fold(Chain::default(), |inner, number| Chain {
        next: Some(Box::new(inner)),
        number: number as i32,
    })
}

fn wide() -> Wide {
    (1..MOST)
        .fold(Wide::default(), |inner, _| Wide { next: Some(Box::new(inner)), ..Wide::default() })
}

/// Unions in containers.
fn expressions() -> Vec<Expression> {
    let wraps: [fn(Expression) -> Expression; 4] = [
        |inner| Expression::Sum(vec![inner]),
        |inner| Expression::Choice(BTreeSet::from([inner])),
        |inner| Expression::Named(BTreeMap::from([("a".to_owned(), inner)])),
        |inner| Expression::Weighted(BTreeMap::from([(inner, 1)])),
    ];
    let nested = |wrap: fn(Expression) -> Expression| {
        (1..MOST).fold(Expression::Number(1), |inner, _| wrap(inner))
    };
    wraps.into_iter().map(nested).collect()
}

/// Makes calls to a server in another task; all of it is on workers with the stack that tokio gives them,
/// whatever the environment says.
fn with_clients<F>(calls: impl Fn(Client<AnyProtocol>) -> F + Copy + Send + 'static)
where
    F: Future<Output = ()> + Send,
{
    let mut limits = Limits::default();
    limits.depth = Limits::MAX_DEPTH;
    limits.memory = usize::MAX;
    let mut options = ConnectionOptions::default();
    options.limits = limits.clone();
    let runtime = Builder::new_multi_thread().thread_stack_size(2 << 20).enable_all().build();
    let all = async move {
        for protocol in PROTOCOLS {
            for framing in FRAMINGS {
                let (ours, theirs) = duplex(1 << 20);
                let options = options.clone();
                tokio::spawn(async move {
                    serve_connection(theirs, EchoProcessor::new(Handler), &options).await
                });
                let builder = Client::builder().protocol(protocol).framing(framing);
                calls(builder.limits(limits.clone()).over(ours)).await;
            }
        }
    };
    runtime.unwrap().block_on(async { tokio::spawn(all).await.unwrap() });
}

#[test]
fn the_deepest_values_fit_on_the_stack_of_a_worker() {
    with_clients(|client| async {
        let client = EchoClient::new(client);
        assert_eq!(client.chain(chain()).await.unwrap(), chain());
        assert_eq!(client.wide(wide()).await.unwrap(), wide());
        for expression in expressions() {
            assert_eq!(client.expression(expression.clone()).await.unwrap(), expression);
        }
    });
}

#[test]
fn the_deepest_values_are_skipped_on_the_stack_of_a_worker() {
    with_clients(|client| async {
        let newer = NewerClient::new(client.clone());
        for expression in expressions() {
            newer.chain(chain(), chain(), expression.clone()).await.unwrap();
            // The server is told nothing that it knows, and says so in a value of no levels.
            let _ = newer.expression(expression).await;
        }
        newer.wide(wide()).await.unwrap();
        // The connection is still good.
        assert_eq!(EchoClient::new(client).chain(chain()).await.unwrap(), chain());
    });
}
