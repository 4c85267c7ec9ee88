//! Model checking of a client: the steps of its callers and of the connection's task are run in every
//! order that matters, and loads return every value that C11's memory model allows. The tests check
//! that callers who wait are woken, and that places that were taken become free again. `loom` runs
//! each test many times, and fails if all threads are blocked. Threads are preempted only a few times,
//! and each operation of tokio's semaphore and notifications counts as one step.
//!
//! ```text
//! RUSTFLAGS="--cfg thrift_runtime_orders" cargo test --release -p thrift-runtime --lib client::orders
//! ```
//!
//! `LOOM_MAX_PREEMPTIONS` limits how many times threads are preempted in one run.

mod peer;

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker},
};

use bytes::Bytes;
use loom::{
    model::Builder,
    thread::{self, Thread},
};

use self::{
    peer::Peer,
    pinger::{Pinger as _, PingerClient},
};
use super::Client;
use crate::error::{Error, ErrorKind, Result};

#[expect(dead_code, reason = "nothing here connects")]
mod pinger {
    crate::thrift! {
        path: "./service.thrift",
        services: [client],
    }
}

/// The stack size of a thread. `loom`'s default is small for unoptimized code.
const STACK: usize = 1 << 20;

/// Wakes a thread. `loom`'s own waker counts each clone as a step and has spurious wake-ups, which
/// multiplies the number of orders by a hundred.
struct Bell {
    thread: Thread,
    rung: AtomicBool,
    /// Whether the thread is parked. A thread that waits for a lock must not be unparked.
    resting: AtomicBool,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Relaxed);
        if self.resting.load(Relaxed) {
            self.thread.unpark();
        }
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let (rung, resting) = (AtomicBool::new(false), AtomicBool::new(false));
    let bell = Arc::new(Bell { thread: thread::current(), rung, resting });
    let waker = Waker::from(Arc::clone(&bell));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return done;
        }
        while !bell.rung.swap(false, Relaxed) {
            bell.resting.store(true, Relaxed);
            thread::park();
            bell.resting.store(false, Relaxed);
        }
    }
}

/// Runs a task in its own thread.
pub(super) fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    start(move || block_on(task));
}

fn start(run: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(STACK / size_of::<usize>()).spawn(run).unwrap();
}

/// How many times threads are preempted in one run. Bugs that need more preemptions are rare.
const MANY: usize = 3;
/// The same for tests with more threads.
const FEW: usize = 2;

/// Runs a conversation of a client in all orders.
fn in_all_orders(max_in_flight: usize, patience: usize, conversation: fn(Client)) {
    in_orders(MANY, max_in_flight, patience, conversation);
}

fn in_orders(preemptions: usize, max_in_flight: usize, patience: usize, conversation: fn(Client)) {
    // Timers need a runtime. It is never driven, so that nothing times out.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _entered = runtime.enter();
    let mut builder = Builder::new();
    builder.preemption_bound.get_or_insert(preemptions);
    builder.check(move || {
        start(move || {
            let peer = Peer::new(patience);
            let builder = Client::builder().framed().max_in_flight(max_in_flight);
            conversation(builder.call_timeout(None).over(peer));
        });
    });
}

/// More calls than any test makes: the peer answers all of them.
const ALL: usize = 10;

/// More bytes than are written while the lock is held.
const LARGE: &[u8] = &[1; 70 << 10];

/// The most bytes that are queued for sending before callers wait.
const FULL: &[u8] = &[1; 1 << 20];

fn ping(client: &Client) -> Result<()> {
    block_on(PingerClient::new(client.clone()).ping(Bytes::new()))
}

fn note(client: &Client, bytes: &'static [u8]) {
    let client = PingerClient::new(client.clone());
    block_on(client.note(Bytes::from_static(bytes))).unwrap();
}

/// Begins a call, polls it once, and drops it.
fn give_up(client: &Client, bytes: &'static [u8]) {
    let client = PingerClient::new(client.clone());
    block_on(async {
        let mut call = pin!(client.ping(Bytes::from_static(bytes)));
        poll_fn(|cx| {
            let _ = call.as_mut().poll(cx);
            Poll::Ready(())
        })
        .await;
    });
}

fn is_closed(error: &Error) -> bool {
    error.kind() == ErrorKind::Closed
}

#[test]
fn every_caller_is_answered() {
    in_all_orders(10, ALL, |client| {
        let other = client.clone();
        start(move || ping(&other).unwrap());
        ping(&client).unwrap();
        ping(&client).unwrap();
    });
}

#[test]
fn every_caller_gets_a_place() {
    in_all_orders(1, ALL, |client| {
        let other = client.clone();
        start(move || ping(&other).unwrap());
        ping(&client).unwrap();
    });
}

#[test]
fn places_go_from_caller_to_caller() {
    in_orders(FEW, 1, ALL, |client| {
        for other in [client.clone(), client.clone()] {
            start(move || ping(&other).unwrap());
        }
        ping(&client).unwrap();
    });
}

#[test]
fn callers_get_room_when_what_was_before_them_is_sent() {
    in_all_orders(10, ALL, |client| {
        let other = client.clone();
        start(move || note(&other, FULL));
        note(&client, &[]);
    });
}

#[test]
fn callers_who_give_up_leave_their_places() {
    in_all_orders(1, ALL, |client| {
        let other = client.clone();
        start(move || give_up(&other, &[]));
        ping(&client).unwrap();
    });
}

#[test]
fn large_calls_that_are_given_up_leave_their_places() {
    in_all_orders(1, ALL, |client| {
        let other = client.clone();
        start(move || give_up(&other, LARGE));
        ping(&client).unwrap();
    });
}

#[test]
fn oneway_calls_are_sent() {
    in_all_orders(1, ALL, |client| {
        let other = client.clone();
        start(move || note(&other, &[]));
        block_on(client.flush()).unwrap();
    });
}

#[test]
fn a_close_is_noticed_by_all() {
    in_all_orders(1, ALL, |client| {
        let other = client.clone();
        // It was answered before, or it fails because the client is closed.
        start(move || assert!(ping(&other).err().as_ref().is_none_or(is_closed)));
        block_on(client.close()).unwrap();
    });
}

#[test]
fn a_close_beside_the_end_of_the_connection_is_well() {
    in_all_orders(1, 0, |client| {
        let other = client.clone();
        start(move || drop(ping(&other)));
        block_on(client.close()).unwrap();
    });
}

#[test]
fn the_end_of_the_connection_is_noticed_by_all() {
    in_all_orders(1, 0, |client| {
        let other = client.clone();
        start(move || assert!(is_closed(&ping(&other).unwrap_err())));
        assert!(is_closed(&ping(&client).unwrap_err()));
    });
}
