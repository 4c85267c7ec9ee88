//! A small call costs no allocation, once its connection has the buffers that it needs.
//!
//! All allocations of the program are counted, so that nothing else is tested here.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering},
};

use thrift_runtime::{Client, ConnectionOptions, Framing, Result, serve_connection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinSet,
};

thrift_runtime::thrift!("tests/common/adder.thrift");

/// Counts what it passes on.
struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: the system's allocator does all of the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, space: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(space, layout) }
    }

    unsafe fn realloc(&self, space: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.realloc(space, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Handler;

impl Adder for Handler {
    async fn add(&self, a: i32, b: i32) -> Result<i32> {
        Ok(a + b)
    }
}

/// How many calls of a test are made at once.
const AT_ONCE: [i32; 2] = [1, 64];
/// How many calls are made one after another, first without being counted.
const CALLS: i32 = 1000;
/// Buffers are made anew now and then, for many calls each.
const FEWER_THAN_CALLS_BY: usize = 5;

fn serve(framing: Framing) -> DuplexStream {
    let (ours, theirs) = duplex(1 << 16);
    let mut options = ConnectionOptions::default();
    options.framing = Some(framing);
    tokio::spawn(async move {
        serve_connection(theirs, AdderProcessor::new(Handler), &options).await.unwrap();
    });
    ours
}

/// Makes calls in as many tasks as are to be in flight.
async fn calls(client: &AdderClient, at_once: i32) {
    let mut tasks = JoinSet::new();
    for n in 0..at_once {
        let client = client.clone();
        tasks.spawn(async move {
            for m in 0..CALLS {
                assert_eq!(client.add(n, m).await.unwrap(), n + m);
            }
        });
    }
    tasks.join_all().await;
}

/// Makes calls without a client.
async fn raw_calls(stream: &mut DuplexStream, call: &[u8], reply: &mut [u8]) {
    for _ in 0..CALLS {
        stream.write_all(call).await.unwrap();
        stream.read_exact(reply).await.unwrap();
    }
}

/// The bytes of a call `add(1, 2)`, with the length of its reply.
fn call(framing: Framing) -> (Vec<u8>, usize) {
    let call = b"\x80\x01\x00\x01\x00\x00\x00\x03add\x00\x00\x00\x00\
        \x08\x00\x01\x00\x00\x00\x01\x08\x00\x02\x00\x00\x00\x02\x00";
    let reply = call.len() - 7;
    match framing {
        Framing::Framed => ([&[0, 0, 0, call.len() as u8], &call[..]].concat(), reply + 4),
        _ => (call.to_vec(), reply),
    }
}

fn assert_few(allocations: usize, calls: i32, what: &str) {
    let calls = calls as usize;
    assert!(
        allocations < calls / FEWER_THAN_CALLS_BY,
        "{allocations} allocations for {calls} calls: {what}"
    );
}

#[tokio::test]
async fn a_small_call_allocates_nothing() {
    for framing in [Framing::Buffered, Framing::Framed] {
        for at_once in AT_ONCE {
            let mut stream = serve(framing);
            let (call, reply) = call(framing);
            let (batch, mut replies) =
                (call.repeat(at_once as usize), vec![0; reply * at_once as usize]);
            raw_calls(&mut stream, &batch, &mut replies).await;
            let before = COUNT.load(Ordering::Relaxed);
            raw_calls(&mut stream, &batch, &mut replies).await;
            let count = COUNT.load(Ordering::Relaxed) - before;
            assert_few(count, at_once * CALLS, &format!("server, {framing}, {at_once} at once"));
        }
        for at_once in AT_ONCE {
            let client = Client::builder().framing(framing).over(serve(framing));
            let client = AdderClient::new(client);
            calls(&client, at_once).await;
            let before = COUNT.load(Ordering::Relaxed);
            calls(&client, at_once).await;
            let count = COUNT.load(Ordering::Relaxed) - before;
            let what = format!("client and server, {framing}, {at_once} at once");
            assert_few(count, at_once * CALLS, &what);
        }
    }
}
