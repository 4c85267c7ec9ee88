//! A client whose callers, whose connection's task and whose server take their steps in one order after
//! another: who waits is woken, whatever the order is. One thread goes on at a time, until it locks or
//! changes what it shares with others; then a random one does, and a test fails if all of them wait.
//!
//! ```text
//! RUSTFLAGS="--cfg thrift_runtime_orders" cargo test -p thrift-runtime --test orders --target-dir target/orders
//! ```
//!
//! `THRIFT_ORDERS` is how many orders each test tries.

#![cfg(thrift_runtime_orders)]

mod pipe;
mod scheduler;

use std::{
    env,
    future::{Future as _, poll_fn},
    pin::pin,
    task::Poll,
};

use pipe::pipe;
use scheduler::{block_on, spawn};
use thrift_runtime::{Client, ConnectionOptions, Result, serve_connection};
use tokio::runtime::Builder;

mod service {
    thrift_runtime::thrift!("./service.thrift");
}

use service::{Adder as _, AdderClient, AdderProcessor};

struct Handler;

impl service::Adder for Handler {
    async fn add(&self, a: i32, b: i32) -> Result<i32> {
        Ok(a + b)
    }

    async fn note(&self, _number: i32) -> Result<()> {
        Ok(())
    }
}

/// Tries a conversation of a client with its server in many orders.
fn in_many_orders(max_in_flight: usize, conversation: fn(Client)) {
    let count = env::var("THRIFT_ORDERS").map_or(1000, |count| count.parse().expect("a number"));
    // Timers need a runtime. Nobody drives it, so that nothing ends by being late.
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    let _entered = runtime.enter();
    for seed in 0..count {
        let ran = scheduler::run(seed, move || {
            let (ours, theirs) = pipe();
            let builder = Client::builder().framed().max_in_flight(max_in_flight);
            let client = builder.call_timeout(None).over(ours);
            spawn(|| {
                let options = ConnectionOptions::default();
                let serving = serve_connection(theirs, AdderProcessor::new(Handler), &options);
                let _ = block_on(serving);
            });
            conversation(client);
        });
        if let Err(wrong) = ran {
            panic!("order {seed}: {wrong}");
        }
    }
}

/// Starts callers, each in a thread.
fn callers(count: i32, client: Client, call: fn(Client, i32)) {
    for number in 0..count {
        let client = client.clone();
        spawn(move || call(client, number));
    }
}

fn add(client: &Client, number: i32) {
    assert_eq!(block_on(AdderClient::new(client.clone()).add(number, 1)).unwrap(), number + 1);
}

/// Begins a call, and drops it when it has been looked at once.
fn give_up(client: &Client) {
    block_on(async {
        let client = AdderClient::new(client.clone());
        let mut call = pin!(client.add(1, 1));
        poll_fn(|cx| {
            let _ = call.as_mut().poll(cx);
            Poll::Ready(())
        })
        .await;
    });
}

#[test]
fn every_caller_is_answered() {
    in_many_orders(10, |client| {
        callers(3, client, |client, number| {
            add(&client, number);
            add(&client, number + 10);
        });
    });
}

#[test]
fn every_caller_gets_a_place() {
    in_many_orders(1, |client| callers(3, client, |client, number| add(&client, number)));
}

#[test]
fn callers_who_give_up_leave_their_places() {
    in_many_orders(1, |client| {
        callers(3, client, |client, number| match number {
            0 => give_up(&client),
            _ => add(&client, number),
        });
    });
}

#[test]
fn oneway_calls_are_sent() {
    in_many_orders(2, |client| {
        callers(2, client, |client, number| match number {
            0 => block_on(AdderClient::new(client).note(1)).unwrap(),
            _ => add(&client, number),
        });
    });
}

#[test]
fn a_close_is_noticed_by_all() {
    in_many_orders(1, |client| {
        callers(3, client, |client, number| match number {
            0 => drop(block_on(client.close())),
            // Answered before, or told that it is closed.
            _ => drop(block_on(AdderClient::new(client).add(number, 1))),
        });
    });
}
