//! Calls that were lost are sent again if the IDL says that this does no harm.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use thrift_runtime::{
    BlockOn, BlockingChannel, BlockingClient, Bytes, Channel, Client, Error, ErrorKind, Framing,
    NonBlocking, Reconnecting, Request, Response, Result,
};
use tokio::net::TcpListener;

use crate::{
    desk::{Desk, DeskBlocking, DeskBlockingClient, DeskClient, DeskProcessor},
    handler::Handler,
    layers::{Calls, Counted, Counts, Persistent},
    ways::{Host, PROTOCOLS, Transport, Way},
};

/// Loses every other call after it was processed.
struct Forgetful<C> {
    inner: C,
    calls: AtomicU32,
}

impl<C> Forgetful<C> {
    fn new(inner: C) -> Self {
        Forgetful { inner, calls: AtomicU32::new(0) }
    }

    fn forgets(&self) -> bool {
        self.calls.fetch_add(1, Ordering::SeqCst).is_multiple_of(2)
    }
}

fn forgotten() -> Error {
    Error::new(ErrorKind::Closed, "the reply was lost")
}

impl<C: Channel> Channel for Forgetful<C> {
    type Protocol = C::Protocol;

    async fn send(&self, request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        let sent = self.inner.send(request).await;
        if self.forgets() { Err(forgotten()) } else { sent }
    }
}

impl<C: BlockingChannel> BlockingChannel for Forgetful<C> {
    type Protocol = C::Protocol;

    fn send(&self, request: Request<'_, C::Protocol>) -> Result<Response<C::Protocol>> {
        let sent = self.inner.send(request);
        if self.forgets() { Err(forgotten()) } else { sent }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_idempotent_calls_are_repeated_by_async_and_blocking_clients() {
    for framing in [Framing::Buffered, Framing::Framed] {
        let counts = Counts::default();
        let transport = Transport::Plain(framing);
        let way = Way { host: Host::Concurrent, transport, protocol: PROTOCOLS[0] };
        let processor = DeskProcessor::new(Handler::new());
        let address = way.serve(Counted { inner: processor, counts: counts.clone() }).await;

        let client = Client::builder().framing(framing).connect(address).await.unwrap();
        let inner = Forgetful::new(client);
        let desk = DeskClient::new(Persistent { inner, attempts: 3, traced: false });
        assert_eq!(desk.echo("one".into(), Vec::new()).await.unwrap(), "one");
        assert!(desk.half(8).await.is_err_and(|error| error.to_string().contains("was lost")));

        let builder = BlockingClient::builder();
        let builder = if framing == Framing::Framed { builder.framed() } else { builder };
        let calling = tokio::task::spawn_blocking(move || {
            let inner = NonBlocking(Forgetful::new(builder.connect(address).unwrap()));
            let desk = BlockOn(Persistent { inner, attempts: 3, traced: false });
            let desk = DeskBlockingClient::new(desk);
            assert_eq!(desk.echo("two".into(), Vec::new()).unwrap(), "two");
            assert!(desk.half(8).is_err_and(|error| error.to_string().contains("was lost")));
        });
        calling.await.unwrap();

        let expected = [("echo", 4), ("half", 2)];
        let expected = expected.map(|(method, n)| ((method.into(), "returned".into()), n));
        counts.expect(&expected.into(), &format!("{framing}")).await;
    }
}

/// The header of the requests that a server gets, over connections of which it closes the first.
#[tokio::test]
async fn a_call_that_is_repeated_over_another_connection_keeps_its_header() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (calls, traced) = (Calls::default(), Calls::default());
    let theirs = (calls.clone(), traced.clone());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            theirs.0.add();
            if theirs.0.0.load(Ordering::SeqCst) == 1 {
                // The call may have been processed, for all that the client knows.
                stream.readable().await.unwrap();
                continue;
            }
            let traced = theirs.1.clone();
            let runtime = tokio::runtime::Handle::current();
            let processor = DeskProcessor::per_call(move |cx| {
                if cx.headers().get("trace") == Some("7f3a") {
                    traced.add();
                }
                Handler::of(&runtime, cx)
            });
            let options = thrift_runtime::ConnectionOptions::default();
            tokio::spawn(async move {
                thrift_runtime::serve_connection(stream, processor, &options).await
            });
        }
    });
    let inner = Reconnecting::new(move || Client::builder().header().connect(address));
    let persistent = Arc::new(Persistent { inner, attempts: 3, traced: true });
    let desk = DeskClient::new(Arc::clone(&persistent));
    assert_eq!(desk.echo(Bytes::from_static(b"x"), Vec::new()).await.unwrap(), "x");
    assert_eq!((calls.take(), traced.take()), (2, 1));
    // The next first connection is lost with a call that is not idempotent.
    let desk = DeskClient::new(Persistent {
        inner: Reconnecting::new(move || Client::builder().header().connect(address)),
        attempts: 3,
        traced: true,
    });
    assert!(desk.who().await.unwrap_err().is_closed());
    assert_eq!((calls.take(), traced.take()), (1, 0));
}
